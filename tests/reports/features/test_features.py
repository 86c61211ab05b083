"""Features one by one: how far the classes differ, and that what is drawn is what the data hold."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

import reports
from reports import Sample, SampledColumn
from reports.charts.figure import styled
from reports.features.charts import distributions, errors, pair
from reports.features.differences import features_of
from reports.features.pairs import RIM, pairs_as_json
from reports.features.table import table
from reports.page.export import figures_of

NAN = np.nan
LABELS = np.array([0, 0, 0, 0, 1, 1])


@pytest.fixture
def report(report, sample):
    """The small report with a sample of its transactions."""
    return replace(report, sample=sample)


@pytest.fixture
def features_with(report):
    """The features of the report with another sample."""

    def found(columns, labels=LABELS, shares=None):
        columns = [c if isinstance(c, SampledColumn) else SampledColumn(*c) for c in columns]
        return features_of(replace(report, sample=Sample(columns, labels, shares)))

    return found


@pytest.mark.parametrize(
    ("values", "levels", "difference"),
    [
        ([1, 2, 3, 4, 2, 3], (), 0.25),
        ([1, 2, 3, 4, 5, 6], (), 1.0),
        ([1, 2, 1, 2, 1, 2], (), 0.0),
        ([1, 1, 1, 1, NAN, 1], (), 0.5),
        ([NAN] * 6, (), 0.0),
        ([0, 0, 1, 1, 0, 0], ("a", "b"), 0.5),
        ([0, 0, 1, 1, 2, 2], ("a", "b", "c"), 1.0),
        ([0, 0, 0, 0, NAN, NAN], ("a",), 1.0),
    ],
)
def test_the_difference_is_that_of_the_two_distributions(features_with, values, levels, difference):
    found = features_with([("it", np.array(values, dtype=float), levels)])
    assert found.differences[0] == pytest.approx(difference)


def test_the_features_that_differ_most_come_first(features_with):
    same, other = np.array([1.0, 2, 1, 2, 1, 2]), np.array([1.0, 2, 3, 4, 5, 6])
    found = features_with([("same", same), ("other", other)])
    assert [column.name for column, _ in found.drawn] == ["other", "same"]
    assert [name for name, _ in table(found).rows] == ["other", "same"]


def test_without_labels_those_with_the_largest_errors_come_first(features_with):
    shares = np.tile([1.0, 5.0], (6, 1))
    found = features_with([("a", np.arange(6.0)), ("b", np.arange(6.0))], None, shares)
    assert [column.name for column, _ in found.drawn] == ["b", "a"]
    assert table(found).groups == ()


def test_the_script_gets_the_place_of_every_value(features_with):
    values = np.array([0.0, 5, NAN, 10, 2, 3])
    levels = np.array([0.0, 1, 1, NAN, 0, 0])
    found = features_with([("number", values), ("level", levels, ["a", "b"])])
    data = json.loads(pairs_as_json(found))
    assert data["classes"] == [4, 2]
    axes = {column.name: axis for column, axis in found.drawn}
    number = data["places"][data["names"].index("number")]
    expected = np.clip(axes["number"].place(values), 0, 1) * 1000
    assert number == [-1 if np.isnan(place) else round(place) for place in expected]
    level = np.array(data["places"][data["names"].index("level")])
    assert (level == -1).tolist() == np.isnan(levels).tolist()
    assert (level[[1, 2]] > 500).all()
    assert (level[[0, 4, 5]] < 500).all()


def test_a_large_sample_is_drawn_evenly_from_each_class(features_with):
    labels = np.repeat([0, 1], [4000, 1000])
    columns = [(name, np.random.default_rng(0).normal(size=5000)) for name in ("a", "b")]
    assert json.loads(pairs_as_json(features_with(columns, labels)))["classes"] == [600, 300]


def test_the_table_says_what_the_sample_holds(features_with):
    found = features_with(
        [
            ("n", np.array([1.0, 1, 1, NAN, 7, 7])),
            ("c", np.array([0.0, 0, 0, 1, 1, 1]), ["x", "y"]),
        ],
        shares=np.array([[1.0, 3.0]] * 4 + [[10.0, 20.0], [12.0, 22.0]]),
    )
    assert dict(table(found).rows) == {
        "n": ["1", "7", "25.0\u202f%", "0\u202f%", "1.00", "11.0", "0.750"],
        "c": ["x 75.0\u202f%, y 25.0\u202f%", "y 100\u202f%", "0\u202f%", "0\u202f%", "3.00", "21.0", "0.750"],
    }  # fmt: skip


def test_the_page_shows_every_feature_by_class(page):
    assert page.table("Values and errors of each feature by class")[1] == [
        "Feature", "Normal", "Fraud", "Normal", "Fraud", "Normal", "Fraud", "Difference",
    ]  # fmt: skip
    charts = page.charts()
    for name in ("amount", "country", "channel"):
        assert any(chart.startswith(f"{name} by class: normal; fraud.") for chart in charts)
    told = "Share of the score by feature: normal, middle 80 %; fraud, middle 80 %. From top to bottom: "
    assert any(chart.startswith(told) for chart in charts)
    assert any(chart.startswith("country against amount: ") for chart in charts)
    assert "260 normal and 40 fraud" in page.text()


def test_a_page_without_a_sample_says_nothing_of_features(page_with):
    page = page_with(sample=None)
    assert "Feature by feature" not in page.text()
    assert len(page.elements("script")) == 3


def test_a_classifier_has_no_errors_by_feature(page_with, report):
    page = page_with(sample=replace(report.sample, shares=None), learned_labels=True)
    assert "A classifier gives no errors by feature." in page.text()
    assert not [chart for chart in page.charts() if "Share of the score" in chart]


@pytest.mark.parametrize(
    "labels", [np.eye(300, dtype=int)[0], np.zeros(300, int), np.ones(300, int), None]
)
def test_one_fraud_no_fraud_only_frauds_and_no_labels_have_their_page(page_with, report, labels):
    page = page_with(sample=replace(report.sample, labels=labels))
    manner = " by class" if labels is not None and np.ptp(labels) else ""
    assert len(page.table(f"Values and errors of each feature{manner}")) >= 4
    assert (
        "by class"
        in page.text(page.elements("section", **{"aria-labelledby": "features-title"})[0])
    ) is bool(manner)


def test_one_column_is_drawn_against_no_other(page_with, report):
    sample = Sample(report.sample.columns[:1], report.sample.labels, report.sample.shares[:, :1])
    page = page_with(sample=sample)
    assert len(page.elements("script")) == 3
    assert not page.elements("select")


def test_a_wide_table_keeps_the_page_small(report):
    random = np.random.default_rng(0)
    columns = [SampledColumn(f"column {n}", random.normal(size=2000)) for n in range(500)]
    sample = Sample(columns, (np.arange(2000) < 300).astype(int), random.gamma(2, 1, (2000, 500)))
    page = reports.render(replace(report, sample=sample))
    assert "40 of 500 columns are drawn" in page
    assert "300 columns more are left out" in page
    assert len(page) < 1_000_000


def test_of_a_feature_left_out_of_the_table_the_note_knows(features_with):
    few, many = (
        features_with([(f"c{n}", np.arange(6.0)) for n in range(size)], shares=np.ones((6, size)))
        for size in (200, 201)
    )
    assert "its mean shares of the score, sum to its mean score." in table(few).note
    assert "with those of the columns left out, sum to its mean score." in table(many).note


def test_shares_that_are_no_numbers_are_left_out(features_with):
    shares = np.array([[1.0, 2], [NAN, 2], [3, 2], [np.inf, 2], [5, 6], [7, 8]])
    columns = [("a", np.arange(6.0)), ("b", np.arange(6.0) % 2)]
    found = features_with(columns, shares=shares)
    assert dict(table(found).rows)["a"][4:6] == ["2.00", "6.00"]
    assert errors(found) is not None
    nothing = features_with(columns, shares=np.full((6, 2), NAN))
    assert dict(table(nothing).rows)["a"][4:6] == ["–", "–"]
    assert errors(nothing) is None
    unlabelled = features_with(columns, None, shares)
    assert [column.name for column, _ in unlabelled.drawn] == ["b", "a"]


def test_what_is_missing_is_no_part_of_the_shares_of_either_kind(features_with):
    missing = [("c", np.array([0, NAN, NAN, 1, 0, 0]), ["x", "y"]), ("n", np.arange(6.0))]
    found = features_with(missing)
    assert dict(table(found).rows)["c"][0] == "x 50.0\u202f%, y 50.0\u202f%"
    [bars] = [chart for chart in distributions(found) if chart.title == "c"]
    plot = bars.drawings[0].plot
    with styled():
        _, axes = plot.figure()
    widths = [patch.get_width() for patch in axes.patches]
    assert widths == pytest.approx([0.5, 0.5, 1, 0])


def test_the_note_says_what_is_drawn_and_how_sure_the_order_is(features_with):
    known, empty = ("known", np.arange(6.0)), ("empty", np.full(6, NAN))
    assert features_with([known, empty, ("void", np.full(6, np.inf))]).note == (
        "A sample of the transactions held out: 4 normal and 2 fraud. Those columns come first in "
        "which the classes differ most. 2 columns have no value. With 2 frauds in the sample this "
        "order is largely chance."
    )
    labels = np.arange(60) % 2
    assert features_with([("a", np.arange(60.0))], labels).note == (
        "A sample of the transactions held out: 30 normal and 30 fraud. Those columns come first "
        "in which the classes differ most."
    )


def _words(drawing):
    return " ".join(re.findall(r'aria-label="[^"]*"|>[^<]+</text>', drawing))


def test_without_labels_nothing_is_by_class(features_with):
    columns = [("a", np.arange(6.0)), ("b", np.arange(6.0) % 2, ["x", "y"])]
    found = features_with(columns, None, np.ones((6, 2)))
    charts = [errors(found), pair(found), *distributions(found)]
    assert not [chart for chart in charts if "class" in chart.title + _words(chart.drawings[0])]
    assert errors(found).title == "Error by feature"


def test_the_pair_counts_the_points_that_are_drawn(features_with):
    one = np.array([0, 1, NAN, 2, NAN, 4])
    found = features_with([("a", one), ("b", np.arange(6.0))])
    chart = pair(found)
    assert [key.label for key in chart.legend] == ["normal, 3 drawn", "fraud, 1 drawn"]
    assert chart.note == f"2 of 6 lack one of the two values. {RIM}"
    assert pair(features_with([("a", np.arange(6.0)), ("b", np.arange(6.0))])).note == RIM


def test_a_figure_of_a_feature_names_its_axes(report):
    files = dict(figures_of(report))
    told = {
        name: " ".join(re.findall(r">([^<]+)</text>", files[f"features-{name}.svg"].decode()))
        for name in "123"
    }
    assert all(
        name in " ".join(told.values()) for name in ("country", "amount, log scale", "channel")
    )
    assert all("share of each class" in words for words in told.values())


def test_the_error_axis_is_named_and_has_ticks_enough(features_with):
    shares = np.abs(np.random.default_rng(0).normal(1, 0.3, (6, 2)))
    found = features_with([("a", np.arange(6.0)), ("b", np.arange(6.0))], shares=shares)
    plot = errors(found).drawings[0].plot
    assert re.fullmatch(
        r"share of the score, in its unit; log scale from [\d.]+ on", plot.axis_labels[0]
    )
    with styled():
        _, axes = plot.figure()
    ticks = [text.get_text() for text in axes.get_xticklabels()]
    assert len(ticks) == len(set(ticks)) > 2


def test_a_category_with_a_long_name_is_cut_in_the_drawing_and_whole_in_its_words(features_with):
    long = "Hypermarket and grocery store, no. 12"
    found = features_with([("c", np.zeros(6), [long])])
    [chart] = distributions(found)
    assert f"From top to bottom: {long}." in chart.drawings[0]
    assert "characters)" not in chart.drawings[0]
    assert long in dict(table(found).rows)["c"][0]


def test_figures_stand_under_each_other_on_the_right(page):
    [found] = page.elements("table", class_="by-feature")
    for row in list(found.iter("tr"))[1:]:
        assert [cell.get("class") for cell in row] == [None] * 3 + ["n"] * 5


def test_shapes_that_do_not_fit_are_refused():
    column = SampledColumn("a", np.zeros(3))
    with pytest.raises(ValueError, match="same number of rows"):
        Sample([column], np.zeros(4))
    with pytest.raises(ValueError, match="a column for each column"):
        Sample([column], None, np.zeros((3, 2)))
