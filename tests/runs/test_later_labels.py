"""Labels that came later: joined by id, kept with the run, and what they cannot be."""

import re
import shutil

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from elsewhere import ROWS, scored_payments
from quick import quick_train
from sklearn.metrics import average_precision_score

import anomaly


@pytest.fixture(scope="module")
def unlabelled(tmp_path_factory):
    """A run of scores, with ids and times, and without labels."""
    table = scored_payments().drop(columns="fraud")
    folder = tmp_path_factory.mktemp("unlabelled") / "run"
    return anomaly.report_scores(table, score="forest", time="time", out=folder).folder


@pytest.fixture
def run(unlabelled, tmp_path):
    return anomaly.load(shutil.copytree(unlabelled, tmp_path / "run"))


def labels_of(rows=slice(None), **columns):
    return scored_payments()[["payment_id", "fraud"]][rows].assign(**columns)


def kept(run):
    return run.scores().column("label").to_pandas()


def test_every_row_gets_its_label(run):
    before = run.scores().drop_columns("label")
    done = run.add_labels(labels_of().sample(frac=1, random_state=0))
    assert (done.labelled, done.positives) == (ROWS, scored_payments()["fraud"].sum())
    assert (done.changed, done.unknown, done.unlabelled) == (0, 0, 0)
    assert (kept(run) == scored_payments()["fraud"]).all()
    assert run.scores().drop_columns("label").equals(before)
    newer = scored_payments()[ROWS // 2 :]
    exact = average_precision_score(newer["fraud"], newer["forest"])
    assert run.metrics["test"]["average_precision"] == pytest.approx(exact)


def test_rows_that_are_not_named_stay_without_and_unknown_ids_are_counted(run):
    more = pd.DataFrame({"payment_id": ["x1", None], "fraud": [1, 0]})
    done = run.add_labels(pd.concat([labels_of(slice(None, None, 2)), more]))
    assert (done.given, done.labelled, done.unknown) == (ROWS // 2 + 2, ROWS // 2, 2)
    assert done.unlabelled == ROWS // 2
    assert kept(run)[1::2].isna().all()
    run.pick_threshold("f1", replicates=100)
    assert run.threshold["validation"]["rows"] == ROWS // 4
    with pytest.raises(anomaly.OptionError, match="`per_day` counts every row of a day, and 300 "):
        run.pick_threshold("f1", also=[("alerts", {"per_day": 3})])


def test_a_budget_is_picked_on_all_rows_and_judged_on_those_with_a_label(run):
    everywhere = run.pick_threshold("alerts", per_day=3).value
    run.add_labels(labels_of(slice(None, None, 2)))
    assert run.pick_threshold("alerts", per_day=3).value == everywhere
    assert run.threshold["test"]["rows"] == ROWS // 4
    is_alert = scored_payments()["forest"][ROWS // 2 :] >= everywhere
    assert f"Of all 600 test rows {is_alert.sum()} alert" in run.threshold["of_all"][1]


def test_what_nobody_labelled_yet_of_test_is_judged_without_labels(run):
    done = run.add_labels(labels_of(slice(0, 400)))
    assert done.unlabelled == ROWS - 400
    run.pick_threshold("f1", replicates=100)
    assert run.threshold["validation"]["tp"] > 0
    assert run.threshold["test"]["tp"] is None
    assert run.threshold["test"]["rows"] == ROWS // 2


def test_later_labels_win_and_a_threshold_is_judged_anew(run):
    run.set_threshold(0.6)
    run.add_labels(labels_of(fraud=0))
    assert run.threshold["test"]["tp"] == 0
    done = run.add_labels(labels_of(slice(700, None)))
    positives = scored_payments()["fraud"][700:].sum()
    assert (done.changed, done.positives) == (positives, positives)
    assert run.threshold["test"]["tp"] > 0
    assert run.threshold_history[-1]["test"] == run.threshold["test"]
    assert len(run.threshold_history) == 1


@pytest.mark.parametrize(
    ("words", "positive"), [(("legit", "fraud"), "fraud"), (("no", "yes"), "yes"), ((0, 1), "1")]
)
def test_words_say_which_is_the_anomaly(run, words, positive):
    labels = labels_of(fraud=scored_payments()["fraud"].map(dict(enumerate(words))))
    assert run.add_labels(labels.rename(columns={"fraud": "verdict"})).positive == positive
    assert (kept(run) == scored_payments()["fraud"]).all()


def test_frauds_alone_or_normal_rows_alone_may_be_named(run):
    frauds = labels_of()[lambda rows: rows["fraud"] == 1]
    assert run.add_labels(frauds.assign(fraud="chargeback")).positives == len(frauds)
    normal = labels_of(slice(0, 50))[lambda rows: rows["fraud"] == 0]
    done = run.add_labels(normal.assign(fraud="ok"))
    assert (done.labelled, done.positives) == (len(normal), 0)


@pytest.mark.parametrize(
    ("labels", "options", "words"),
    [
        (
            pd.DataFrame({"payment_id": ["p0001", "p0001"], "fraud": [0, 1]}),
            {},
            "payment_id p0001 has both labels; keep one for each row",
        ),
        (labels_of(fraud=None), {}, "no row has a label in 'fraud'"),
        (labels_of(fraud=np.arange(ROWS) % 3), {}, r"more than two values \(0, 1, 2\)"),
        (labels_of(fraud="hm"), {}, "not plain which marks an anomaly; write 1"),
        (
            labels_of(payment_id="z", fraud=0),
            {},
            "none of its 1,200 labelled rows has an id of a held-out",
        ),
        (
            labels_of().rename(columns={"payment_id": "id"}),
            {},
            "none of the run's ids .payment_id.",
        ),
        (labels_of()[["payment_id"]], {}, "it has no column beside the ids"),
        (labels_of(note="-"), {}, "say with --label which column holds the labels: fraud, note"),
        (labels_of(), {"label": "fruad"}, "no column 'fruad' in data frame; did you mean 'fraud'"),
    ],
)
def test_what_labels_cannot_be(run, unchanged, labels, options, words):
    with unchanged(run.folder), pytest.raises(anomaly.AnomalyError, match=words):
        run.add_labels(labels, **options)


def test_the_same_label_twice_contradicts_nothing(run):
    twice = pd.DataFrame({"payment_id": ["p0001"] * 2, "fraud": [1, 1]})
    assert run.add_labels(twice).labelled == 1


def test_an_id_of_several_rows_labels_none(tmp_path, unchanged):
    table = scored_payments().drop(columns=["fraud", "payment_id"])
    run = anomaly.report_scores(table, score="forest", id="card", out=tmp_path / "run")
    labels = table.assign(fraud=1)[["card", "fraud"]][:1]
    with (
        unchanged(run.folder),
        pytest.raises(anomaly.DataError, match=r"stands in .* rows of the run"),
    ):
        run.add_labels(labels)


def test_without_ids_rows_are_named_by_their_numbers(tmp_path):
    table = scored_payments()[["forest", "fraud"]]
    run = anomaly.report_scores(table[["forest"]], score="forest", out=tmp_path / "run")
    with pytest.raises(
        anomaly.OptionError, match="has no ids to join labels by; give a column `row`"
    ):
        run.add_labels(table[["fraud"]])
    run.add_labels(table[["fraud"]].rename_axis("row").reset_index())
    labels = run.scores().to_pandas().set_index("row")["label"]
    assert (labels == table["fraud"]).all()


def test_a_full_disk_leaves_the_run_as_it_was(run, unchanged, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("anomaly.runs.later_labels._replace_scores", full)
    with unchanged(run.folder), pytest.raises(anomaly.OptionError, match="no space is left"):
        run.add_labels(labels_of())


def test_a_run_trained_without_labels_takes_them(transactions, tmp_path):
    bare = transactions.drop(columns="fraud")
    run = quick_train(bare, time="time", id="transaction_id", out=tmp_path / "run")
    labels = transactions[["transaction_id", "fraud"]]
    run.pick_threshold("f1", labels=labels, replicates=100)
    held_out = run.scores().to_pandas()
    assert (held_out["label"] == transactions["fraud"][held_out["row"]].to_numpy()).all()
    sample = pq.read_table(run.folder / "sample.parquet").to_pandas()
    assert (sample["label"] == transactions["fraud"][sample["row"]].to_numpy()).all()
    assert run.threshold["test"]["tp"] is not None
    page = run.report().read_text()
    assert "frauds" in page
    said = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert "There are no labels" not in said
