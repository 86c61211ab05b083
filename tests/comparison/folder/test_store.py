"""What is kept of a comparison comes back as it was, or is told to be damaged."""

import dataclasses

import numpy as np
import pytest

from anomaly.comparison.folder.settings import Settings
from anomaly.comparison.folder.store import Store, Trial
from anomaly.errors import RunError
from anomaly.runs.held_out import ScoredRows

SETTINGS = Settings("abc", {"split": "time", "seed": 0}, {"xgboost": "3.0"})
PART = ScoredRows(np.array([3, 5]), np.array([0, 1], np.int8), np.array([0.25, 0.75]))
TRIAL = Trial(
    "smote+mlp",
    0,
    PART,
    dataclasses.replace(PART, rows=np.array([7, 9])),
    is_probability=True,
    seconds={"fit": 1.5, "score": 0.5},
    training={"rows": 10, "positives": 5},
    history={"loss": [0.5, None]},
    notes=("a note",),
    generated={"train": {"auroc": 0.6, "nearest_distance_ratio": None}},
)


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "c")
    with made.opened(SETTINGS, overwrite=False):
        yield made


@pytest.fixture
def store_left(tmp_path):
    made = Store(tmp_path / "c")
    with made.opened(SETTINGS, overwrite=False):
        pass
    return made


def test_a_trial_comes_back_as_it_was(store):
    assert store.trial("smote+mlp", 0) is None
    store.keep(TRIAL)
    found = store.trial("smote+mlp", 0)
    for name in (
        "method",
        "seed",
        "is_probability",
        "seconds",
        "training",
        "history",
        "notes",
        "generated",
    ):
        assert getattr(found, name) == getattr(TRIAL, name)
    for part in ("validation", "test"):
        for name in ("rows", "labels", "scores"):
            kept, given = (getattr(getattr(t, part), name) for t in (found, TRIAL))
            np.testing.assert_array_equal(kept, given)
            assert kept.dtype == given.dtype


def test_scores_without_figures_are_no_trial(store):
    store.keep(TRIAL)
    (store.folder / "methods" / "smote+mlp-seed-0.json").unlink()
    assert store.trial("smote+mlp", 0) is None


@pytest.mark.parametrize("form", ["json", "parquet"])
def test_a_damaged_trial_is_named(store, form):
    store.keep(TRIAL)
    (store.folder / "methods" / f"smote+mlp-seed-0.{form}").write_text("{")
    with pytest.raises(
        RunError, match=r"smote\+mlp-seed-0.* is damaged \(.*remove .*again"
    ) as said:
        store.trial("smote+mlp", 0)
    assert "\n" not in str(said.value)


def test_the_same_comparison_goes_on(store_left):
    store_left.keep(TRIAL)
    with store_left.opened(SETTINGS, overwrite=False):
        assert store_left.trial("smote+mlp", 0) is not None


def test_a_folder_that_another_process_is_at_work_in_is_left_to_it(store):
    store.keep(TRIAL)
    with (
        pytest.raises(RunError, match=r"another process is at work in .*; wait until"),
        Store(store.folder).opened(SETTINGS, overwrite=True),
    ):
        pass
    assert store.trial("smote+mlp", 0) is not None


def test_runs_of_an_older_comparison_go_with_it(store_left):
    (store_left.run_folder("none+logistic")).mkdir()
    with store_left.opened(SETTINGS, overwrite=True):
        assert not store_left.run_folder("none+logistic").exists()


def test_what_a_killed_process_left_of_its_settings_counts_for_nothing(tmp_path):
    (tmp_path / ".settings.json.partial-1234").touch()
    with Store(tmp_path).opened(SETTINGS, overwrite=False):
        assert (tmp_path / "settings.json").is_file()


def test_overwriting_begins_anew_also_where_nothing_changed(store_left):
    store_left.keep(TRIAL)
    store_left.keep_extra("leak.json", {"f1": 0.5})
    with store_left.opened(SETTINGS, overwrite=True):
        assert store_left.trial("smote+mlp", 0) is None
        assert store_left.extra("leak.json") is None


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (dataclasses.replace(SETTINGS, fingerprint="abd"), "on other data"),
        (Settings("abd", SETTINGS.options | {"split": "random"}), r"other options \(split\)"),
        (
            dataclasses.replace(SETTINGS, packages={"xgboost": "4.0"}),
            r"made with other packages \(xgboost 3.0, now 4.0\)",
        ),
    ],
)
def test_another_comparison_is_refused_and_said_why(store_left, other, words):
    said = f"holds a comparison (with )?{words}; add --overwrite"
    with pytest.raises(RunError, match=said), store_left.opened(other, overwrite=False):
        pass
