"""Scores from elsewhere: the run that they make, what it can do, and what it says that it cannot."""

import numpy as np
import pytest
from elsewhere import ROLES, ROWS, scored_payments
from sklearn.metrics import average_precision_score

import anomaly
import thresholds

FILES = {"run.json", "metrics.json", "history.json", "scores.parquet", "report.html"}


@pytest.fixture
def report_scores(tmp_path):
    def of(data, **options):
        return anomaly.report_scores(data, out=tmp_path / "run", overwrite=True, **options)

    return of


def test_the_older_half_is_validation_and_the_newer_half_test(report_scores):
    table = scored_payments().sample(frac=1, random_state=0)
    run = report_scores(table, **ROLES, entity="card")
    assert {path.name for path in run.folder.iterdir()} == FILES
    kept = run.scores().to_pandas().set_index("row")
    assert len(kept) == ROWS
    assert (kept["score"] == table["forest"].to_numpy()).all()
    middle = table["time"].sort_values().iloc[ROWS // 2]
    assert (kept["split"] == np.where(table["time"] < middle, "validation", "test")).all()
    newer = table[table["time"] >= middle]
    exact = average_precision_score(newer["fraud"], newer["forest"])
    assert run.metrics["test"]["average_precision"] == pytest.approx(exact)
    assert run.metrics["positives"]["test"] == newer["fraud"].sum()


def test_without_a_time_each_half_has_half_of_the_frauds(report_scores):
    run = report_scores(scored_payments().drop(columns="time"), score="forest", label="fraud")
    counts = run.metrics["positives"]
    assert abs(counts["validation"] - counts["test"]) <= 1
    assert run.details["split"]["method"] == "random"


def test_thresholds_are_picked_with_days_amounts_and_cards(report_scores):
    table = scored_payments()
    run = report_scores(table, **ROLES, entity="card")
    older = table[: ROWS // 2]
    own = thresholds.pick(older["fraud"], older["forest"], "f1", replicates=100)
    assert run.pick_threshold("f1", replicates=100).value == own.value
    assert run.pick_threshold("alerts", per_day=2).alerts_per_day <= 2
    assert run.pick_threshold("card-precision", per_day=5).card_precision > 0
    prices = {"false_alarm_cost": 2, "missed_cost_column": "amount"}
    assert run.pick_threshold("cost", **prices).cost > 0


def test_it_says_what_it_is(report_scores):
    shown = repr(report_scores(scored_payments(), **ROLES))
    assert "forest of data frame" in shown
    assert "features" not in shown


def test_it_scores_nothing_else_and_says_why(report_scores, tmp_path):
    table = scored_payments()
    run = report_scores(table, **ROLES)
    why = "holds scores that came from data frame, and no model that could score other rows"
    for score in (
        lambda: run.score(table),
        lambda: run.score_one({}),
        lambda: run.score_file(table, tmp_path / "scored.csv"),
        lambda: anomaly.load(run.folder).graph,
    ):
        with pytest.raises(anomaly.RunError, match=why):
            score()


def test_a_threshold_goes_in_as_it_is(report_scores):
    table = scored_payments()
    picked = thresholds.pick(table["fraud"], table["forest"], "recall", at_least=0.8)
    run = report_scores(table, **ROLES, threshold=picked)
    content = run.threshold
    assert (content["objective"], content["options"]) == ("recall", {"at_least": 0.8})
    assert run.threshold_value == picked.value
    newer = table[ROWS // 2 :]
    assert content["test"]["tp"] == (newer["fraud"] & (newer["forest"] >= picked.value)).sum()
    assert "which rows it was picked on is not known" in content["notes"][0]
    assert report_scores(table, **ROLES, threshold=0.6).threshold["objective"] == "set"


def test_a_threshold_that_was_picked_by_amounts_has_its_cost(report_scores):
    table = scored_payments()
    rows = table["fraud"], table["forest"], "cost"
    picked = thresholds.pick(*rows, false_alarm_cost=2, amounts=table["amount"])
    run = report_scores(table, **ROLES, threshold=picked)
    newer = table[ROWS // 2 :]
    is_alert = newer["forest"] >= picked.value
    false_alarms = (is_alert & (newer["fraud"] == 0)).sum()
    missed = newer["amount"][~is_alert & (newer["fraud"] == 1)].sum()
    assert run.threshold["test"]["cost"] == pytest.approx(2 * false_alarms + missed)


# Odd scores and labels.


def test_rows_without_a_score_stay_and_judge_nothing(report_scores):
    scores = scored_payments()["forest"].copy()
    scores[::50] = np.nan
    scores[[3, 1_101]] = np.inf, -np.inf
    run = report_scores(scored_payments(forest=scores), **ROLES)
    kept = run.scores().column("score").to_numpy()
    assert np.isnan(kept).sum() == ROWS // 50
    assert np.isinf(kept).sum() == 2
    assert {caution.code for caution in run.cautions} >= {"AN008", "AN009"}
    run.pick_threshold("f1", replicates=100)
    assert run.threshold["test"]["rows"] == ROWS // 2 - ROWS // 100
    assert run.pick_threshold("alerts", per_day=1).alerts > 0


def test_labels_may_be_words_and_partly_missing(report_scores):
    words = scored_payments()["fraud"].map({0: "genuine", 1: "fraud"}).astype(object)
    words[::3] = None
    run = report_scores(scored_payments(fraud=words), **ROLES)
    labels = run.scores().column("label").to_pandas()
    assert (labels.isna() == words.isna()).all()
    assert (labels.dropna() == (words.dropna() == "fraud")).all()
    run.pick_threshold("f1", replicates=100)
    assert run.threshold["test"]["rows"] == (~words[ROWS // 2 :].isna()).sum()
    assert any("have a label" in note for note in run.threshold["notes"])


def test_without_any_label_a_share_is_picked(report_scores):
    run = report_scores(scored_payments().drop(columns="fraud"), score="forest", time="time")
    assert run.metrics["test"] == {"average_precision": None, "roc_auc": None}
    assert run.pick_threshold("contamination", share=0.01).alerts == ROWS // 2 // 100
    with pytest.raises(anomaly.DataError, match="has no labels, and the objective f1 needs them"):
        run.pick_threshold("f1")


@pytest.mark.parametrize(
    ("columns", "options", "words"),
    [
        ({}, {"score": "forrest"}, "--score: there is no column 'forrest'.*'forest'"),
        ({}, {"score": "payment_id"}, "row 0 has 'p0000', which is not a number"),
        (
            {},
            {"amount": "payment_id"},
            "--amount payment_id: .* not a number; name the column of am",
        ),
        ({"forest": None}, {}, "--score forest: the column has no value in any row"),
        ({}, {"label": "forest"}, "'forest' is named by --label and by --score"),
        ({"time": 5}, {}, "leaves no row for validation; .* leave --time out"),
        ({"fraud": 0}, {}, "no row is positive; .* leave --label out"),
        ({}, {"category": "card"}, "--category is of features, and scores .* have none"),
        ({}, {"treshold": 1}, "no option 'treshold'"),
        ({}, {"threshold": float("nan")}, "the threshold is nan"),
    ],
)
def test_what_cannot_be_is_one_clear_line(report_scores, columns, options, words, tmp_path):
    with pytest.raises((anomaly.AnomalyError, TypeError), match=words):
        report_scores(scored_payments(**columns), **{**ROLES, **options})
    assert not list(tmp_path.iterdir())


def test_a_text_among_the_scores_is_named(report_scores):
    scores = scored_payments()["forest"].astype(object)
    scores[7] = "timeout"
    with pytest.raises(
        anomaly.DataError, match=r"row 7: .* here 'timeout'; correct it or leave it"
    ):
        report_scores(scored_payments(forest=scores), **ROLES)


def test_the_folder_is_named_and_never_a_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scored_payments()[:100].to_csv("bank.csv", index=False)
    run = anomaly.report_scores("bank.csv", score="forest")
    assert str(run.folder) == "runs/bank-1"
    with pytest.raises(anomaly.RunError, match="the run runs/bank-1 exists; add --overwrite"):
        anomaly.report_scores("bank.csv", score="forest", out=run.folder)
    with pytest.raises(
        anomaly.OptionError, match=r"page\.html: of scores it is the folder of a run"
    ):
        anomaly.report_scores("bank.csv", score="forest", out="page.html")
