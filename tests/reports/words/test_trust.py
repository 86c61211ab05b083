"""What the page says of its own figures."""

from dataclasses import replace

import numpy as np
import pytest

from reports import Duplicates, Scores
from thresholds import evaluate

THIN = " "  # Page.text makes every space a plain one
CAPTION = "What stands behind each figure"


def statements(page):
    return page.text(page.elements("ul", class_="statements")[0])


def with_figures(report, split, **figures):
    """The report with some figures of a split at the threshold replaced."""
    splits = dict(report.threshold.splits)
    splits[split] = replace(splits[split], **figures)
    return replace(report.threshold, splits=splits)


def test_each_figure_says_what_it_is_counted_from(page_with, report):
    threshold = with_figures(report, "validation", precision=0.35, recall=0.45, f1=0.36)
    table = page_with(threshold=threshold).table(CAPTION)
    assert table[0] == ["Figure", "Test", "95 % interval", "Validation", "Optimism"]
    assert [row[:2] + row[3:] for row in table[1:]] == [
        ["Average precision 40 frauds, 3,960 normal", "0.388", "0.412", "+0.025"],
        ["ROC AUC 40 frauds, 3,960 normal", "0.944", "0.951", "+0.007"],
        ["Precision 58 alerts", "0.310", "0.350", "+0.040"],
        ["Recall 40 frauds", "0.450", "0.450", "0.000"],
        ["F1 58 alerts, 40 frauds", "0.367", "0.360", "−0.007"],
    ]
    assert table[3][2] == "0.200 to 0.430"


def test_one_fraud_has_exact_intervals_or_none(page_with, report):
    labels = np.zeros(4000, dtype=np.int8)
    labels[np.argmax(report.test.scores)] = 1
    figures = evaluate(report.test.scores.max(), labels, report.test.scores)
    intervals = {name: each for name, each in figures.intervals.items() if each is not None}
    threshold = with_figures(
        report, "test", alerts=1, tp=1, fp=0, fn=0, precision=1.0, recall=1.0, f1=1.0, intervals=intervals
    )  # fmt: skip
    page = page_with(test=Scores(report.test.scores, labels), threshold=threshold)
    one_of_one = "0.025 to 1.000"
    shown = {row[0].split(" 1 ")[0]: row[2] for row in page.table(CAPTION)[1:]}
    assert shown == {
        "Average precision": "–", "ROC AUC": "–", "Precision": one_of_one, "Recall": one_of_one, "F1": "0.049 to 1.000",
    }  # fmt: skip
    assert "with fewer than 10 frauds" in statements(page)
    quality = page.table("Figures of the test split at the threshold")
    assert [row[2] for row in quality[1:4]] == [one_of_one, one_of_one, "0.049 to 1.000"]
    tiles = page.text(page.elements("dl", class_="tiles")[0])
    assert tiles.count("95 % interval 2.5 % to 100 %") == 2


def test_what_the_threshold_rests_on_is_said(page_with, report):
    threshold = replace(
        report.threshold,
        picks=(6.5, None),
        as_good=(None, 8.0),
        assumption="A tenth of the rows are anomalies.",
        notes=["The validation rows span 9.0 hours."],
    )
    said = statements(page_with(threshold=threshold))
    assert "picked on the 40 frauds of validation" in said
    assert "may be anywhere from 6.500 to above every score (95 %)" in said
    assert "From the lowest score to 8.000 any threshold is as good" in said
    assert "A tenth of the rows are anomalies. The validation rows span 9.0 hours." in said
    assert "later than everything" in said


def test_without_labels_nothing_is_said_of_them(page_with, report):
    page = page_with(
        validation=Scores(report.validation.scores), test=Scores(report.test.scores), metrics={},
        threshold=None, split_method="random",
    )  # fmt: skip
    assert "labels" not in statements(page)
    assert "No threshold is picked yet" in statements(page)
    assert "drawn at random" in statements(page)
    assert CAPTION not in [page.text(c) for c in page.elements("caption")]


def test_without_a_test_split_there_is_no_optimism(page_with):
    table = page_with(test=None).table(CAPTION)
    assert table[0] == ["Figure", "Validation", "95 % interval"]


def test_notes_of_figures_a_day_stand_where_these_do(page_with, report):
    notes = [f"The {name} rows span 7.6 hours." for name in ("validation", "test")]
    threshold = replace(with_figures(report, "test", alerts_per_day=138.0), notes=notes[:1])
    page = page_with(threshold=threshold, day_notes=notes)
    quality = next(
        section for section in page.elements("section")
        if section.get("aria-labelledby") == "quality-title"
    )  # fmt: skip
    assert all(note in page.text(quality) for note in notes)
    assert "7.6 hours" not in statements(page)
    assert "7.6 hours" not in page_with(day_notes=notes).text()


@pytest.mark.parametrize(
    ("duplicates", "words"),
    [
        (None, "Copies of one transaction in several splits were not looked for."),
        (
            [Duplicates("test", 50, 0, 0, 0)],
            "No row held out equals a training row in every feature.",
        ),
        (
            [Duplicates("test", 50, 5, 2, 1)],
            "5 of 50 test rows (10.0\u202f%) equal a training row in every feature, 2 of them frauds; "
            "1 has another label there.",
        ),
        (
            [Duplicates("test", 50, 1, None, 0)],
            "1 of 50 test rows (2.0\u202f%) equals a training row in every feature.",
        ),
    ],
)
def test_copies_across_the_splits_are_told(page_with, duplicates, words):
    assert " ".join(words.split()) in page_with(duplicates=duplicates).text()
