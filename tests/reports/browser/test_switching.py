"""Curves of methods in a real browser: switched on and off, lit up, readable everywhere."""

from dataclasses import replace

import pytest

pytestmark = pytest.mark.xdist_group("browser")

PHONE = {"width": 360, "height": 780}
FIRST = {0, 1, 2, 3, 4, 5}
LOOK = """([place, chart]) => {
  const path = document.querySelector(`svg[data-chart="${chart}"] .method-${place} > path`);
  const style = getComputedStyle(path);
  return [style.stroke, style.strokeDasharray, style.strokeWidth];
}"""


@pytest.fixture(params=["page", "section"])
def shown(request, opened, explorable, comparison):
    """The comparison's own page, and its section in the report on a run."""
    if request.param == "page":
        return opened(replace(comparison, own=""))
    return opened(replace(explorable, comparison=replace(comparison, own="")))


def drawn(shown, chart="curves-wide"):
    """The places of the methods with a curve to be seen in a drawing."""
    curves = shown.page.locator(f'svg[data-chart="{chart}"] [class^="method-"] > path:visible')
    classes = curves.evaluate_all("paths => paths.map((path) => path.parentNode.classList[0])")
    return {int(name.removeprefix("method-")) for name in classes}


def switch(shown, name):
    return shown.page.get_by_role("checkbox", name=name)


def look(shown, place, chart="curves-wide"):
    return shown.page.evaluate(LOOK, [place, chart])


def test_at_first_the_best_six_are_drawn(shown):
    assert drawn(shown) == FIRST
    assert switch(shown, "sampler-5+xgboost AP 0.728").is_checked()
    assert not switch(shown, "sampler-6+xgboost AP 0.621").is_checked()
    assert not shown.page.get_by_text("2 others").is_visible()


def test_a_click_switches_a_curve_off_and_on(shown):
    before = look(shown, 1)
    switch(shown, "sampler-1+xgboost").click()
    assert drawn(shown) == FIRST - {1}
    switch(shown, "sampler-1+xgboost").click()
    assert drawn(shown) == FIRST
    shown.page.mouse.move(5, 5)
    shown.page.evaluate("document.activeElement.blur()")
    assert look(shown, 1) == before


def test_keys_switch_curves_and_the_drawing_says_which_there_are(shown):
    switch(shown, "sampler-5+xgboost").focus()
    shown.page.keyboard.press("Space")
    shown.page.keyboard.press("Tab")
    shown.page.keyboard.press("Space")
    assert drawn(shown) == {*FIRST, 6} - {5}
    label = shown.page.locator('svg[data-chart="curves-wide"]').get_attribute("aria-label")
    assert label.startswith("Precision against recall, test: sampler-0+xgboost AP 0.968; ")
    assert label.endswith("; sampler-4+xgboost AP 0.757; sampler-6+xgboost AP 0.621.")


def test_a_curve_that_is_switched_on_takes_the_look_of_one_that_went(shown):
    gone = look(shown, 2)
    switch(shown, "sampler-2+xgboost").uncheck()
    switch(shown, "autoencoder").check()
    shown.page.mouse.move(5, 5)
    shown.page.evaluate("document.activeElement.blur()")
    assert look(shown, 7) == [*gone[:2], look(shown, 7)[2]]


def test_all_none_and_back(shown):
    shown.page.get_by_role("button", name="All 8").click()
    assert drawn(shown) == set(range(8))
    shown.page.get_by_role("button", name="None").click()
    assert drawn(shown) == set()
    assert shown.page.get_by_role("img", name="Precision against recall, test: no curve.").count()
    switch(shown, "autoencoder").check()
    assert drawn(shown) == {7}
    shown.page.get_by_role("button", name="Reset").click()
    assert drawn(shown) == FIRST


def test_what_is_pointed_at_or_focused_is_lit_up(shown):
    faint = """() => [...document.querySelectorAll('svg[data-chart="curves-wide"] [class^="method-"]')]
      .filter((group) => Number(getComputedStyle(group).opacity) < 1)
      .map((group) => group.classList[0])"""
    others = {f"method-{place}" for place in range(8) if place != 3}
    shown.page.get_by_text("sampler-3+xgboost").locator(
        "visible=true"
    ).first.scroll_into_view_if_needed()
    shown.page.locator('.switches [data-method="3"]').hover()
    assert set(shown.page.evaluate(faint)) == others
    assert float(look(shown, 3)[2].removesuffix("px")) == 3
    shown.page.mouse.move(5, 5)
    assert shown.page.evaluate(faint) == []
    switch(shown, "sampler-3+xgboost").focus()
    assert set(shown.page.evaluate(faint)) == others


def test_the_calibration_follows(opened, comparison):
    shown = opened(comparison)
    legend = shown.page.locator(".overlay").nth(1).locator("li:visible")
    assert drawn(shown, "calibration-wide") == FIRST
    assert legend.count() == 6
    shown.page.get_by_role("button", name="None").click()
    switch(shown, "autoencoder").check()
    assert drawn(shown, "calibration-wide") == {7}
    assert legend.all_inner_texts() == ["autoencoder\nBrier 0.010"]


def test_without_scripts_the_best_six_stand_before_the_others(opened, comparison):
    shown = opened(comparison, java_script_enabled=False)
    assert drawn(shown) == set(range(8))
    assert drawn(shown, "calibration-wide") == FIRST
    assert shown.page.get_by_text("2 others").first.is_visible()
    assert shown.page.locator("input:visible, button:visible").count() == 0


def test_the_script_changes_no_look_of_what_is_drawn_at_first(opened, comparison):
    looks = [
        [look(shown, place, chart) for place in FIRST for chart in ("curves-wide", "curves-narrow")]
        for shown in (opened(comparison), _Bare(opened(comparison)))
    ]
    assert looks[0] == looks[1]


class _Bare:
    """A page as it is before its script has run."""

    def __init__(self, shown):
        shown.page.evaluate(
            "document.querySelectorAll('[data-style]').forEach((part) => part.removeAttribute('data-style'))"
        )
        self.page = shown.page


@pytest.mark.parametrize("width", [360, 768, 1200])
def test_no_width_needs_sideways_scrolling(opened, explorable, comparison, width):
    long = replace(comparison, page="an-endless-name-" * 30)
    for report in (comparison, replace(explorable, comparison=long)):
        shown = opened(report, viewport={"width": width, "height": 800})
        shown.page.get_by_role("button", name="All 8").click()
        assert shown.page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize(
    "options",
    [{}, {"color_scheme": "dark"}, {"viewport": PHONE}, {"forced_colors": "active"}],
    ids=["light", "dark", "phone", "forced-colours"],
)
@pytest.mark.parametrize("place", ["page", "section"])
def test_axe_finds_no_serious_fault(opened, explorable, comparison, place, options):
    report = comparison if place == "page" else replace(explorable, comparison=comparison)
    shown = opened(report, **options)
    shown.page.get_by_role("button", name="All 8").click()
    assert shown.serious_faults() == {}


def test_the_policy_of_the_page_stops_every_other_script(opened, comparison):
    shown = opened(comparison)
    assert shown.what_stops_another_script() == "script-src-elem"
    assert "Content Security Policy" in shown.complaints.pop()


def test_on_paper_nothing_is_to_press_and_what_is_folded_is_open(opened, comparison):
    shown = opened(comparison, viewport={"width": 690, "height": 1000})
    folded = shown.page.locator("details").nth(1).locator("figure")
    assert not folded.is_visible()
    shown.page.emulate_media(media="print")
    assert folded.is_visible()
    assert shown.page.locator("button:visible, .switches input:visible").count() == 0
    names = shown.page.locator(".switches li:visible .name").all_inner_texts()
    assert len(names) == 6
    assert shown.page.evaluate("document.documentElement.scrollWidth") == 690
