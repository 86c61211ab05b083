"""Any two features against each other, chosen in a real browser."""

import re
from dataclasses import replace

import numpy as np
import pytest

from reports import Sample, SampledColumn

pytestmark = pytest.mark.xdist_group("browser")

POINTS = """svg => [...svg.querySelectorAll(".points path")].map((path) => path.getAttribute("d").split("M").length - 1)"""
PLACE = """(svg) => {
  const [left, top, width, height] = svg.dataset.box.split(" ").map(Number);
  const [x, y] = svg.querySelector(".points path").getAttribute("d").match(/[\\d.]+/g).map(Number);
  return [(x - left) / width, 1 - (y - top) / height];
}"""


@pytest.fixture
def shown(opened, explorable):
    """A page whose sample has four features; b is the same as a, and some of c is missing."""
    a = np.linspace(0, 100, 50)
    labels = (np.arange(50) % 5 == 0).astype(int)
    columns = [
        SampledColumn("a", a + 200 * labels),
        SampledColumn("b", a + 200 * labels),
        SampledColumn("c", np.where(np.arange(50) % 10 == 1, np.nan, a)),
        SampledColumn("<b>d</b>", np.arange(50) % 3.0, ["x", "y", "z"]),
    ]
    return opened(replace(explorable, sample=Sample(columns, labels)))


def drawing(shown):
    return shown.page.locator('svg[data-chart="pair"]')


def choose(shown, side, name):
    shown.page.get_by_label({"x": "Across", "y": "Up"}[side]).select_option(name)


def test_every_point_is_where_its_two_values_are(shown):
    choose(shown, "x", "b")
    choose(shown, "y", "a")
    assert drawing(shown).evaluate(POINTS) == [40, 10]
    x, y = drawing(shown).evaluate(PLACE)
    assert x == pytest.approx(y, abs=0.01)
    assert 0 < x < 0.2


def test_rows_without_one_of_the_values_are_left_out_and_counted(shown):
    choose(shown, "x", "c")
    choose(shown, "y", "a")
    assert sum(drawing(shown).evaluate(POINTS)) == 45
    assert shown.page.get_by_text("5 of 50 lack one of the two values.").is_visible()
    choose(shown, "x", "b")
    assert shown.page.locator(".choose .note").inner_text() == ""


def test_the_legend_counts_the_points_of_the_two_that_are_chosen(shown):
    legend = shown.page.locator("figure", has=drawing(shown)).locator(".legend li")
    assert legend.all_inner_texts() == ["normal, 40 drawn", "fraud, 10 drawn"]
    choose(shown, "x", "c")
    assert legend.all_inner_texts() == ["normal, 35 drawn", "fraud, 10 drawn"]


@pytest.mark.parametrize("has_scripts", [True, False])
def test_at_first_it_counts_right_too_and_says_it_once(opened, explorable, has_scripts):
    a = np.linspace(0, 100, 50)
    columns = [SampledColumn(name, np.where(a % 4 < 1, np.nan, a)) for name in "ab"]
    sample = Sample(columns, (np.arange(50) % 5 == 0).astype(int))
    shown = opened(replace(explorable, sample=sample), java_script_enabled=has_scripts)
    n_lacking = int(np.isnan(columns[0].values).sum())
    said = shown.page.get_by_text(f"{n_lacking} of 50 lack one of the two values.")
    assert said.count() == 1
    assert said.is_visible()
    figure = shown.page.locator("figure", has=drawing(shown))
    legend = " ".join(figure.locator(".legend li").all_inner_texts())
    assert sum(map(int, re.findall(r"\d+", legend))) == 50 - n_lacking
    assert figure.get_by_text("Points on the edge of the drawing").is_visible()


CROSSINGS = """(svg) => {
  const seen = svg.getBoundingClientRect();
  const boxes = [...svg.querySelectorAll("text")].filter((t) => t.textContent)
    .map((t) => [t.textContent, t.getBoundingClientRect()]);
  const crossed = boxes.flatMap(([a, one], i) => boxes.slice(i + 1)
    .filter(([, other]) => one.left < other.right && other.left < one.right
      && one.top + 2 < other.bottom && other.top + 2 < one.bottom)
    .map(([b]) => `${a} on ${b}`));
  const cut = boxes.filter(([, box]) => box.left < seen.left - 1).map(([a]) => `${a} cut`);
  return [...crossed, ...cut];
}"""


@pytest.mark.parametrize("width", [360, 1200])
def test_names_and_numbers_neither_cross_nor_leave_the_drawing(opened, explorable, width):
    names = [
        f"{kind} merchant" for kind in ("grocery", "travel", "hotel", "online", "petrol", "bar")
    ]
    columns = [
        SampledColumn("shop", np.arange(60) % 6.0, names),
        SampledColumn("place", np.arange(60) // 10 + 0.0, names[::-1]),
        SampledColumn("millions", np.linspace(0, 5e6, 60)),
        SampledColumn("close", 1e6 + np.arange(60) / 10),
        SampledColumn("when", 1.77e9 + np.arange(60.0), is_time=True),
    ]
    sample = Sample(columns, np.arange(60) % 2, np.ones((60, 5)) * np.arange(1, 6))
    shown = opened(replace(explorable, sample=sample), viewport={"width": width, "height": 800})
    for x, y in (("shop", "place"), ("millions", "close"), ("close", "when"), ("when", "millions")):
        choose(shown, "x", x)
        choose(shown, "y", y)
        assert drawing(shown).evaluate(CROSSINGS) == []
    for place in range(5):
        small = shown.page.locator(f'svg[data-chart="feature-{place}"]')
        assert small.evaluate(CROSSINGS) == []
    assert shown.page.locator('svg[data-chart="errors"]').evaluate(CROSSINGS) == []


def test_the_axes_are_named_and_labelled_anew(shown):
    choose(shown, "x", "c")
    choose(shown, "y", "<b>d</b>")
    texts = drawing(shown).evaluate(
        "svg => [...svg.querySelectorAll('text')].map((t) => t.textContent)"
    )
    assert {"c", "<b>d</b>", "x", "y", "z", "0", "100"} <= set(texts)
    assert drawing(shown).get_attribute("aria-label") == (
        "<b>d</b> against c: normal, 35 drawn; fraud, 10 drawn."
    )


def test_the_choice_works_with_the_keyboard(shown):
    shown.page.get_by_label("Across").focus()
    before = drawing(shown).get_attribute("aria-label")
    shown.page.keyboard.press("ArrowDown")
    shown.page.keyboard.press("ArrowDown")
    assert drawing(shown).get_attribute("aria-label") != before


def test_without_scripts_two_features_are_drawn_and_nothing_is_to_choose(opened, explorable):
    shown = opened(explorable, java_script_enabled=False)
    assert drawing(shown).is_visible()
    assert not shown.page.get_by_label("Across").is_visible()


def test_the_table_unfolds_and_is_whole_on_paper(opened, explorable):
    shown = opened(explorable)
    table = shown.page.get_by_role("table", name="Values and errors of each feature by class")
    assert not table.is_visible()
    shown.page.get_by_text("All figures, feature by feature").click()
    assert table.is_visible()
    shown.page.get_by_text("All figures, feature by feature").click()
    shown.page.emulate_media(media="print")
    assert table.is_visible()


@pytest.mark.parametrize(
    "options",
    [{}, {"color_scheme": "dark"}, {"viewport": {"width": 360, "height": 780}}],
    ids=["light", "dark", "phone"],
)
def test_axe_finds_no_serious_fault_in_what_unfolds(opened, explorable, options):
    shown = opened(explorable, **options)
    shown.page.get_by_text("All figures, feature by feature").click()
    assert shown.serious_faults() == {}


@pytest.mark.parametrize("width", [360, 768, 2400])
def test_names_of_any_length_need_no_sideways_scrolling(opened, explorable, width):
    long = "an-endless-name-" * 600
    columns = [SampledColumn(long, np.arange(9.0)), SampledColumn("b", np.zeros(9), [long])]
    sample = Sample(columns, np.arange(9) % 2, np.ones((9, 2)))
    shown = opened(replace(explorable, sample=sample), viewport={"width": width, "height": 800})
    shown.page.get_by_text("All figures, feature by feature").click()
    assert shown.page.evaluate("document.documentElement.scrollWidth") == width
