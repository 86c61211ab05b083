"""What the shell completes: real completions of the installed command."""

import os
import subprocess

import pytest


@pytest.fixture
def completed(executable, workplace):
    def ask(line):
        words = {
            "_ANOMALY_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(line.split()) - 1),
        }
        done = subprocess.run(
            [executable], env={**os.environ, **words}, capture_output=True, text=True, check=True
        )
        assert done.stderr == ""
        return done.stdout.split()

    return ask


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("anomaly train cards.csv --detector de", ["denoising", "deep-denoising"]),
        ("anomaly pick-threshold run --objective f", ["fpr", "f1", "fbeta"]),
        ("anomaly compare cards.csv --method xg", ["xgboost"]),
        ("anomaly train cards.csv --label fr", ["fraud"]),
        ("anomaly train cards.csv --label fraud --id tr", ["transaction_id"]),
        ("anomaly train nowhere.csv --label f", []),
        ("anomaly train --label f", []),
    ],
)
def test_values_are_completed(completed, line, found):
    assert sorted(completed(line)) == sorted(found)
