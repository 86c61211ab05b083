"""Each figure of a run is the same in the command, in JSON and on the page, and what its scores say."""

import re
from pathlib import Path

import numpy as np
import pytest
from parsed_page import Page
from sklearn.metrics import average_precision_score, roc_auc_score

import anomaly
from anomaly.terminal import words_of_comparison, words_of_training
from reports import formats

PARTS = ("validation", "test")
PICKS = (
    "f1",
    "recall --at-least 0.6",
    "alerts --total 20",
    "cost --false-alarm-cost 5 --missed-cost 120",
    "cost --false-alarm-cost 5 --missed-cost-column amount --recovered 0.8",
)
#: The names of the figures on the page, in JSON, and on the terminal.
NAMES = {
    "Precision": ("precision", "precision"),
    "Recall": ("recall", "recall"),
    "F1": ("f1", "f1"),
    "Cost": ("cost", "cost"),
    "Alerts a day": ("alerts_per_day", "alerts a day"),
}


@pytest.fixture
def folder(run_folder):
    return run_folder


def page_of(run, **options):
    return Page(Path(run.report(**options)).read_text())


def cells_of(words):
    """The lines of a table on the terminal by their first cell."""
    rows = (re.split(r"  +", line.strip()) for line in words.splitlines())
    return {row[0]: row[1:] for row in rows if len(row) > 1}


def as_scored(run, part, options):
    """The figures of a part, counted in its scores."""
    rows = run.scores(part).to_pandas()
    is_alert, is_fraud = rows["score"] >= run.threshold_value, rows["label"] == 1
    tp, fp, fn = (
        int(mask.sum())
        for mask in (is_alert & is_fraud, is_alert & ~is_fraud, is_fraud & ~is_alert)
    )
    counted = {"alerts": tp + fp, "tp": tp, "fp": fp, "fn": fn}
    counted |= {"tn": len(rows) - tp - fp - fn}
    counted |= {"precision": tp / (tp + fp), "recall": tp / (tp + fn)}
    counted |= {"f1": 2 * tp / (2 * tp + fp + fn)}
    if "false_alarm_cost" in options:
        each = rows["amount"] if "missed_cost_column" in options else options["missed_cost"]
        lost = np.where(is_alert, (1 - options["recovered"]) * each, each)[is_fraud].sum()
        counted["cost"] = options["false_alarm_cost"] * fp + lost
    return counted


@pytest.mark.parametrize("pick", PICKS)
def test_the_figures_at_a_threshold_agree(command, folder, pick):
    words = command("pick-threshold", folder, "--objective", *pick.split()).out
    run = anomaly.load(folder)
    content, page, told = run.threshold, page_of(run), cells_of(words)
    assert words.startswith(f"Threshold {formats.threshold(run.threshold_value)} ")
    assert f"Threshold {formats.threshold(run.threshold_value)}" in page.text()
    for place, part in enumerate(PARTS):
        counted = as_scored(run, part, content["options"])
        assert {name: content[part][name] for name in counted} == pytest.approx(counted)
        assert told["alerts"][place] == formats.count(counted["alerts"])
        caught = f"{counted['tp']} of {counted['tp'] + counted['fn']}"
        assert told["caught"][place] == caught
        rows = page.table(f"Figures of the {part} split at the threshold")
        shown = {row[0]: row[1:] for row in rows[1:]}
        assert shown["Alerts"][0] == formats.count(counted["alerts"])
        matrix = page.table(f"Confusion matrix of the {part} split")
        assert [cell.split()[0] for row in matrix[1:] for cell in row[1:]] == [
            formats.count(counted[name]) for name in ("tp", "fn", "fp", "tn")
        ]
        for name, (key, on_terminal) in NAMES.items():
            if content[part].get(key) is None:
                assert name not in shown
                continue
            value, interval = shown[name]
            in_words = {"cost": formats.money, "alerts_per_day": formats.number}
            assert value == in_words.get(key, formats.ratio)(content[part][key])
            on_line, _, ends = told[on_terminal][place].partition(" (")
            assert on_line == value
            known = content[part]["intervals"].get(key)
            if known is not None:
                assert ends.removesuffix(")") == interval


def test_what_ranking_says_agrees(folder):
    run = anomaly.load(folder)
    page, told = page_of(run), cells_of(words_of_training(run))
    table = page.table("What stands behind each figure")
    trust = {re.split(r" \d", row[0])[0]: row for row in table}
    for part, place in (("test", 1), ("validation", 3)):
        rows = run.scores(part).to_pandas()
        found = {
            "Average precision": average_precision_score(rows["label"], rows["score"]),
            "ROC AUC": roc_auc_score(rows["label"], rows["score"]),
        }
        shown = [formats.ratio(figure) for figure in found.values()]
        assert told[part][-2:] == shown == [trust[name][place] for name in found]
        assert list(run.metrics[part].values())[:2] == pytest.approx(list(found.values()))


def test_the_features_are_counted_once(folder):
    run = anomaly.load(folder)
    n_columns = len({feature.column for feature in run.features.features})
    words = f"{run.graph.n_features} features from {n_columns} columns"
    assert run.metrics["features"] == run.graph.n_features > n_columns
    assert f"\n{words}, " in words_of_training(run)
    counted = re.findall(r"[\d,]+ features[^,.]*", page_of(run).text())
    assert counted == [words]


def test_a_method_of_a_comparison_has_one_interval(transactions, tmp_path):
    noise = np.random.default_rng(0).normal(size=len(transactions))
    rows = transactions[["time", "fraud"]].assign(signal=noise + 2 * transactions["fraud"])
    options = {"label": "fraud", "time": "time", "methods": ["logistic"]}
    found = anomaly.compare(rows, **options, out=tmp_path / "c")
    [method] = found.methods
    ends = method.intervals["average_precision"]
    interval = formats.interval(ends, formats.ratio)
    shown = [formats.ratio(method.figures["average_precision"]), interval]
    assert cells_of(words_of_comparison(found))[method.method][:2] == shown
    of_methods = Page(found.page.read_text()).table(
        "Bars are 95 % intervals on an axis from 0 to 1."
    )
    assert of_methods[1][1:3] == shown
    page = page_of(anomaly.load(tmp_path / "c" / "runs" / method.method))
    caption = (
        "Average precision (AP) of each method on test, with 95 % intervals on an axis from 0 to 1"
    )
    assert page.table(caption)[1][1:3] == shown
    assert page.table("What stands behind each figure")[1][1:3] == shown
