"""What the benchmark of the comparison shows. Nothing is trained."""

import pytest

from benchmarks.comparison import tables

AROUND = {
    "versions": {"python": "3.11.7"},
    "machine": {"processor": "AMD EPYC", "cores": 2, "system": "Linux"},
}


def method(average_precision, f1=0.5):
    interval = (average_precision - 0.1, average_precision + 0.1)
    return {
        "figures": {"average_precision": average_precision, "f1": f1},
        "intervals": {"average_precision": interval},
        "fit_seconds": 3.0,
    }


def difference(better, other, gap, interval):
    return {
        "figure": "average_precision",
        "better": better,
        "other": other,
        "difference": gap,
        "interval": interval,
    }


@pytest.fixture
def shown():
    hybrid = "none+xgboost+anomaly-score"
    sets = {
        "first": {
            "rows": 9000,
            "seconds_of_a_seed": 360,
            "methods": {"none+xgboost": method(0.8), hybrid: method(0.85)},
            "differences": [difference(hybrid, "none+xgboost", 0.05, (-0.01, 0.11))],
        },
        "second": {
            "rows": 900,
            "seconds_of_a_seed": None,
            "methods": {"none+xgboost": method(0.7), hybrid: method(0.6)},
            "differences": [difference("none+xgboost", hybrid, 0.1, (0.02, 0.18))],
        },
    }
    return tables.shown({"sets": sets, **AROUND})


def test_methods_stand_beside_their_figures_on_each_set(shown):
    row = "| `none+xgboost` | 0.800 (0.700 to 0.900) | 0.700 (0.600 to 0.800) | 0.500 | 3.0 |"
    assert row in shown


def test_the_time_of_one_split_is_told_where_it_was_taken(shown):
    assert "- All default methods on one split took 6 minutes on first (9,000 rows)." in shown


def test_a_method_that_was_not_run_has_dashes(shown):
    assert "| `denoising` | – | – | – | – |" in shown


def test_what_the_score_of_a_detector_adds_has_its_sign(shown):
    told = "`none+xgboost`: first +0.050 (-0.010 to +0.110); second -0.100 (-0.180 to -0.020)."
    assert told in shown
