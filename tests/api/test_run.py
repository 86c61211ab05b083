"""Training, the run folder and what a run offers, from Python."""

import copy
import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

import joblib
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from quick import WORDS, quick_train
from reading import labels_and_scores

import anomaly
import reports
import thresholds
from anomaly.scoring.graph import Graph

TRAINED = {
    "run.json",
    "model.onnx",
    "model.keras",
    "history.json",
    "scores.parquet",
    "sample.parquet",
    "metrics.json",
}


@pytest.fixture(scope="module")
def unlabelled(transactions, tmp_path_factory):
    """A run without labels, ids and time."""
    table = transactions.drop(columns=["fraud", "transaction_id", "time"])
    folder = tmp_path_factory.mktemp("unlabelled") / "run"
    return quick_train(table, epochs=2, out=folder)


@pytest.fixture
def run(run_folder):
    return anomaly.load(run_folder)


# What training leaves behind.


def test_a_run_holds_the_files_of_the_design(run, unlabelled):
    assert {path.name for path in unlabelled.folder.iterdir()} == TRAINED
    run.report()
    assert {path.name for path in run.folder.iterdir()} == TRAINED | {
        "threshold.json",
        "thresholds.json",
        "report.html",
    }


def test_run_json_says_how_the_run_came_about(run, files):
    details = json.loads((run.folder / "run.json").read_text())
    assert details == run.details
    assert details["format"] == 1
    assert details["version"] == anomaly.__version__
    assert details["data"]["name"] == str(files / "cards.csv")
    assert details["data"]["rows"] == 2000
    assert len(details["data"]["fingerprint"]) == 64
    assert details["options"]["label"] == "fraud"
    assert details["seed"] == 0
    assert details["packages"].keys() >= {"python", "tensorflow", "keras", "numpy", "onnxruntime"}
    assert details["split"]["method"] == "time"
    assert [part["rows"] for part in details["split"]["parts"]] == [1200, 400, 400]
    assert details["seconds"].keys() >= {"read", "fit", "total"}


def test_the_parts_of_a_split_by_time_follow_each_other(run, transactions):
    parts = run.details["split"]["parts"]
    bounds = [pd.Timestamp(part[end]) for part in parts for end in ("start", "end")]
    assert bounds == sorted(bounds)
    assert bounds[0] == transactions["time"].min()
    assert bounds[-1] == transactions["time"].max()


def test_history_has_one_entry_an_epoch(run):
    assert run.metrics["epochs"] == 3
    assert run.history.keys() == {"loss", "val_loss"}
    assert all(len(losses) == 3 for losses in run.history.values())


def test_metrics_count_rows_and_positives(run, transactions):
    fraud = transactions["fraud"]
    assert run.metrics["rows"] == {"train": 1200, "validation": 400, "test": 400}
    assert run.metrics["positives"] == {
        "train": fraud[:1200].sum(),
        "validation": fraud[1200:1600].sum(),
        "test": fraud[1600:].sum(),
    }


def test_metrics_are_those_of_scikit_learn_on_the_kept_scores(run):
    from sklearn.metrics import average_precision_score, roc_auc_score

    for part in ("validation", "test"):
        labels, scores = labels_and_scores(run, part)
        expected = average_precision_score(labels, scores)
        assert run.metrics[part]["average_precision"] == pytest.approx(expected, rel=1e-12)
        assert run.metrics[part]["roc_auc"] == pytest.approx(roc_auc_score(labels, scores))


def test_the_kept_scores_name_their_rows(run, transactions):
    table = run.scores().to_pandas()
    assert table["row"].tolist() == list(range(1200, 2000))
    assert table["split"].tolist() == ["validation"] * 400 + ["test"] * 400
    rows = transactions.iloc[1200:].reset_index(drop=True)
    assert table["label"].tolist() == rows["fraud"].tolist()
    assert table["transaction_id"].tolist() == rows["transaction_id"].tolist()
    assert table["amount"].tolist() == rows["amount"].tolist()
    assert table["time"].astype("datetime64[us]").tolist() == rows["time"].tolist()
    assert run.scores("test").num_rows == 400


def test_the_schema_tells_roles_and_kinds(run):
    found = {column.name: (column.role, column.kind) for column in run.schema.columns}
    assert found == {
        "transaction_id": ("id", "category"),
        "time": ("time", "time"),
        "amount": ("feature", "number"),
        "distance": ("feature", "number"),
        "age": ("feature", "number"),
        "online": ("feature", "flag"),
        "channel": ("feature", "category"),
        "country": ("feature", "category"),
        "fraud": ("label", found["fraud"][1]),
    }


def test_a_run_needs_two_files_to_score(run, files, tmp_path):
    for name in ("run.json", "model.onnx"):
        shutil.copy(run.folder / name, tmp_path)
    expected = run.score(files / "cards.csv")
    found = anomaly.load(tmp_path).score(files / "cards.csv")
    assert found["score"].tolist() == expected["score"].tolist()
    assert found["alert"].isna().all()


def test_a_run_can_be_moved(run, tmp_path, files):
    moved = shutil.move(run.folder, tmp_path / "elsewhere")
    assert len(anomaly.load(moved).score(files / "cards.csv")) == 2000


@pytest.mark.slow
def test_two_trainings_with_one_seed_write_the_same(command, executable, files, tmp_path):
    """One in a process of its own, as a user has it, the other after much else in this one."""
    words = ["train", files / "cards.csv", "--label=fraud", *WORDS, "--seed=7", "--quiet"]
    folders = [tmp_path / "first", tmp_path / "second"]
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    subprocess.run([executable, *words, "--out", folders[0]], env=environment, check=True)
    assert command(*words, "--out", folders[1]).status == 0
    for name in ("scores.parquet", "model.onnx", "history.json"):
        first, second = (folder / name for folder in folders)
        assert first.read_bytes() == second.read_bytes(), name
    for name, times in (("metrics.json", {"seconds", "run"}), ("run.json", {"seconds", "created"})):
        first, second = (json.loads((folder / name).read_text()) for folder in folders)
        for key in times:
            del first[key], second[key]
        assert first == second


def test_another_seed_gives_another_run(run, files, tmp_path):
    words = {"label": "fraud", "time": "time", "epochs": 3}
    other = quick_train(files / "cards.csv", **words, seed=1, out=tmp_path / "other")
    first, second = (each.scores().to_pandas() for each in (run, other))
    assert (first["row"] == second["row"]).all()
    assert (first["score"] != second["score"]).all()


def test_the_keras_model_scores_like_the_graph(run, files):
    import keras

    from anomaly.detectors import DETECTORS

    assert DETECTORS  # with them come their layers
    model = keras.models.load_model(run.folder / "model.keras")
    table = pq.read_table(files / "cards.parquet").combine_chunks().to_batches()[0]
    matrix = run.features.transform(table)
    assert matrix.problems == {}
    found = model.predict(matrix.values, verbose=0)["score"]
    np.testing.assert_allclose(found, run.graph.scores(matrix.values), rtol=1e-5)


def test_thorough_training_is_four_times_as_long(files, tmp_path):
    from anomaly.utils.backend import keras

    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = True

    run = quick_train(
        files / "cards.csv", epochs=None, thorough=True, out=tmp_path / "run", callbacks=[Stop()]
    )
    assert run.details["options"]["thorough"] is True
    assert run.details["detector"]["parameters"]["effort"] == 4


# Where data come from.


@pytest.mark.parametrize("form", [pd.DataFrame, pa.table])
def test_train_learns_the_same_from_a_file_and_from_memory(run, transactions, tmp_path, form):
    other = quick_train(form(transactions), "fraud", "time", epochs=3, out=tmp_path / "other")
    assert other.scores().column("score").equals(run.scores().column("score"))


def test_score_takes_a_path_a_data_frame_and_an_arrow_table(run, files, transactions):
    sources = [
        files / "cards.csv",
        str(files / "cards.parquet"),
        transactions,
        pa.Table.from_pandas(transactions),
    ]
    found = [run.score(source) for source in sources]
    for other in found[1:]:
        pd.testing.assert_frame_equal(found[0], other)


def test_scores_keep_the_index_of_a_data_frame(run, transactions):
    frame = transactions.iloc[:3].set_axis(["a", "b", "c"])
    assert run.score(frame).index.tolist() == ["a", "b", "c"]


def test_names_come_one_or_several_and_callbacks_see_each_epoch(transactions, tmp_path):
    import keras

    class Watch(keras.callbacks.Callback):
        seen = 0

        def on_epoch_end(self, epoch, logs=None):
            self.seen += 1

    watch = Watch()
    run = quick_train(
        transactions,
        label="fraud",
        drop="age",
        id=["transaction_id"],
        category=("channel", "country"),
        epochs=2,
        callbacks=[watch],
        out=tmp_path / "run",
    )
    roles = {column.name: column.role for column in run.schema.columns}
    assert (roles["age"], roles["transaction_id"]) == ("ignored", "id")
    assert watch.seen == 2


def test_tensorboard_logs_are_written(transactions, tmp_path):
    pytest.importorskip("tensorboard")
    logs = tmp_path / "logs"
    quick_train(transactions, label="fraud", log_dir=logs, out=tmp_path / "run")
    assert any(logs.rglob("events.out.tfevents.*"))


@pytest.mark.skipif(find_spec("tensorboard") is not None, reason="TensorBoard is installed")
def test_logs_without_tensorboard_are_refused(transactions, tmp_path):
    with pytest.raises(anomaly.InstallError, match="pip install tensorboard"):
        anomaly.train(transactions, log_dir=tmp_path / "logs", out=tmp_path / "run")


def test_faults_are_exceptions_of_one_family(transactions, run):
    with pytest.raises(anomaly.OptionError, match="--split time needs --time"):
        anomaly.train(transactions, split="time")
    with pytest.raises(anomaly.DataError, match="more than two values"):
        anomaly.train(transactions, label="age")
    with pytest.raises(anomaly.RunError, match="there is no run"):
        anomaly.load("nowhere")
    assert issubclass(anomaly.InstallError, anomaly.AnomalyError)


@pytest.mark.parametrize("name", ["row", "score", "alert"])
def test_an_id_named_like_a_result_is_refused(transactions, tmp_path, name):
    table = transactions.rename(columns={"transaction_id": name})
    with pytest.raises(anomaly.DataError, match=f"{name!r} is named like a column of the results"):
        anomaly.train(table, label="fraud", id=name, out=tmp_path / "run")


def test_what_is_said_about_a_built_in_set_adds_to_what_it_knows(tmp_path):
    run = quick_train("simulated", drop="channel", batch_size=4096, out=tmp_path / "run")
    roles = {column.name: column.role for column in run.schema.columns}
    assert roles["channel"] == "ignored"
    assert run.schema.label is not None
    assert run.schema.time is not None


# Scores.


def test_scoring_the_file_again_gives_the_kept_scores(run, files):
    expected = run.scores().column("score").to_pylist()
    for form in ("csv", "parquet"):
        assert run.score(files / f"cards.{form}")["score"][1200:].tolist() == expected


def test_a_score_does_not_depend_on_the_rows_around_it(run, transactions):
    whole = run.score(transactions)["score"].to_numpy()
    order = np.random.default_rng(1).permutation(len(transactions))
    shuffled = run.score(transactions.iloc[order])["score"].to_numpy()
    assert (shuffled == whole[order]).all()
    rows = [0, 1, 777, 1999]
    alone = [run.score(transactions.iloc[[row]])["score"].item() for row in rows]
    assert alone == whole[rows].tolist()
    assert (run.score(transactions[1500:1503])["score"].to_numpy() == whole[1500:1503]).all()


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_file_of_scores_holds_what_score_returns(run, files, tmp_path, form):
    target = tmp_path / f"scored.{form}"
    summary = run.score_file(files / "cards.csv", target)
    found = pd.read_csv(target) if form == "csv" else pd.read_parquet(target)
    expected = run.score(files / "cards.csv")
    assert list(found) == ["transaction_id", "score", "alert", "reasons", "problem"]
    assert list(expected) == list(found)
    assert found["score"].tolist() == expected["score"].tolist()
    assert found["alert"].tolist() == expected["alert"].tolist()
    assert found["transaction_id"].tolist() == expected["transaction_id"].tolist()
    assert summary.alerts == found["alert"].sum()


@pytest.mark.parametrize("reasons", [0, 3])
def test_a_frame_without_rows_has_no_scores(run, transactions, reasons):
    found = run.score(transactions.iloc[:0], reasons)
    assert list(found) == ["transaction_id", "score", "alert", "reasons", "problem"]
    assert (len(found), found["score"].dtype) == (0, "float64")


def test_an_alert_is_a_score_at_or_above_the_threshold(run, transactions):
    found = run.score(transactions)
    assert (found["alert"] == (found["score"] >= run.threshold_value)).all()
    for part, rows in (("validation", slice(1200, 1600)), ("test", slice(1600, 2000))):
        assert found["alert"][rows].sum() == run.threshold[part]["alerts"]
        caught = found["alert"][rows].to_numpy() & (transactions["fraud"][rows].to_numpy() == 1)
        assert caught.sum() == run.threshold[part]["tp"]


def test_most_alerts_are_frauds(run, transactions):
    found = run.score(transactions)
    assert transactions["fraud"][found["alert"].to_numpy(dtype=bool)].mean() > 0.5


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_all_reasons_of_a_row_sum_to_its_score(run, files, tmp_path, form):
    target = tmp_path / f"scored.{form}"
    run.score_file(files / "cards.csv", target, reasons=100)
    found = pd.read_csv(target) if form == "csv" else pd.read_parquet(target)
    for score, reasons in zip(found["score"][:50], found["reasons"][:50], strict=True):
        reasons = json.loads(reasons) if form == "csv" else list(reasons)
        assert {reason["column"] for reason in reasons} == {c.name for c in run.schema.inputs}
        shares = [reason["share"] for reason in reasons]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) == pytest.approx(score, rel=1e-5)


def test_reasons_tell_what_was_seen_and_what_was_expected(run, transactions):
    found = run.score(transactions, reasons=2)
    frauds = found[transactions["fraud"].to_numpy() == 1]
    first = [reasons[0]["column"] for reasons in frauds["reasons"]]
    assert set(first) & {"amount", "distance"}
    for row, reasons in found["reasons"][:20].items():
        assert len(reasons) == 2
        for reason in reasons:
            if reason["column"] == "amount":
                assert float(reason["seen"]) == transactions["amount"][row]
                assert float(reason["expected"])


def test_reasons_do_not_change_the_scores(run, transactions):
    plain = run.score(transactions)["score"]
    assert (run.score(transactions, reasons=3)["score"] == plain).all()


def test_several_ids_come_first_in_the_output(transactions, tmp_path):
    table = transactions.assign(card_id=np.arange(2000) % 300)
    ids = ["card_id", "transaction_id"]
    run = quick_train(table, label="fraud", id=ids, out=tmp_path / "run")
    found = run.score(table)
    assert list(found)[:3] == ["transaction_id", "card_id", "score"]
    assert found["card_id"].tolist() == table["card_id"].tolist()


def test_ids_of_different_types_in_the_files_of_a_glob(transactions, tmp_path):
    run = quick_train(transactions.assign(card=range(2000)), id="card", out=tmp_path / "run")
    for number, type_ in enumerate(["int64", "int32", "str"]):
        part = transactions[number * 10 : number * 10 + 10].assign(card=range(100, 110))
        part.astype({"card": type_}).to_parquet(tmp_path / f"part-{number}.parquet")
    summary = run.score_file(tmp_path / "part-*.parquet", tmp_path / "scored.csv")
    assert summary.scored == 30
    assert pd.read_csv(tmp_path / "scored.csv")["card"].tolist() == [*range(100, 110)] * 3


# Thresholds and reports.


def test_a_picked_threshold_is_returned_and_kept(run):
    picked = run.pick_threshold("f1")
    assert picked.value == run.threshold_value == run.threshold["threshold"]
    assert picked.f1 == run.threshold["validation"]["f1"]
    assert anomaly.load(run.folder).threshold == run.threshold


def test_a_share_of_rows_alerts_under_contamination(run):
    picked = run.pick_threshold("contamination", share=0.05)
    assert picked.alerts == 20
    assert run.threshold["objective"] == "contamination"
    assert run.threshold["options"] == {"share": 0.05}


def test_a_run_without_a_threshold_gives_no_alerts(run, transactions):
    (run.folder / "threshold.json").unlink()
    run = anomaly.load(run.folder)
    assert run.threshold is None
    assert run.threshold_value is None
    found = run.score(transactions)
    assert found["alert"].isna().all()
    assert found["score"].notna().all()
    assert run.report().is_file()


def test_a_run_without_labels_scores_picks_and_reports(unlabelled, transactions):
    assert unlabelled.metrics["positives"] == {"train": None, "validation": None, "test": None}
    assert unlabelled.metrics["test"] == {"average_precision": None, "roc_auc": None}
    assert unlabelled.scores()["label"].null_count == 800
    with pytest.raises(anomaly.DataError, match="use --objective contamination"):
        unlabelled.pick_threshold("f1")
    picked = unlabelled.pick_threshold("contamination", share=0.02)
    assert picked.precision is None
    assert unlabelled.threshold["test"]["alerts"] < 40
    found = unlabelled.score(transactions)
    assert found["row"].tolist() == list(range(2000))
    assert found["alert"].sum() > 0
    page = unlabelled.report()
    (unlabelled.folder / "threshold.json").unlink()
    assert page.read_text().startswith("<!doctype html>")
    page.unlink()


def test_a_run_without_labels_learns_from_all_rows(unlabelled, transactions):
    assert unlabelled.details["split"]["method"] == "random"
    assert unlabelled.metrics["rows"] == {"train": 1200, "validation": 400, "test": 400}


def test_a_report_is_written_where_it_is_asked_for(run, tmp_path):
    page = run.report(tmp_path / "page.html")
    assert page == tmp_path / "page.html"
    assert "autoencoder" in page.read_text()
    assert not (run.folder / "report.html").exists()


def test_loading_and_scoring_import_no_tensorflow(run, files):
    code = (
        "import sys, anomaly\n"
        f"run = anomaly.load({str(run.folder)!r})\n"
        f"run.score({str(files / 'cards.csv')!r}, reasons=1)\n"
        "run.pick_threshold('f1')\n"
        "assert not {'tensorflow', 'keras', 'sklearn'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_public_names_are_there():
    assert set(anomaly.__all__) <= set(dir(anomaly))
    for name in anomaly.__all__:
        assert getattr(anomaly, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        anomaly.nothing  # noqa: B018


def test_a_run_shows_its_folder_and_figures(run, tmp_path):
    first, *lines = repr(run).splitlines()
    assert first == f"Run {run.folder}"
    shown = dict(line.split(maxsplit=1) for line in lines)
    assert shown["rows"].startswith(f"{run.metrics['rows']['train']:,} train, ")
    assert f"{run.metrics['test']['average_precision']:.3f}" in repr(run)
    assert f"<caption>Run {run.folder}</caption>" in run._repr_html_()
    damaged = shutil.copytree(run.folder, tmp_path / "damaged")
    (damaged / "metrics.json").write_text("{}")
    assert "damaged" in repr(anomaly.load(damaged))


def test_a_picked_threshold_is_shown_by_the_run(run):
    picked = run.pick_threshold("f1")
    assert f"{picked.value:.4g} for f1" in repr(run)
    assert repr(picked).startswith(f"Threshold {picked.value:.4g} for f1, on ")


@pytest.mark.parametrize("package", [anomaly, thresholds, reports])
def test_a_package_lists_its_public_names_alone(package):
    assert sorted(dir(package)) == sorted(package.__all__)


def test_several_threads_share_one_graph(run, monkeypatch):
    opened = []

    def slow_graph(path):
        opened.append(path)
        time.sleep(0.05)
        return Graph(path)

    monkeypatch.setattr("anomaly.runs.folder.Graph", slow_graph)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: run.graph, range(4)))
    assert len(opened) == 1


def test_a_run_that_was_used_can_be_pickled_copied_and_sent_to_workers(run, transactions):
    table = transactions
    expected = run.score(table.head(3)).score.tolist()
    for other in (pickle.loads(pickle.dumps(run)), copy.deepcopy(run)):
        assert other.score(table.head(3)).score.tolist() == expected
    found = joblib.Parallel(2)(joblib.delayed(run.score)(part) for part in [table.head(3)] * 2)
    assert [part.score.tolist() for part in found] == [expected] * 2
