"""Several runs on one page: compared where they are judged on the same rows, and only there."""

import json
import re
import shutil
import subprocess
import sys

import pyarrow.parquet as pq
import pytest
from quick import quick_train
from reading import labels_and_scores
from sklearn.metrics import average_precision_score

import anomaly
from anomaly.reporting.run import report_of
from anomaly.reporting.side_by_side import FIGURES, side_by_side
from reports import formats, render_comparison
from reports.words.trust import trust


@pytest.fixture
def run_folder(others, tmp_path):
    """A copy of the run, to change at will."""
    return shutil.copytree(others / "run", tmp_path / "run")


@pytest.fixture(scope="module")
def others(many_frauds, tmp_path_factory):
    """Runs: of other epochs, columns and rows, and one without labels."""
    transactions = many_frauds
    folder = tmp_path_factory.mktemp("others")
    options = {"label": "fraud", "time": "time"}
    quick_train(transactions, **options, epochs=3, out=folder / "run").pick_threshold("f1")
    longer = quick_train(transactions, **options, epochs=4, out=folder / "longer")
    longer.pick_threshold("recall", at_least=0.5)
    quick_train(transactions, **options, drop="age", epochs=2, out=folder / "narrower")
    quick_train(transactions[:1500], **options, epochs=1, out=folder / "earlier")
    bare = transactions.drop(columns=["fraud", "transaction_id", "time"])
    for name in ("bare", "barer"):
        quick_train(bare, epochs=1, out=folder / name).pick_threshold("contamination", share=0.02)
    return folder


@pytest.fixture
def compared(run_folder, others):
    """The page's data of some of the runs; `run` is the trained one."""

    def of(*names):
        return side_by_side(
            [anomaly.load(run_folder if name == "run" else others / name) for name in names]
        )

    return of


def changed(folder, target, change):
    """Copy a run with another table of scores."""
    copy = shutil.copytree(folder, target)
    path = copy / "scores.parquet"
    change(pq.read_table(path).to_pandas()).to_parquet(path, index=False)
    return anomaly.load(copy)


def test_runs_on_the_same_rows_are_compared(compared, others, run_folder):
    found = compared("run", "longer")
    assert found.alike == ()
    assert "judged on the same 400 test rows" in found.about
    scores = {}
    for method in found.methods:
        folder = run_folder if method.name == "run" else others / method.name
        labels, scores[method.name] = labels_and_scores(anomaly.load(folder), "test")
        exact = average_precision_score(labels, scores[method.name])
        assert method.figures["average_precision"] == pytest.approx(exact)
        low, high = method.intervals["average_precision"]
        assert low <= exact <= high
    first, second = (m.figures["average_precision"] for m in found.methods)
    assert first >= second
    (gap,) = [gap for gap in found.gaps if gap.figure == "average_precision"]
    assert gap.difference == pytest.approx(first - second)
    assert gap.interval[0] <= gap.difference <= gap.interval[1]


def test_figures_and_kept_intervals_are_those_of_the_run(compared, run_folder):
    kept = anomaly.load(run_folder).threshold["test"]
    (method,) = [m for m in compared("run", "longer").methods if m.name == "run"]
    for name in ("precision", "recall", "f1"):
        assert method.figures[name] == pytest.approx(kept[name])
        assert method.intervals[name] == pytest.approx(tuple(kept["intervals"][name]))
    assert method.figures["alerts"] == kept["alerts"]


def shown_in_report(run):
    """The intervals of the report on a run, in words."""
    names = {
        "Average precision": "average_precision", "ROC AUC": "roc_auc",
        "Precision": "precision", "Recall": "recall", "F1": "f1",
    }  # fmt: skip
    return {names[row.name]: row.interval for row in trust(report_of(run)).rows}


def in_words(intervals):
    """The same of figures beside others, a dash for none."""
    return {
        name: formats.interval(intervals[name], formats.ratio) or formats.NOTHING
        for name in FIGURES
    }


def test_the_intervals_are_those_of_the_report_of_each_run(compared, others, run_folder):
    found = compared("run", "longer")
    for method in found.methods:
        folder = run_folder if method.name == "run" else others / method.name
        assert in_words(method.intervals) == shown_in_report(anomaly.load(folder))


def test_the_intervals_of_a_comparison_are_those_of_the_reports_of_its_runs(files, tmp_path):
    methods = ("none+logistic", "over+logistic")
    options = {"label": "fraud", "time": "time", "methods": methods, "seeds": 1}
    comparison = anomaly.compare(files / "cards.csv", **options, out=tmp_path / "c")
    runs = [anomaly.load(comparison.folder / "runs" / name) for name in methods]
    beside = {method.name: method for method in side_by_side(runs).methods}
    for method in comparison.methods:
        run = anomaly.load(comparison.folder / "runs" / method.method)
        assert in_words(method.intervals) == shown_in_report(run)
        for name in FIGURES:
            assert method.intervals[name] == beside[method.method].intervals[name]


def test_runs_with_other_columns_of_the_same_rows_are_compared(compared):
    found = compared("longer", "narrower")
    assert found.gaps
    assert any("their fingerprints differ" in words for words in found.warnings)


def test_runs_on_other_rows_are_not_compared(compared):
    found = compared("longer", "earlier")
    assert not found.gaps
    assert found.alike == [["longer"], ["earlier"]]
    page = render_comparison(found)
    assert "Each run is judged on other transactions, so these figures cannot be compared." in page
    assert "longer on 400 test rows" in page
    assert 'id="gaps-title"' not in page
    assert ", by average precision" not in page


def test_of_three_runs_the_two_on_the_same_rows_are_compared(compared):
    found = compared("earlier", "longer", "run")
    assert {frozenset((gap.better, gap.other)) for gap in found.gaps} == {
        frozenset(("longer", "run"))
    }
    assert sorted(map(len, found.alike)) == [1, 2]
    together = next(names for names in found.alike if len(names) == 2)
    page = render_comparison(found)
    assert f"Figures can be compared only within {' and '.join(together)}." in page
    assert 'id="gaps-title"' in page


@pytest.mark.parametrize("column", ["row", "label", "amount"])
def test_rows_that_differ_in_one_value_are_others(others, tmp_path, column):
    def change(table):
        place = table.index[(table["split"] == "test") & (table["label"] == 0)][0]
        table.loc[place, column] = 1 if column == "label" else table[column].max() + 1
        return table

    run = changed(others / "longer", tmp_path / "changed", change)
    details = run.folder / "run.json"
    content = json.loads(details.read_text())
    content["data"]["fingerprint"] = "another"
    details.write_text(json.dumps(content))
    found = side_by_side([anomaly.load(others / "longer"), anomaly.load(run.folder)])
    assert not found.gaps
    assert len(found.alike) == 2


def test_the_order_of_the_rows_in_the_file_does_not_matter(others, tmp_path):
    def reverse(table):
        return table[::-1]

    run = changed(others / "longer", tmp_path / "reversed", reverse)
    found = side_by_side([anomaly.load(others / "longer"), run])
    first, second = found.methods
    assert first.figures == pytest.approx(second.figures)
    assert not found.gaps


def test_runs_without_labels_show_their_alerts(compared):
    found = compared("bare", "barer")
    page = render_comparison(found)
    assert "which run is better is not known" in page
    assert ">Alerts<" in page
    assert ">AP<" not in page
    assert not found.gaps
    assert all(method.figures["alerts"] < 40 for method in found.methods)


def test_a_run_without_labels_stands_last(compared):
    found = compared("bare", "longer")
    assert [method.name for method in found.methods] == ["longer", "bare"]
    assert "; of bare none is known." in render_comparison(found)


def test_a_run_without_a_threshold_gets_the_command_that_picks_one(compared):
    found = compared("longer", "narrower")
    assert any(
        words.startswith("narrower has no threshold yet; pick one with: anomaly pick-threshold ")
        for words in found.warnings
    )
    assert {gap.figure for gap in found.gaps} == {"average_precision"}
    assert "none yet" in render_comparison(found)


def test_a_threshold_set_by_hand_is_told(run_folder, others):
    run = anomaly.load(run_folder)
    run.set_threshold(1.0)
    found = side_by_side([run, anomaly.load(others / "longer")])
    assert "The threshold of run was set by hand" in found.honesty


def test_a_test_set_with_one_fraud_is_compared(others, tmp_path):
    def keep_one(table):
        frauds = table.index[(table["split"] == "test") & (table["label"] == 1)]
        table.loc[frauds[1:], "label"] = 0
        return table

    runs = [changed(others / "longer", tmp_path / name, keep_one) for name in ("a", "b")]
    found = side_by_side(runs)
    # One fraud tells nothing of a difference.
    assert not found.gaps
    assert "the same 400 test rows, 1 fraud, each" in render_comparison(found)


def test_what_differs_is_told_run_by_run(compared):
    found = compared("longer", "narrower")
    contrasts = {each.name: each.values for each in found.contrasts}
    place = [method.name for method in found.methods].index("narrower")
    assert contrasts["drop"][place] == ["age"]
    assert "label" not in contrasts
    assert found.options["label"] == "fraud"
    assert found.options["seed"] == 0
    page = render_comparison(found)
    assert "In common" in page
    assert "Samplers, scalers" not in page
    assert "No run learned from its own test rows" in page


def test_runs_of_the_same_name_are_told_apart_by_their_paths(others, tmp_path):
    folders = []
    for name in ("a", "b"):
        folders.append(tmp_path / name / "run")
        shutil.copytree(others / "longer", folders[-1])
    found = side_by_side([anomaly.load(folder) for folder in folders])
    assert sorted(method.name for method in found.methods) == sorted(map(str, folders))


def test_the_page_is_whole_and_needs_nothing_else(compared):
    page = render_comparison(compared("run", "longer", "earlier", "bare"))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    assert not re.search(r'(?:src|href)="(?!#)', page)


def test_names_from_the_data_stay_text(others, tmp_path):
    nasty = "<script>alert(1)<script>"
    folder = tmp_path / nasty
    shutil.copytree(others / "longer", folder)
    page = render_comparison(side_by_side([anomaly.load(folder), anomaly.load(others / "longer")]))
    assert page.count("<script") == 1
    assert "&lt;script&gt;" in page


def test_comparing_runs_imports_neither_tensorflow_nor_scikit_learn(others):
    code = (
        "import sys, anomaly\n"
        f"anomaly.report([{str(others / 'longer')!r}, {str(others / 'earlier')!r}], "
        f"{str(others / 'page.html')!r})\n"
        "assert not {'tensorflow', 'keras', 'sklearn'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("value", "told"), [(0.9999971, "0.999997"), (1.0, "1.000"), (7.25, "7.250")]
)
def test_a_threshold_next_to_one_is_told_from_it(run_folder, others, value, told):
    run = anomaly.load(run_folder)
    run.set_threshold(value)
    found = side_by_side([run, anomaly.load(others / "longer")])
    [contrast] = [each for each in found.contrasts if each.name == "threshold"]
    place = [method.name for method in found.methods].index("run")
    assert contrast.values[place].startswith(f"{told} (")
