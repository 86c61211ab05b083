"""The page in a real browser: from disk, on a phone, in the dark, without scripts, for everyone."""

from dataclasses import replace

import pytest

from reports import Column

pytestmark = pytest.mark.xdist_group("browser")

PHONE = {"width": 360, "height": 780}
LONG = "an-endless-name-" * 30


def test_the_page_opens_from_disk_without_the_network_in_under_a_second(opened, explorable):
    shown = opened(explorable)
    assert shown.page.title() == "Cards in May"
    loaded = "performance.getEntriesByType('navigation')[0].loadEventEnd"
    shown.page.wait_for_function(f"{loaded} > 0")
    assert shown.page.evaluate(loaded) < 1000


def test_the_policy_stops_every_other_script(opened, explorable):
    shown = opened(replace(explorable, title="<img src=x onerror='window.ran = 1'>"))
    assert shown.page.evaluate("window.ran") is None
    assert shown.what_stops_another_script() == "script-src-elem"
    assert shown.page.evaluate("window.ran") is None
    assert "Content Security Policy" in shown.complaints.pop()


@pytest.mark.parametrize("width", [360, 768, 1200, 2400])
def test_no_width_needs_sideways_scrolling(opened, explorable, width):
    columns = [Column(LONG, "feature", "number", LONG), *explorable.columns]
    long = replace(explorable, run=LONG, title=LONG, columns=columns, data_name=LONG)
    shown = opened(long, viewport={"width": width, "height": 800})
    shown.page.get_by_label("A false alarm costs").fill("1")
    shown.page.get_by_label("A missed fraud costs").fill("20")
    shown.page.get_by_role("button", name="Least cost").click()
    assert shown.page.evaluate("document.documentElement.scrollWidth") == width


def test_on_a_phone_the_line_of_the_narrow_drawing_moves(opened, explorable):
    shown = opened(explorable, viewport=PHONE, has_touch=True)
    before = shown.value
    shown.page.touchscreen.tap(*shown.point("distribution-narrow", 0.4, 0.5))
    assert shown.value < before
    assert shown.page.locator("#slider").bounding_box()["width"] > 200


def test_on_a_phone_every_figure_stands_beside_its_interval(opened, explorable):
    shown = opened(explorable, viewport=PHONE)
    heads = shown.page.locator(".trust tbody th:visible")
    assert [head.split("\n")[0] for head in heads.all_inner_texts()] == [
        "Average precision", "ROC AUC", "Precision", "Recall", "F1",
    ]  # fmt: skip
    cells = shown.page.locator(".trust thead th:visible").all_inner_texts()
    assert cells == ["Figure", "Test", "95 % interval", "Optimism"]


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
def test_the_page_is_dark_where_the_reader_wants_it(opened, explorable, scheme, is_dark):
    shown = opened(explorable, color_scheme=scheme)
    colours = shown.page.evaluate(
        """() => ["body", "#threshold", "#command"].map((chosen) => {
          const style = getComputedStyle(document.querySelector(chosen));
          return [style.color, style.backgroundColor].map((colour) => Number(colour.match(/\\d+/)[0]));
        })"""
    )
    for ink, paper in (colours[0], colours[1]):
        assert (ink > 200, paper < 60) == (is_dark, is_dark)
    assert shown.page.locator(".grip").first.is_visible()


def test_without_scripts_the_page_is_as_readable(opened, explorable):
    shown = opened(explorable, java_script_enabled=False)
    page = shown.page
    for part in ("#slider", "#threshold", "#command", "#least-cost"):
        assert not page.locator(part).is_visible()
    for name in ("distribution-wide", "precision-recall", "sweep", "roc"):
        assert page.locator(f'svg[data-chart="{name}"]').is_visible()
        assert page.locator(f'svg[data-chart="{name}"] .picked').first.is_visible()
    assert page.get_by_text("At the run’s threshold, test").is_visible()
    assert page.get_by_role("table", name="Confusion matrix of the test split").is_visible()


def test_everything_that_moves_can_be_reached_and_seen_with_the_keyboard(opened, explorable):
    shown = opened(explorable)
    shown.page.get_by_label("A false alarm costs").fill("1")
    shown.page.get_by_label("A missed fraud costs").fill("20")
    reached = set()
    for _ in range(60):
        shown.page.keyboard.press("Tab")
        found = shown.page.evaluate(
            """() => { const style = getComputedStyle(document.activeElement);
              const { id, tagName } = document.activeElement;
              return [id || tagName, style.outlineStyle, parseFloat(style.outlineWidth)]; }"""
        )
        reached.add(found[0])
        if found[0] != "BODY":
            assert found[1] != "none"
            assert found[2] >= 2
    assert {"slider", "threshold", "missed-cost", "least-cost", "copy"} <= reached


@pytest.mark.parametrize(
    "options",
    [{}, {"color_scheme": "dark"}, {"viewport": PHONE}, {"forced_colors": "active"}],
    ids=["light", "dark", "phone", "forced-colours"],
)
def test_axe_finds_no_serious_fault(opened, explorable, options):
    assert opened(explorable, **options).serious_faults() == {}


def test_on_paper_there_is_nothing_to_press(opened, explorable):
    shown = opened(explorable)
    shown.page.emulate_media(media="print")
    for part in ("#slider", "#threshold", "#least-cost", "#copy"):
        assert not shown.page.locator(part).is_visible()
    assert shown.page.locator("[data-split=test][data-figure=precision]").is_visible()
