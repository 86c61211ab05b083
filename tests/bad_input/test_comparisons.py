"""Comparisons that cannot be made: one line each, and nothing made."""

import sys

import numpy as np
import pytest

COMPARE = ("compare", "cards.csv", "--label=fraud")


@pytest.fixture
def compare_on(refused):
    """Compare on a table, which must be refused, and return the complaint."""

    def run(table, *words):
        table.to_csv("data.csv", index=False)
        return refused("compare", "data.csv", "--label=fraud", *words)

    return run


def positives_only_in(table, rows):
    """Return the table with so few positive rows, at these places."""
    changed = table.assign(fraud=0)
    changed.loc[rows, "fraud"] = 1
    return changed


def test_a_method_with_a_typo(refused):
    said = refused(*COMPARE, "--method=smote+xgbost")
    assert said == ("--method smote+xgbost: there is no such method; did you mean smote+xgboost?")


def test_no_label(refused):
    said = refused("compare", "cards.csv", "--method=logistic")
    assert said == ("a comparison needs labels: name the column that marks anomalies with --label")


def test_no_positive_row(compare_on, transactions):
    said = compare_on(transactions.assign(fraud=0), "--method=logistic")
    assert "the label 'fraud' is '0' in every row, so no row is positive" in said


def test_no_normal_row(compare_on, transactions):
    said = compare_on(transactions.assign(fraud=1), "--method=logistic")
    assert "is '1' in every row, so no row is normal" in said


def test_one_positive_row(compare_on, transactions):
    said = compare_on(positives_only_in(transactions, [5]), "--method=logistic")
    assert "the split at random does not work: validation has 400 rows and no positive" in said


def test_no_positive_row_in_train(compare_on, transactions):
    table = positives_only_in(transactions, [1300, 1900])
    said = compare_on(table, "--time=time", "--method=logistic")
    assert said.startswith("data.csv: train has 1200 rows and no positive one, so that no")


@pytest.mark.parametrize(
    ("method", "least"),
    [("smote+logistic", 2), ("smote-nc+logistic", 2), ("cvae+logistic", 2), ("mlp", 2)],
)
def test_one_positive_row_in_train(compare_on, transactions, method, least):
    table = positives_only_in(transactions, [500, 1300, 1900])
    said = compare_on(table, "--time=time", f"--method={method}")
    assert f"needs {least} or more positive training rows, and there is 1; add" in said


def test_few_positive_rows_are_enough_for_neighbours(command, workplace, transactions):
    positives_only_in(transactions, [500, 600, 1300, 1900]).to_csv("data.csv", index=False)
    words = ("--label=fraud", "--time=time", "--method=smote+logistic", "--method=logistic")
    assert command("compare", "data.csv", *words, "--quiet").status == 0


def test_missing_values_are_filled(command, workplace, transactions):
    holes = transactions.copy()
    holes.loc[np.arange(0, 2000, 3), "amount"] = np.nan
    holes.to_csv("data.csv", index=False)
    words = ("--label=fraud", "--method=smote+logistic", "--method=xgboost")
    found = command("compare", "data.csv", *words, "--json").json
    assert all(method["average_precision"] > 0.5 for method in found["methods"])


@pytest.mark.parametrize("sampler", ["under", "smote", "cvae"])
def test_a_ratio_that_is_there_already(refused, sampler):
    said = refused(*COMPARE, f"--method={sampler}+logistic", "--ratio=0.001")
    assert said == (
        "--ratio 0.001: the training rows have 0.0204 positive rows for each normal one already, "
        f"and {sampler} can only raise that; give more"
    )


@pytest.mark.parametrize("ratio", ["0", "1.5", "-1", "nan"])
def test_a_ratio_out_of_its_range(refused, ratio):
    said = refused(*COMPARE, "--method=smote+logistic", f"--ratio={ratio}")
    assert "give how many positive rows there are to be for each normal one" in said


def test_no_categories_for_smote_nc(compare_on, transactions):
    said = compare_on(transactions[["amount", "age", "fraud"]], "--method=smote-nc+logistic")
    assert "is for data with categories or flags, and all features here are numbers" in said
    assert said.endswith("use smote+logistic")


@pytest.mark.parametrize(
    ("module", "package", "method"),
    [
        ("imblearn", "imbalanced-learn", "smote+logistic"),
        ("imblearn", "imbalanced-learn", "balanced-bagging+logistic"),
        ("xgboost", "xgboost", "none+xgboost"),
    ],
)
def test_a_package_that_is_not_installed(refused, monkeypatch, module, package, method):
    monkeypatch.setitem(sys.modules, module, None)
    said = refused(*COMPARE, f"--method={method}")
    assert said == (
        f"the method {method} needs {package}; install it with: pip install {package} "
        "(or install anomaly with its extra named compare)"
    )


@pytest.mark.parametrize("word", ["--seeds=0", "--seeds=-1"])
def test_no_seeds(refused, word):
    assert refused(*COMPARE, word) == f"{word.replace('=', ' ')}: give 1 or more"


def test_all_beside_a_method(refused):
    assert "--all runs every method" in refused(*COMPARE, "--all", "--method=mlp")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--false-alarm-cost=5"], "a cost needs --false-alarm-cost and --missed-cost"),
        (["--missed-cost=5"], "a cost needs --false-alarm-cost and --missed-cost"),
        (
            ["--false-alarm-cost=5", "--missed-cost=5", "--missed-cost-column=amount"],
            "each say what a missed anomaly costs; give one",
        ),
        (["--false-alarm-cost=-1", "--missed-cost=5"], "--false-alarm-cost -1: give a finite"),
        (
            ["--false-alarm-cost=1", "--missed-cost-column=channel"],
            "--missed-cost-column channel: cards.csv has no such column of numbers",
        ),
        (
            ["--false-alarm-cost=1", "--missed-cost=1", "--recovered=2"],
            "--recovered 2: give a share",
        ),
    ],
)
def test_costs_that_make_no_sense(refused, words, complaint):
    assert complaint in refused(*COMPARE, "--method=logistic", *words)


def test_a_folder_that_is_no_comparison(command, workplace, unchanged):
    (workplace / "c").mkdir()
    (workplace / "c" / "thesis.tex").touch()
    with unchanged(workplace):
        said = command(*COMPARE, "--method=logistic", "--out=c").complaint
    assert said == "c exists and is no comparison; name another folder with --out"


def test_a_file_in_place_of_the_folder(command, workplace, unchanged):
    (workplace / "c").touch()
    with unchanged(workplace):
        said = command(*COMPARE, "--method=logistic", "--out=c").complaint
    assert "c cannot be written" in said
