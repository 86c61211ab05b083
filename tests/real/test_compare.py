"""The comparison on real sets: credit-card transactions, one of ADBench, and simulated ones."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import anomaly

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.xdist_group("creditcard")]
METHODS = ("--method=logistic", "--method=smote+logistic", "--method=under+random-forest")


def command(data: Path | str, *words: str, out: Path) -> dict:
    done = subprocess.run(
        [
            *(Path(sys.executable).parent / "anomaly", "compare", data),
            *(*words, "--out", out, "--json"),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


def average_precisions(found: dict) -> dict[str, float]:
    return {each["method"]: each["average_precision"] for each in found["methods"]}


def test_the_credit_card_set(creditcard, tmp_path):
    out = tmp_path / "card"
    found = command(creditcard, "--label=Class", "--time=Time", *METHODS, "--show-leak", out=out)
    measured = average_precisions(found)
    assert measured["none+logistic"] > 0.65
    assert found["data"]["rows"] == 284_807
    # With generated rows in the test set nearly all is found, of the real ones hardly a third.
    assert found["leak"]["with_generated"]["f1"] > 0.9
    assert found["leak"]["real"]["f1"] < 0.4
    run = anomaly.load(out / "runs" / "none+logistic")
    run.pick_threshold("recall", at_least=0.8)
    assert run.threshold["validation"]["recall"] >= 0.8
    assert "none+logistic" in run.report().read_text()


def test_simulated_transactions(tmp_path):
    words = ("--label=fraud", "--time=time", "--id=transaction_id", "--drop=scenario")
    entities = ("--entity=customer_id", "--entity=terminal_id")
    few = tmp_path / "few.csv"
    simulate = [Path(sys.executable).parent / "anomaly", "simulate", "--rows=6000", "--out", few]
    subprocess.run(simulate, check=True, capture_output=True)
    # Made rows are measured against real ones, which takes long with many.
    quick = [word for word in METHODS if "smote" not in word]
    for data, methods in (("simulated", quick), (few, METHODS)):
        found = command(data, *words, *entities, *methods, out=tmp_path / "out" / Path(data).stem)
        assert found["data"]["split"] == "time"
        assert len(average_precisions(found)) == len(methods)


def test_a_set_of_adbench(adbench, tmp_path):
    with np.load(adbench / "38_thyroid.npz") as arrays:
        table = pd.DataFrame(arrays["X"]).add_prefix("x").assign(y=arrays["y"].astype(int))
    table.to_csv(tmp_path / "thyroid.csv", index=False)
    found = command(tmp_path / "thyroid.csv", "--label=y", *METHODS, out=tmp_path / "thyroid")
    assert average_precisions(found)["under+random-forest"] > 0.7
