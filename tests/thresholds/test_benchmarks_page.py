"""The figures of thresholds in docs/benchmarks.md are those that the benchmarks kept."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = " ".join((ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8").split())


def kept(name):
    return json.loads((ROOT / "benchmarks" / "results" / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        (
            "40 anomalies",
            "F1 on the other rows is {robust:.4f} on average (the plain maximum {maximum:.4f}, "
            "scikit-learn's `TunedThresholdClassifierCV` {tuner:.4f}) and varies {less:.0%} less",
        ),
        (
            "half of the rows",
            "picked on half of the rows {robust:.4f} ({maximum:.4f}, {tuner:.4f}), and {less:.0%} less",
        ),
    ],
)
def test_robust_picks(title, sentence):
    results = kept("thresholds_resplits.json")
    summaries = results["picked_on"][title]["together"]
    figures = {way: summaries["f1"][way]["mean"] for way in ("maximum", "robust")}
    figures["tuner"] = summaries["f1"]["scikit-learn"]["mean"]
    less = 1 - summaries["f1"]["robust"]["deviation_to_maximum"]
    assert sentence.format(less=less, **figures).replace("%", " %") in PAGE
    assert f"{results['resplits']} resplits" in PAGE
    # It is the default where it helps.
    for name in ("f1", "fbeta 2", "fbeta 0.5"):
        assert summaries[name]["robust"]["difference"] > 0


def test_speed():
    cases = kept("thresholds_speed.json")["cases"]
    ratios = [case["scikit_learn_to_f1"] for case in cases]
    assert f"{min(ratios):.0f} to {max(ratios):.0f} times as fast as by scikit-learn" in PAGE
    few = [
        case["f1_to_sort"]
        for case in cases
        if case["case"].startswith("0.5 %") and "float32" not in case["case"]
    ]
    assert f"{min(few):.1f} to {max(few):.1f} times as long as `numpy.sort`" in PAGE
    assert f"up to {max(case['f1_to_sort'] for case in cases):.1f} times" in PAGE


def test_sketch():
    results = kept("thresholds_sketch.json")
    assert results["rows"] == 10**8
    assert f"in {results['sketch']['peak_mebibytes']:.0f} MiB" in PAGE
    assert max(results["relative_errors"].values()) < 0.00005
    assert "within 0.005 % of the exact one" in PAGE
