"""The pages of scores from elsewhere: with what they know, and nothing beside."""

import re

import pytest
from elsewhere import ROLES, ROWS, scored_payments
from parsed_page import Page

import anomaly
from anomaly.reporting.run import report_of
from anomaly.reporting.side_by_side import side_by_side
from reports import render, render_comparison
from reports.explorer.explorer import explore
from thresholds import pick

CLAIMS = re.compile(r"train|learn|detector|feature|\bloss\b|tensorflow|keras|model", re.IGNORECASE)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Runs of two columns of scores of the same rows, and one without labels."""
    folder = tmp_path_factory.mktemp("runs")
    table = scored_payments()
    forest = anomaly.report_scores(table, **ROLES, entity="card", out=folder / "forest")
    forest.pick_threshold("f1", replicates=100)
    other = {**ROLES, "score": "norm"}
    anomaly.report_scores(table, **other, entity="card", out=folder / "norm")
    bare = table.drop(columns="fraud")
    anomaly.report_scores(bare, score="forest", out=folder / "bare")
    return folder


@pytest.mark.parametrize("name", ["forest", "bare"])
def test_no_sentence_claims_what_nobody_knows(runs, name):
    page = Page(render(report_of(anomaly.load(runs / name))))
    assert page.faults == []
    assert CLAIMS.findall(page.text()) == []
    assert "The scores are the column forest of data frame. They came from elsewhere" in page.text()
    assert "Whether what made the scores has seen these transactions" in page.text()


def test_the_page_has_the_figures_of_the_run(runs):
    run = anomaly.load(runs / "forest")
    report = report_of(run)
    assert (report.score_column, report.noun) == ("forest", "fraud")
    assert [(part.name, part.rows) for part in report.splits] == [
        *(("validation", ROWS // 2), ("test", ROWS // 2))
    ]
    assert {column.name: column.role for column in report.columns} == {
        **{"payment_id": "id", "time": "time", "amount": "amount", "card": "entity"},
        **{"forest": "score", "norm": "ignored", "fraud": "label"},
    }
    explorer = explore(report)
    for split in explorer.splits:
        assert split.tp[explorer.start] == run.threshold[split.name]["tp"]
    assert report.alerts[0].score == scored_payments()["forest"][ROWS // 2 :].max()


def test_runs_of_the_same_rows_are_compared(runs):
    content = side_by_side([anomaly.load(runs / name) for name in ("forest", "norm")])
    assert content.gaps
    assert "judged on the same 600 test rows" in content.about
    assert "trained" not in content.about
    assert "what made them may have learned from those rows" in content.honesty
    assert not any("fingerprints differ" in warning for warning in content.warnings)
    assert Page(render_comparison(content)).faults == []


def test_a_threshold_that_came_as_it_is_may_have_seen_the_rows(runs, tmp_path):
    table = scored_payments()
    picked = pick(table["fraud"], table["norm"], replicates=100)
    other = {**ROLES, "score": "norm", "threshold": picked}
    run = anomaly.report_scores(table, **other, out=tmp_path / "given")
    content = side_by_side([anomaly.load(runs / "forest"), run])
    assert "The threshold of given came as it is, and may have been picked on" in content.honesty
    page = Page(render(report_of(run)))
    assert " for f1, taken as it was given." in page.text()
    assert "which rows it was picked on is not known here" in page.text()
    assert "The threshold was picked" not in page.text(page.elements("ul", class_="statements")[0])


def test_scores_stand_beside_a_trained_run(runs, trained):
    content = side_by_side([anomaly.load(trained), anomaly.load(runs / "forest")])
    assert "No run that was trained here learned from its own test rows" in content.honesty
    assert "The scores of forest came from elsewhere" in content.honesty
    assert Page(render_comparison(content)).faults == []


def test_figures_of_partly_labelled_rows_are_of_those_with_a_label(tmp_path):
    table = scored_payments()
    table["fraud"] = table["fraud"].where(table.index % 3 == 0)
    run = anomaly.report_scores(table, **ROLES, out=tmp_path / "run")
    run.pick_threshold("f1", replicates=100)
    report = report_of(run)
    assert report.splits[1].rows == len(report.test.scores) == ROWS // 6
    assert report.test.days is None
    assert any("400 of 600 test transactions have no label" in each for each in report.warnings)
    explorer = explore(report)
    for split in explorer.splits:
        assert split.fp[explorer.start] == run.threshold[split.name]["fp"]
    highest = table["forest"][ROWS // 2 :].nlargest(ROWS // 2)
    assert [alert.row for alert in report.alerts] == list(highest.index)
