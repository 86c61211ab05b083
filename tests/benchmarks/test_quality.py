"""What the quality benchmark draws, keeps and shows. Nothing is trained."""

import json
from dataclasses import dataclass

import numpy as np
import pytest

from anomaly.scoring.graph import Explanation
from benchmarks.quality import half_normal, summary, tables
from benchmarks.quality import work as quality_work
from benchmarks.quality.data import LabelledRows
from benchmarks.quality.dirty import Material
from benchmarks.quality.dirty import measure as measure_dirty
from benchmarks.quality.drawing import Dose, dose, drawn, half_of, halves, swapped
from benchmarks.quality.figures import at_picked_threshold, reasons
from benchmarks.quality.methods import Scored, configuration
from benchmarks.quality.peers import finite, standardised, thinned
from benchmarks.quality.protocols import PROTOCOLS
from benchmarks.quality.reasons import deletions, greedy_order
from benchmarks.quality.settings import Settings
from benchmarks.shared import measurements, results, work
from benchmarks.shared.measurements import Key, Measured, Result
from benchmarks.shared.progress import Estimate, in_words

AROUND = {
    "versions": {"python": "3.11.7", "pyod": "3.6.7"},
    "machine": {"processor": "AMD EPYC", "cores": 2, "system": "Linux"},
}


def table(n_rows=100, n_anomalies=10, n_features=3):
    rows = np.random.default_rng(0).normal(size=(n_rows, n_features))
    labels = np.zeros(n_rows, dtype=np.int8)
    labels[:: n_rows // n_anomalies][:n_anomalies] = 1
    return LabelledRows(rows, labels, np.arange(n_rows, dtype=float))


def result(method="knn", seed=0, name="wine", protocol="C", failed="", took=1.0, **figures):
    key = Key(protocol, name, seed, method)
    measured = None if failed else Measured(figures, took, 0.5, {"train": 1})
    return Result(key, "1.0", measured, failed)


def ranked(method, average_precision, seed=0, name="wine", protocol="C", **more):
    figures = {"average_precision": average_precision, "roc_auc": 0.9, **more}
    return result(method, seed, name, protocol, **figures)


def by_key(*found):
    return {each.key: each for each in found}


@dataclass
class FirstColumn:
    """Scores rows by their first feature, and remembers what it was trained on."""

    name: str = "first"
    configuration: str = "1.0"
    is_slow: bool = False

    def __post_init__(self):
        self.trainings = []

    def scores(self, training, asked, seed):
        self.trainings.append(training)
        return Scored([rows[:, 0] for rows in asked], 1.0, 0.0)


# Rows


def test_half_of_the_normal_rows_train_and_all_others_test():
    labels = table().labels
    found = halves(labels, drawn(100, 1000, seed=0))
    assert not set(found.train) & set(found.test)
    assert sorted([*found.train, *found.test]) == list(range(100))
    assert len(found.train) == 45
    assert labels[found.train].sum() == 0
    assert labels[found.test].sum() == 10


def test_no_more_rows_than_the_most_are_drawn_and_the_seed_settles_which():
    train, test = half_of(table(), 50, seed=1)
    assert len(train.rows) + len(test.rows) == 50
    assert np.array_equal(train.rows, half_of(table(), 50, seed=1)[0].rows)
    assert not np.array_equal(train.rows, half_of(table(), 50, seed=2)[0].rows)


def test_rows_are_drawn_as_the_published_code_draws_them():
    np.random.seed(3)  # noqa: NPY002 - what that code calls
    theirs = np.random.choice(np.arange(100), 40, replace=False)  # noqa: NPY002
    assert np.array_equal(drawn(100, 40, seed=3), theirs)


def test_thinning_keeps_every_anomaly():
    thin = table().thinned(20)
    assert (len(thin.normal), len(thin.anomalies)) == (20, 10)
    assert (np.diff(thin.moments) > 0).all()


@pytest.mark.parametrize(
    ("share", "anomalies", "expected"),
    [
        (0.05, 100, Dose(950, 50)),
        (0.05, 10, Dose(190, 10)),  # too few, so fewer normal rows as well
        (0.0001, 100, Dose(950, 0)),
    ],
)
def test_a_dose_has_its_share_of_anomalies(share, anomalies, expected):
    assert dose(share, 950, anomalies) == expected


def test_dirty_and_clean_have_the_same_normal_rows_and_the_same_test():
    normal, dirt = np.zeros((950, 1)), np.ones((10, 1))
    test = LabelledRows(np.array([[0.0], [1.0]]), np.array([0, 1], dtype=np.int8))
    method = FirstColumn()
    found = measure_dirty(method, Material(normal, dirt, test), seed=0)
    shapes = [(int((rows == 0).sum()), int(rows.sum())) for rows in method.trainings]
    # 0.2 % and 1 % share their clean fit; for 5 % there are too few anomalies for all normal rows.
    assert shapes == [(950, 0), (950, 2), (950, 10), (190, 0), (190, 10)]
    assert found.figures["shares"]["0.05"] == {
        "clean": 1.0,
        "dirty": 1.0,
        "normal": 190,
        "anomalies": 10,
    }
    assert found.fit_seconds == 5.0


def test_a_swap_changes_one_feature_to_that_of_another_row():
    rows = table().rows
    rows[:, 2] = 7.0
    found = swapped(rows, seed=0)
    before = rows[found.origins]
    assert np.array_equal(np.argmax(found.rows != before, axis=1), found.features), (
        "another feature has changed"
    )
    assert ((found.rows != before).sum(axis=1) == 1).all()
    assert 2 not in found.features  # a constant feature stays what it was
    values = found.rows[np.arange(len(found.rows)), found.features]
    assert set(values) <= set(rows.ravel())


def test_peers_get_rows_standardised_by_those_that_train():
    training = np.array([[1.0, 5.0], [3.0, 5.0]])
    first, second = standardised(training, [np.array([[5.0, 6.0]])])
    assert first.tolist() == [[-1, 0], [1, 0]]
    assert second.tolist() == [[3, 1]]


def test_a_capped_peer_trains_on_some_of_the_rows():
    rows = np.arange(100.0)[:, None]
    assert len(np.unique(thinned(rows, 30, seed=0))) == 30
    assert thinned(rows, None, seed=0) is rows
    assert thinned(rows, 100, seed=0) is rows


def test_infinite_scores_of_peers_are_the_largest_and_those_of_no_number_are_zero():
    found = finite(np.array([1.0, np.inf, np.nan]))
    assert np.isfinite(found).all()
    assert found.argmax() == 1
    assert found[2] == 0


# Figures


def test_the_threshold_comes_from_validation():
    labels = np.array([0, 0, 1, 1], dtype=np.int8)
    found = at_picked_threshold(
        (labels, np.array([1.0, 2.0, 3.0, 4.0])), (labels, np.array([1.0, 9.0, 2.0, 9.0]))
    )
    assert found == {"precision": 0.5, "recall": 0.5, "f1": 0.5}


def test_without_an_alert_precision_is_zero():
    labels = np.array([0, 1], dtype=np.int8)
    found = at_picked_threshold((labels, np.array([1.0, 2.0])), (labels, np.array([0.0, 0.0])))
    assert found == {"precision": 0.0, "recall": 0.0, "f1": 0.0}


def test_reasons_are_counted_among_alerts_alone():
    found = reasons(
        is_alert=np.array([True, True, True, False]),
        was_alert=np.array([False, False, True, False]),
        named=np.array([0, 1, 2, 3]),
        altered=np.array([0, 2, 2, 3]),
    )
    assert found == {"altered": 4, "alerts": 3, "named": 2, "new_alerts": 2, "new_named": 1}


def test_ranks_give_ties_their_mean():
    assert summary.ranks([0.5, 0.9, 0.5, 0.1]) == [2.5, 1, 2.5, 4]


def test_an_interval_is_that_of_student():
    found = summary.estimate([1.0, 2.0, 3.0])
    assert found.mean == 2
    assert found.half_width == pytest.approx(4.3027 / 3**0.5, abs=1e-4)
    assert summary.estimate([1.0]).half_width is None


def test_a_mean_over_sets_has_the_interval_over_seeds():
    found = by_key(
        *(ranked("knn", value, 0, name) for name, value in (("wine", 0.1), ("glass", 0.9))),
        *(ranked("knn", value, 1, name) for name, value in (("wine", 0.4), ("glass", 0.6))),
    )
    each = summary.grid(found, "C", ["knn"])
    estimate = each.estimate("knn", summary.average_precision)
    assert estimate == summary.Estimate(0.5, 0.0)


def test_a_method_that_lacks_a_seed_of_the_first_is_left_out_and_named():
    found = by_key(
        *(ranked("knn", value, seed) for seed, value in enumerate((0.1, 0.3))),
        *(ranked("lof", value, seed) for seed, value in enumerate((0.2, 0.2, 0.9))),
        ranked("mcd", 0.9, 0),
    )
    each = summary.grid(found, "C", ["knn", "lof", "mcd", "hbos"])
    assert (list(each.methods), list(each.seeds)) == (["knn", "lof"], [0, 1])
    assert {name: rank.mean for name, rank in each.mean_ranks().items()} == {"knn": 1.5, "lof": 1.5}
    assert "Left out, with fewer: MCD." in tables.full(found, AROUND)


def test_a_method_that_failed_counts_as_zero_and_is_named():
    found = by_key(result("lof", failed="it broke"), ranked("knn", 0.5))
    each = summary.grid(found, "C", ["knn", "lof"])
    assert each.estimate("lof", summary.average_precision).mean == 0
    assert "LOF on wine, seed 0: it broke" in tables.full(found, AROUND)


def test_the_fall_is_that_of_the_mean_over_sets():
    pairs = {"wine": (0.8, 0.4), "glass": (0.2, 0.4)}
    found = by_key(
        *(
            result("knn", name=name, protocol="dirty", shares={"0.01": {"clean": a, "dirty": b}})
            for name, (a, b) in pairs.items()
        )
    )
    each = summary.grid(found, "dirty", ["knn"])
    assert summary.dirty_fall(each, "knn", "0.01").mean == pytest.approx(0.2)
    assert summary.dirty_fall(each, "knn", "0.05") is None


# Results


def test_a_result_is_in_the_file_at_once_and_comes_back(tmp_path):
    file = tmp_path / "new" / "quality.json"
    measurements.add(file, ranked("knn", 0.123456789), AROUND)
    measurements.add(file, result("lof", failed="it broke"), AROUND)
    back = measurements.load(file)
    assert [str(key) for key in back] == ["C wine seed 0 knn", "C wine seed 0 lof"]
    figures = next(iter(back.values())).measured.figures
    assert figures["average_precision"] == 0.12346
    assert json.loads(file.read_text())["machine"] == AROUND["machine"]
    assert not file.with_suffix(".new").exists()


def test_a_run_without_peers_keeps_their_versions(tmp_path):
    file = tmp_path / "quality.json"
    measurements.add(file, ranked("knn", 0.1), AROUND)
    measurements.add(file, ranked("ours", 0.1), {**AROUND, "versions": {"python": "3.12"}})
    assert results.load(file)["versions"] == {"python": "3.12", "pyod": "3.6.7"}


def test_what_is_there_is_not_measured_again_but_where_it_has_changed():
    methods = {name: FirstColumn(name) for name in ("same", "changed", "asked", "new")}
    known = by_key(*(ranked(name, 0.5) for name in ("same", "changed", "asked")))
    methods["changed"].configuration = "2.0"
    wanted = {Key("C", "wine", 0, name): each.configuration for name, each in methods.items()}
    found = work.missing(wanted, known, again=["asked"])
    assert [key.method for key in found] == ["changed", "asked", "new"]


def test_the_first_seed_of_every_set_comes_first(monkeypatch):
    monkeypatch.setattr(half_normal.data, "adbench_sets", lambda: ["glass", "wine"])
    changed = {
        **PROTOCOLS,
        "C": PROTOCOLS["C"].__class__("", lambda: ["glass", "wine"], None, None),
    }
    monkeypatch.setattr(quality_work, "PROTOCOLS", changed)
    keys = quality_work.wanted(["C"], [FirstColumn()], Settings(seeds=2))
    assert [(key.seed, key.set) for key in keys] == [
        (0, "glass"),
        (0, "wine"),
        (1, "glass"),
        (1, "wine"),
    ]


def test_a_run_measures_keeps_and_goes_on_after_a_failure(monkeypatch, tmp_path, capsys):
    class Broken(FirstColumn):
        def scores(self, training, asked, seed):
            raise ValueError("no scores")

    methods = {"broken": Broken("broken"), "first": FirstColumn()}
    halved = half_normal.Halved(*half_of(table(), 100, seed=0))
    protocol = PROTOCOLS["C"].__class__(
        "", lambda: ["wine"], lambda *_: halved, half_normal.measure
    )
    monkeypatch.setattr(quality_work, "PROTOCOLS", {"C": protocol})
    keys = quality_work.wanted(["C"], list(methods.values()), Settings(seeds=1))
    file = tmp_path / "quality.json"
    quality_work.measure(keys, methods, Settings(), file, AROUND)
    back = measurements.load(file)
    assert back[Key("C", "wine", 0, "broken")].failed == "ValueError: no scores"
    assert back[Key("C", "wine", 0, "first")].measured.rows["anomalies"] == 10
    assert "[2/2] C wine seed 0 first: AP" in capsys.readouterr().out
    quality_work.measure(keys, methods, Settings(), file, AROUND)
    assert "2 results are there, 0 are to be measured" in capsys.readouterr().out


def test_what_is_left_is_estimated_from_the_nearest_that_is_known():
    known = by_key(result("knn", took=9.5), result("lof", took=1.5, name="glass"))
    estimate = Estimate(known)
    assert Estimate({}).left([Key("C", "wine", 0, "knn")]) is None
    assert estimate.left([Key("C", "wine", 1, "knn")]) == 10  # the same, another seed
    assert estimate.left([Key("C", "wine", 1, "lof")]) == 2  # the method on another set
    assert estimate.left([Key("C", "wine", 1, "mcd")]) == 10  # another method on the set
    assert [in_words(seconds) for seconds in (5, 600, 7200, None)] == [
        "5 s",
        "10 min",
        "2.0 h",
        "an unknown time",
    ]


def test_another_parameter_or_version_is_another_configuration():
    first = configuration("1.0", {"epochs": 5})
    assert first == configuration("1.0", {"epochs": 5})
    assert first not in (configuration("1.0", {"epochs": 6}), configuration("1.1", {"epochs": 5}))


# Tables


def some_results():
    more = {"precision": 0.5, "recall": 0.5, "f1": 0.25}
    return by_key(
        *(
            ranked(method, place / 10 + seed / 100, seed, name, protocol, **more)
            for place, method in enumerate(("autoencoder", "knn", "lof", "mcd"), start=4)
            for seed in (0, 1)
            for protocol, name in (("A", "random"), ("B", "creditcard"), ("C", "wine"))
        )
    )


def test_the_short_table_has_ours_the_best_peers_and_the_best_published():
    lines = tables.short(some_results(), AROUND).splitlines()
    assert [line.split(" | ")[0] for line in lines[2:6]] == [
        "| `autoencoder`",
        "| LOF",
        "| MCD",
        "| DDPM, the best published for this protocol",
    ]
    assert lines[4].startswith("| MCD | **0.705** ± 0.064 |")
    assert "| **0.705** ± 0.064 |" in lines[4]
    assert "split by time" not in lines[0]
    assert lines[-1] == "Machine: AMD EPYC, 2 cores, Linux. Versions: Python 3.11.7, PyOD 3.6.7."


def test_the_full_tables_quote_what_is_published():
    text = tables.full(some_results(), AROUND)
    assert "| kNN | 50.5 ± 6.4 | 38.7 |" in text
    assert "DDPM 69.2, FeatureBagging 63.1" in text
    assert "2 seeds." in text


# Both collections, and the deletion test


def test_collections_taken_together_show_differences_and_the_oracle():
    found = by_key(
        ranked("denoising", 0.6, protocol="C", name="a"),
        ranked("knn", 0.8, protocol="C", name="a"),
        ranked("denoising", 0.9, protocol="D", name="b"),
        ranked("knn", 0.3, protocol="D", name="b"),
        ranked("lof", 1.0, protocol="D", name="b"),
    )
    grids = [summary.grid(found, name, ["denoising", "knn", "lof"]) for name in "CD"]
    together = summary.together(grids)
    assert (together.methods, together.sets) == (["denoising", "knn"], ["a", "b"])
    assert together.means()["denoising"].mean == pytest.approx(0.75)
    assert together.less_than("denoising")["knn"].mean == pytest.approx(0.2)
    assert together.mean_ranks()["knn"].mean == pytest.approx(1.5)
    assert together.oracle(["denoising", "knn"]) == pytest.approx(0.85)


@dataclass
class FarthestFeature:
    """The score is the distance from 0, the shares its squares; 0 is expected everywhere."""

    n_features_in_: int = 3
    indicated_: tuple[int, ...] = ()

    def anomaly_score(self, rows):
        return np.square(rows).sum(axis=1)

    def explain(self, rows):
        return Explanation(
            self.anomaly_score(rows), np.square(rows).astype(np.float32), np.zeros_like(rows)
        )


def test_values_are_replaced_the_greatest_share_first_until_the_alert_ends():
    rows = np.array([[9.0, 1, 0], [3, 3, 3], [0, 0, 1.5]])
    order = greedy_order(FarthestFeature(), rows, np.zeros_like(rows))
    assert (order[[0, 2], 0].tolist(), sorted(order[1])) == ([0, 2], [0, 1, 2])
    for threshold, needed in ((2.0, [1, 3, 1]), (-1.0, [4, 4, 4])):
        found = deletions(FarthestFeature(), rows, np.zeros_like(rows), order, threshold)
        assert found.tolist() == needed
