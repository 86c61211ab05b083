"""The main job on the real credit-card set, as the README tells it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from quick import OPTIONS, WORDS

import anomaly
from anomaly.utils.backend import keras

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.xdist_group("creditcard")]
ROWS, POSITIVES = 284_807, 492


def command(*words: str | Path) -> dict:
    done = subprocess.run(
        [Path(sys.executable).parent / "anomaly", *words, "--json"],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def run(creditcard_csv, tmp_path_factory) -> anomaly.Run:
    folder = tmp_path_factory.mktemp("real") / "run"
    figures = command(
        "train",
        creditcard_csv,
        "--label",
        "Class",
        "--time",
        "Time",
        *WORDS,
        "--epochs=5",
        "--out",
        folder,
    )
    assert sum(figures["rows"].values()) == ROWS
    assert sum(figures["positives"].values()) == POSITIVES
    command("pick-threshold", folder)
    return anomaly.load(folder)


def test_csv_and_parquet_give_the_same_run(run, creditcard, tmp_path):
    options = OPTIONS | {"label": "Class", "time": "Time", "epochs": 5}
    other = anomaly.train(creditcard, **options, out=tmp_path / "run")
    assert other.details["data"]["fingerprint"] == run.details["data"]["fingerprint"]
    assert (other.folder / "model.onnx").read_bytes() == (run.folder / "model.onnx").read_bytes()


def test_the_split_is_by_time(run):
    test, validation = run.scores("test"), run.scores("validation")
    assert validation.column("Time").to_numpy().max() < test.column("Time").to_numpy().min()


def test_scoring_the_file_gives_the_scores_of_the_run(run, creditcard_csv, tmp_path):
    done = command("score", run.folder, creditcard_csv, "--out", tmp_path / "scores.parquet")
    assert (done["rows"], done["scored"], done["problems"]) == (ROWS, ROWS, 0)
    scores = pq.read_table(tmp_path / "scores.parquet").column("score").to_numpy()
    kept = run.scores()
    assert np.array_equal(scores[kept.column("row").to_numpy()], kept.column("score").to_numpy())
    assert done["alerts"] == np.sum(scores >= run.threshold_value)


def test_the_alerts_on_the_test_rows_are_those_of_the_threshold(run, creditcard):
    alerts = run.score(creditcard).alert.to_numpy()[run.scores("test").column("row").to_numpy()]
    assert alerts.sum() == run.threshold["test"]["alerts"]


def test_onnx_and_keras_agree_on_every_row_and_every_verdict(run, creditcard):
    features = run.features.transform(pq.read_table(creditcard)).values
    model = keras.models.load_model(run.folder / "model.keras", safe_mode=True)
    expected = model.predict(features, batch_size=8192, verbose=0)["score"]
    scores = run.graph.scores(features)
    np.testing.assert_allclose(scores, expected, rtol=1e-5)
    assert np.array_equal(scores >= run.threshold_value, expected >= run.threshold_value)


def test_one_row_alone_gets_the_score_it_has_in_the_file(run, creditcard):
    table = pq.read_table(creditcard)
    rows = np.random.default_rng(0).choice(ROWS, 50, replace=False)
    whole = run.score(table).score.to_numpy()
    alone = [run.score(table.slice(row, 1)).score.item() for row in rows]
    assert np.array_equal(alone, whole[rows])


def test_the_python_interface_of_the_readme_works(creditcard_csv, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    frame = pd.read_csv(creditcard_csv)
    frame[frame.Time > frame.Time.quantile(0.99)].drop(columns="Class").to_csv(
        "today.csv", index=False
    )
    run = anomaly.train(str(creditcard_csv), label="Class", time="Time", **OPTIONS)
    run.pick_threshold("f1")
    alerts = run.score("today.csv")
    assert list(alerts) == ["row", "score", "alert", "reasons", "problem"]
    assert run.report() == Path("runs/creditcard-1/report.html")


def test_the_classic_detector_reaches_the_f1_of_the_prototype(creditcard, tmp_path):
    options = OPTIONS | {"label": "Class", "drop": "Time", "split": "random", "epochs": 20}
    run = anomaly.train(creditcard, **options, out=tmp_path / "run")
    run.pick_threshold("f1")
    assert run.threshold["test"]["f1"] > 0.2
    assert run.metrics["test"]["average_precision"] > 0.15
