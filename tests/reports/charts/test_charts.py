"""What is drawn stands where the figures say."""

import re

import numpy as np
import pytest

from reports import Metrics, Scores, Threshold, ThresholdFigures


def chart(page, label):
    """The first drawing whose description begins so."""
    found = page.elements("svg", class_="chart")
    return next(svg for svg in found if svg.get("aria-label").startswith(label))


def ticks(svg, axis):
    """Position of each tick label along an axis, by its text; x labels share a y, and so on."""
    across = {"x": "y", "y": "x"}[axis]
    labels = [text for text in svg.iter("text") if re.search(r"\d", text.text)]
    edge = max(labels, key=lambda text: float(text.get("y")))
    if axis == "y":
        edge = min(labels, key=lambda text: float(text.get("x")))
    return {t.text: float(t.get(axis)) for t in labels if t.get(across) == edge.get(across)}


def dots(svg, colour):
    """Centres of the marks in a colour."""
    marks = [use for use in svg.iter("use") if f"f-{colour}" in use.get("class", "")]
    return [(float(mark.get("x")), float(mark.get("y"))) for mark in marks]


def points(svg, colour):
    """Corners of the line in a colour, as an array of shape (points, 2)."""
    path = next(
        p for p in svg.iter("path") if p.get("class") == f"s-{colour}" and p.get("clip-path")
    )
    return np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", path.get("d")), dtype=float)


def to_share(position, along):
    """A position on an axis from 0 on as a share of one."""
    first, last = along[min(along, key=by_value)], along[max(along, key=by_value)]
    return (position - first) / (last - first) * by_value(max(along, key=by_value))


def by_value(label):
    return float(label.split("\u202f")[0])


def on_the_way(x, y, place):
    """Heights of both ends of the segment that crosses a place."""
    [first] = np.flatnonzero((x[1:] - place) * (x[:-1] - place) < 0)
    return y[first : first + 2].tolist()


@pytest.fixture
def four(page_with):
    """The page of four scores, frauds first and third, with the threshold at the third."""
    figures = ThresholdFigures(3, 2 / 3, 1.0, 0.8, 2, 1, 0, 1)
    four = Scores(np.array([0.1, 1.0, 10.0, 100.0]), np.array([0, 1, 0, 1]))
    return page_with(
        validation=None,
        test=four,
        metrics={"test": Metrics(0.8333, 0.75)},
        threshold=Threshold("f1", 1.0, {"test": figures}),
    )


def test_the_operating_point_stands_at_its_recall_and_precision(page):
    svg = chart(page, "Precision-recall")
    [(x, y)] = dots(svg, "accent")
    assert to_share(x, ticks(svg, "x")) == pytest.approx(18 / 40, abs=0.003)
    assert to_share(y, {t: p - 4 for t, p in ticks(svg, "y").items()}) == pytest.approx(
        18 / 58, abs=0.01
    )


def test_the_operating_point_stands_at_its_false_positive_rate(page):
    svg = chart(page, "ROC")
    [(x, _)] = dots(svg, "accent")
    assert to_share(x, ticks(svg, "x")) == pytest.approx(40 / 3960, abs=0.003)


def test_the_threshold_stands_at_its_score(four):
    svg = chart(four, "Histogram")
    [text] = [t for t in svg.iter("text") if t.text == "threshold 1.000"]
    assert float(text.get("x")) == pytest.approx(ticks(svg, "x")["1"], abs=0.2)


def test_the_precision_recall_curve_has_the_corners_of_the_data(four):
    svg = chart(four, "Precision-recall")
    along = ticks(svg, "x")
    corners = points(svg, "ink")
    recall = to_share(corners[:, 0], along)
    assert np.unique(recall.round(2)).tolist() == [0.0, 0.5, 1.0]
    heights = corners[:, 1]
    precision = 0.5 + 0.5 * (heights.max() - heights) / np.ptp(heights)
    # A step is as high as the precision at its right end, as average precision sums it.
    assert on_the_way(recall, precision, 0.75) == pytest.approx([2 / 3, 2 / 3], abs=0.01)
    assert on_the_way(recall, precision, 0.25) == pytest.approx([1, 1], abs=0.01)


def test_the_roc_curve_has_the_corners_of_the_data(four):
    svg = chart(four, "ROC")
    corners = points(svg, "ink")
    assert np.unique(to_share(corners[:, 0], ticks(svg, "x")).round(2)).tolist() == [0, 0.5, 1]
    assert corners.shape[0] == 5


@pytest.mark.parametrize(("best", "top"), [(0.04, "0.05"), (0.15, "0.20"), (0.9, "1.0")])
def test_the_precision_axis_ends_above_the_best_precision(page_with, best, top):
    negatives = round(100 / best) - 100
    labels = np.append(np.ones(100, dtype=int), np.zeros(negatives, dtype=int))
    tied = Scores(np.full(labels.size, 2.0), labels)
    page = page_with(validation=tied, test=tied, threshold=None)
    assert top in ticks(chart(page, "Precision-recall"), "y")


def test_a_wide_chart_has_a_narrow_twin_that_says_the_same(page):
    wide, narrow = (page.elements("div", class_=name) for name in ("wide", "narrow"))
    assert len(wide) == len(narrow) == 1
    for one, other in zip(wide, narrow, strict=True):
        assert one.find("svg").get("aria-label") == other.find("svg").get("aria-label")
        assert one.find("svg").get("viewbox") == "0 0 900 300"
        assert other.find("svg").get("viewbox") == "0 0 420 290"


def test_legends_name_every_line_and_its_figure(page):
    legends = [page.text(legend) for legend in page.elements("ul", class_="legend")]
    assert legends == [
        "normal, 3,960 fraud, 40",
        "validation, AP 0.412 test, AP 0.388 at the threshold: recall 0.450, precision 0.310",
        "cost",
        "alerts",
        "training held back lowest, 0.7500 at epoch 3",
        "precision recall",
        "validation, AUC 0.951 test, AUC 0.944 at the threshold: false-positive rate 0.010, recall 0.450",
    ]


def test_the_bars_of_the_distribution_are_as_high_as_their_counts(page_with):
    scores = np.append(np.full(1000, 1.0), np.full(10, 100.0))
    page = page_with(test=Scores(scores, (scores > 1).astype(int)), validation=None, threshold=None)
    svg = chart(page, "Histogram")
    tops = {
        colour: min(
            float(y)
            for path in svg.iter("path")
            if path.get("class") == f"f-{colour}"
            for y in re.findall(r"[\d.]+ ([\d.]+)", path.get("d"))
        )
        for colour in ("normal", "accent")
    }
    along = ticks(svg, "y")
    assert tops["accent"] - tops["normal"] == pytest.approx(along["10"] - along["1,000"], abs=0.3)


def test_one_epoch_has_one_tick(page_with):
    page = page_with(history={"loss": [1.5], "val_loss": [1.4]})
    loss = chart(page, "Loss over 1 epoch")
    assert list(ticks(loss, "x")) == ["1"]
    assert len(dots(loss, "muted")) == 1
