"""The served report in a real browser: it loads without a complaint, and it works."""

import pytest

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def page(chromium):
    """An empty page; at the end nothing may have been complained of."""
    context, complaints = chromium.new_context(), []
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def test_the_slider_of_the_served_report_moves_the_figures(page, desk):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    assert page.goto(desk.url).ok
    slider = page.get_by_role("slider", name="Threshold")
    figure = page.locator("[data-split=test][data-count=fn]")
    slider.press("Home")
    assert figure.inner_text() == "0"
    slider.press("End")
    assert figure.inner_text() != "0"
    assert asked == [f"{desk.url}/", f"{desk.url}/report"]


def test_the_report_is_shown_in_no_frame(page, desk, chromium):
    context = chromium.new_context()
    other = context.new_page()
    complaints = []
    other.on("console", lambda message: complaints.append(message.text))
    other.set_content(f'<iframe src="{desk.url}/report"></iframe>')
    other.wait_for_timeout(500)
    assert len(other.frames) == 2
    assert "frame-ancestors" in " ".join(complaints)
    context.close()
