"""What a row with label 1 is called: the report's own word, wherever the page names one."""

from dataclasses import replace

import numpy as np
import pytest

import reports
from reports import Alert, BiasEffect, Column, Duplicates, Scores


@pytest.fixture
def full(explorable, comparison):
    """A report with every section, of a set that has nothing to do with fraud."""
    columns = [column for column in explorable.columns if column.name != "fraud"]
    misses = [Alert(row=place, split="test", score=0.1, label=1) for place in range(2)]
    moments = np.arange(explorable.test.scores.size) * 60.0
    return replace(
        explorable,
        columns=[*columns, Column("is_odd", "label", "flag")],
        misses=misses,
        test=replace(explorable.test, moments=moments),
        duplicates=[Duplicates("test", 50, 5, 2, 1)],
        comparison=replace(comparison, noun="anomaly"),
        noun="anomaly",
    )


def variants(report):
    """The report, and what else it says where something is missing."""
    test = report.test
    few = Scores(test.scores, (np.arange(test.scores.size) == 0).astype(np.int8))
    none = Scores(test.scores, np.zeros(test.scores.size, dtype=np.int8))
    unlabelled = {"test": Scores(test.scores), "validation": None, "misses": ()}
    yield report
    yield replace(report, test=few, learned_labels=True, alerts=report.misses)
    yield replace(report, test=none, validation=none, threshold=None)
    yield replace(report, threshold=None)
    yield replace(report, **unlabelled)


def test_a_report_on_anomalies_has_no_fraud_on_its_page(full):
    for report in variants(full):
        page = reports.render(report)
        assert "fraud" not in page.lower()
        assert "anomal" in page


def test_the_words_agree_with_the_noun(full, page_of):
    text = page_of(full).text()
    assert "Anomalies caught" in text
    assert "Anomaly rate" in text
    assert "The labels are taken as they are: an anomaly that nobody noticed" in text
    assert "anomaly, caught" in text
    assert "A missed anomaly costs" in text
    assert "260 normal and 40 anomaly" in text


def test_a_report_on_frauds_says_so(full, page_of):
    text = page_of(replace(full, noun="fraud")).text()
    assert "Frauds caught" in text
    assert "Fraud rate" in text
    assert "a fraud that nobody noticed" in text


def test_the_figures_as_files_have_the_noun_too(full):
    drawn = {name: content.decode("utf-8", "replace") for name, content in reports.figures_of(full)}
    assert "anomaly, " in drawn["distribution.svg"]
    assert not any("fraud" in content.lower() for content in drawn.values())


def test_a_comparison_on_anomalies_has_no_fraud_on_its_page(comparison):
    generated = {"train": {"auroc": 0.6, "copies": 0.0}, "validation": {"auroc": 0.7}}
    first, *rest = comparison.methods
    page = reports.render_comparison(
        replace(
            comparison,
            methods=[replace(first, generated=generated), *rest],
            alike=[["sampler-0+xgboost", "sampler-1+xgboost"], ["autoencoder", "other"]],
            bias=BiasEffect("dense", [0.1, 0.05], [0.7, 0.06], [0.04], [0.05]),
            duplicates=[Duplicates("test", 50, 5, 2, 1)],
            noun="anomaly",
        )
    )
    assert "fraud" not in page.lower()
    assert "begins at the share of anomalies" in page
    assert "Generated anomalies beside real ones" in page
    assert "2 of them anomalies" in page
