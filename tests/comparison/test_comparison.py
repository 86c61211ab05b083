"""The comparison: honest, resumable, and the same whatever else is compared."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

import anomaly
from anomaly.comparison import job as jobs
from anomaly.comparison import seeds
from anomaly.comparison import trial as trials
from anomaly.comparison.folder.reading import read_comparison
from anomaly.comparison.folder.store import RESULTS
from anomaly.comparison.methods import estimators
from anomaly.comparison.methods.names import METHODS
from anomaly.samplers import cvae
from anomaly.terminal import words_of_comparison
from reports import formats

FAST = ("logistic", "over+logistic", "class-weight+xgboost")
LABEL = {"label": "fraud"}


def figures(comparison):
    return {m.method: m.figures for m in comparison.methods}


@pytest.fixture
def short_sampler(monkeypatch):
    """Let a CVAE that a comparison trains have one epoch."""
    short = dataclasses.replace(cvae._PRESETS["default"], epochs=1)
    monkeypatch.setitem(cvae._PRESETS, "default", short)


@pytest.fixture(scope="module")
def compared(transactions, tmp_path_factory):
    """Three methods with two seeds: to read, never to change."""
    out = tmp_path_factory.mktemp("compared") / "c"
    return anomaly.compare(transactions, **LABEL, methods=FAST, seeds=2, out=out)


@pytest.fixture(scope="module")
def with_intervals(many_frauds, tmp_path_factory):
    """The same on rows with frauds enough for every interval."""
    out = tmp_path_factory.mktemp("intervals") / "c"
    return anomaly.compare(many_frauds, **LABEL, methods=FAST, seeds=2, out=out)


def test_methods_come_with_the_highest_average_precision_first(compared):
    found = [m.figures["average_precision"] for m in compared.methods]
    assert found == sorted(found, reverse=True)
    assert {m.method for m in compared.methods} == {
        "none+logistic",
        "over+logistic",
        "class-weight+xgboost",
    }


def test_every_figure_has_its_interval(with_intervals):
    wanted = {"average_precision", "roc_auc", "precision", "recall", "f1", "mcc", "brier"}
    for method in with_intervals.methods:
        assert wanted | {"precision_at_100", "f1_at_half"} <= set(method.figures)
        assert set(method.intervals) == set(method.figures)
        low, high = method.intervals["average_precision"]
        assert 0 <= low <= method.figures["average_precision"] <= high <= 1
        assert len(method.by_seed) == 2


def test_figures_are_means_over_seeds(compared):
    method = compared.methods[0]
    found = [result.figures["recall"] for result in method.by_seed]
    assert method.figures["recall"] == pytest.approx(np.mean(found))


def test_better_is_said_only_where_the_interval_excludes_zero(compared, with_intervals):
    assert len(with_intervals.differences) == 2 * 3
    for difference in with_intervals.differences:
        assert difference.difference >= 0
        assert difference.is_clear == (difference.interval[0] > 0)
    # Eight frauds tell no method from another.
    assert not compared.differences


def test_what_is_written_is_what_is_returned(compared):
    written = json.loads((compared.folder / "comparison.json").read_text())
    assert written == json.loads(json.dumps(compared.to_dict()))
    assert compared.page.is_file()
    assert list(compared.to_frame().index) == [m.method for m in compared.methods]


def test_each_method_leaves_a_run_with_a_threshold(compared):
    for method in compared.methods:
        run = anomaly.load(compared.folder / "runs" / method.method)
        assert run.threshold_value == pytest.approx(method.by_seed[0].threshold)
        found = run.metrics["test"]["average_precision"]
        assert found == pytest.approx(method.by_seed[0].figures["average_precision"])
        run.pick_threshold("recall", at_least=0.9)
        page = run.report().read_text()
        assert f"The classifier {method.method} learned from 1,200 transactions, 24 of them" in page
        assert "There are no reasons for these scores." in page


def test_a_classifiers_run_scores_nothing_and_says_so(compared, transactions):
    run = anomaly.load(compared.folder / "runs" / "none+logistic")
    with pytest.raises(anomaly.RunError, match="a classifier leaves no graph"):
        run.score(transactions)


def test_a_sampler_sees_training_rows_only(transactions, tmp_path, monkeypatch):
    seen = []
    usual = estimators._sampler

    def recorded(name, y, given):
        sampler = usual(name, y, given)
        fit = sampler.fit_resample
        sampler.fit_resample = lambda X, y: (seen.append((X, y)), fit(X, y))[1]
        return sampler

    monkeypatch.setattr(estimators, "_sampler", recorded)
    made = []
    usual_inputs = seeds.Inputs
    monkeypatch.setattr(seeds, "Inputs", lambda *a: (made.append(usual_inputs(*a)), made[-1])[1])
    anomaly.compare(transactions, **LABEL, methods=["under+logistic"], out=tmp_path / "c")
    (rows, labels), inputs = seen[0], made[0]
    split = inputs.dataset.split
    allowed = {row.tobytes() for row in inputs.encoded[0][split.train]}
    others = {row.tobytes() for row in inputs.encoded[0][~split.has("train")]}
    assert len(rows) == len(labels) == len(split.train)
    assert {row.tobytes() for row in rows} <= allowed
    assert not others & allowed  # so that the line above says something
    np.testing.assert_array_equal(labels, inputs.labels[split.train])


def test_a_method_learns_from_training_labels_only(transactions, tmp_path):
    """Other labels in validation and test change neither a score nor what is learned."""
    first = anomaly.compare(
        transactions, **LABEL, time="time", methods=["smote+logistic"], out=tmp_path / "a"
    )
    newest = transactions.sort_values("time").index[int(0.6 * len(transactions)) :]
    turned = transactions.copy()
    turned.loc[newest, "fraud"] = np.roll(turned.loc[newest, "fraud"].to_numpy(), 7)
    second = anomaly.compare(
        turned, **LABEL, time="time", methods=["smote+logistic"], out=tmp_path / "b"
    )
    scores = [
        pd.read_parquet(c.folder / "methods" / "smote+logistic-seed-0.parquet")
        for c in (first, second)
    ]
    assert (scores[0]["label"] != scores[1]["label"]).any()
    pd.testing.assert_series_equal(scores[0]["score"], scores[1]["score"])


def test_the_order_of_methods_changes_nothing(transactions, tmp_path):
    names = ["random-forest", "smote-nc+logistic", "balanced-bagging+logistic"]
    rows = transactions[:1000]
    first = anomaly.compare(rows, **LABEL, methods=names, out=tmp_path / "a")
    second = anomaly.compare(rows, **LABEL, methods=names[::-1], out=tmp_path / "b")
    assert figures(first) == figures(second)


def test_a_comparison_goes_on_where_it_was_stopped(transactions, tmp_path, monkeypatch):
    out, made = tmp_path / "c", []
    usual = jobs.attempt

    def stopping(method, inputs, ratio):
        if len(made) == 1:
            raise KeyboardInterrupt
        made.append(method.name)
        return usual(method, inputs, ratio)

    monkeypatch.setattr(jobs, "attempt", stopping)
    with pytest.raises(KeyboardInterrupt):
        anomaly.compare(transactions, **LABEL, methods=FAST, out=out)
    assert json.loads((out / "comparison.json").read_text())["unfinished"] == 2
    assert "goes on" in (out / "comparison.html").read_text()

    monkeypatch.setattr(jobs, "attempt", lambda m, *more: (made.append(m.name), usual(m, *more))[1])
    done = anomaly.compare(transactions, **LABEL, methods=FAST, out=out)
    assert made == ["none+logistic", "over+logistic", "class-weight+xgboost"]
    assert done.unfinished == 0
    whole = anomaly.compare(transactions, **LABEL, methods=FAST, out=tmp_path / "whole")
    assert figures(done) == figures(whole)


def test_more_methods_and_seeds_join_what_is_there(transactions, tmp_path, monkeypatch):
    out = tmp_path / "c"
    anomaly.compare(transactions, **LABEL, methods=["logistic"], out=out)
    made = []
    usual = jobs.attempt
    monkeypatch.setattr(
        jobs,
        "attempt",
        lambda m, i, r: (made.append((m.name, i.options.seed)), usual(m, i, r))[1],
    )
    names = ["logistic", "over+logistic"]
    anomaly.compare(transactions, **LABEL, methods=names, seeds=2, out=out)
    assert made == [("over+logistic", 0), ("none+logistic", 1), ("over+logistic", 1)]


def test_another_comparison_in_the_folder_is_refused_or_replaced(transactions, tmp_path):
    out = tmp_path / "c"
    anomaly.compare(transactions, **LABEL, methods=["logistic"], out=out)
    with pytest.raises(anomaly.RunError, match=r"with other options \(time, split\); add --over"):
        anomaly.compare(transactions, **LABEL, time="time", methods=["logistic"], out=out)
    with pytest.raises(anomaly.RunError, match="a comparison on other data"):
        anomaly.compare(transactions[:-1], **LABEL, methods=["logistic"], out=out)
    again = anomaly.compare(
        transactions[:-1], **LABEL, methods=["over+logistic"], out=out, overwrite=True
    )
    assert [m.method for m in again.methods] == ["over+logistic"]


def test_a_folder_that_is_no_comparison_is_left_alone(transactions, tmp_path, unchanged):
    (tmp_path / "thesis.tex").touch()
    with unchanged(tmp_path), pytest.raises(anomaly.RunError, match="is no comparison"):
        anomaly.compare(transactions, **LABEL, methods=["logistic"], out=tmp_path, overwrite=True)


def test_rows_of_test_that_are_in_train_are_counted(transactions, tmp_path):
    twice = pd.concat([transactions, transactions]).drop(columns="transaction_id")
    found = anomaly.compare(twice, **LABEL, methods=["logistic"], out=tmp_path / "c")
    test = found.duplicates[1]
    assert test.rows == 800
    assert 0.5 * test.rows < test.duplicates < 0.7 * test.rows
    assert test.contradictions == 0


@pytest.mark.usefixtures("uncompiled")
def test_detectors_take_part_with_the_run_of_train(transactions, tmp_path):
    out = tmp_path / "c"
    found = anomaly.compare(
        transactions, **LABEL, methods=["autoencoder"], fast=True, seed=3, out=out
    )
    run = anomaly.load(out / "runs" / "autoencoder")
    assert len(run.score(transactions)) == len(transactions)
    trained = anomaly.train(
        transactions, "fraud", detector="autoencoder", fast=True, seed=3, out=tmp_path / "r"
    )
    assert run.metrics["test"] == trained.metrics["test"]
    figure = found.methods[0].figures["average_precision"]
    assert figure == pytest.approx(trained.metrics["test"]["average_precision"])
    assert "f1_at_half" not in found.methods[0].figures


@pytest.mark.usefixtures("uncompiled")
def test_the_score_of_a_detector_is_one_more_feature(transactions, tmp_path, monkeypatch):
    widths = {}
    usual = trials.learn

    def recorded(method, train, seed, **more):
        widths[method.name] = train.rows.shape[1]
        return usual(method, train, seed, **more)

    monkeypatch.setattr(trials, "learn", recorded)
    names = ["logistic", "logistic+anomaly-score"]
    rows = transactions[:1000]
    found = anomaly.compare(rows, **LABEL, methods=names, fast=True, out=tmp_path / "c")
    assert widths["none+logistic+anomaly-score"] == widths["none+logistic"] + 1
    assert len(found.methods) == 2


@pytest.mark.usefixtures("uncompiled")
def test_networks_keep_their_curves_and_the_effect_of_the_bias(transactions, tmp_path):
    found = anomaly.compare(transactions, **LABEL, methods=["mlp", "focal+mlp"], out=tmp_path / "c")
    for method in found.methods:
        assert {"loss", "average_precision", "val_precision", "val_recall"} <= set(method.history)
    assert found.bias["prior"]["initial"] < found.bias["zero"]["initial"]
    page = found.page.read_text()
    assert "Where the output begins" in page
    assert "focal+mlp</bdi>, by epoch" in page


@pytest.mark.usefixtures("short_sampler", "uncompiled")
def test_generated_rows_are_measured_beside_real_ones(transactions, tmp_path):
    names = ["logistic", "cvae+logistic", "over+logistic"]
    found = anomaly.compare(transactions, **LABEL, methods=names, out=tmp_path / "c")
    measured = {m.method: m.generated for m in found.methods}
    assert measured.pop("none+logistic") == measured.pop("over+logistic") == {}
    for figures_of_part in measured["cvae+logistic"].values():
        assert 0 <= figures_of_part["auroc"] <= 1
        assert figures_of_part["copies"] < 0.2
    assert set(measured["cvae+logistic"]) == {"train", "validation"}
    histories = {m.method: set(m.history) for m in found.methods}
    assert histories["cvae+logistic"] == {"sampler_loss"}
    assert histories["over+logistic"] == set()
    assert "loss of the sampler" in found.page.read_text()
    assert anomaly.load(found.folder / "runs" / "cvae+logistic").metrics["epochs"] == 0
    assert "What they add to AP" in found.page.read_text()


def test_costs_are_told_where_prices_are(transactions, tmp_path):
    prices = {"false_alarm_cost": 5, "missed_cost_column": "amount", "recovered": 0.8}
    found = anomaly.compare(
        transactions, **LABEL, methods=["logistic"], **prices, out=tmp_path / "c"
    )
    run = anomaly.load(tmp_path / "c" / "runs" / "none+logistic")
    run.pick_threshold("cost", robust=False, **prices)
    method, rows = found.methods[0], run.scores("test").to_pandas()
    assert method.by_seed[0].cost_threshold == run.threshold["threshold"]
    assert method.figures["least_cost"] == pytest.approx(run.threshold["test"]["cost"])
    is_fraud, is_alert = rows["label"] == 1, rows["score"] >= method.by_seed[0].threshold
    lost = rows["amount"].where(~is_alert, 0.2 * rows["amount"])[is_fraud].sum()
    assert method.figures["cost"] == pytest.approx(5 * (is_alert & ~is_fraud).sum() + lost)
    words, page = words_of_comparison(found), found.page.read_text()
    terms = "5 for a false alarm, its amount for a missed {}, 20 % of that for a caught one"
    assert f"Cost on test: {terms.format('anomaly')}; in the unit of amount." in words
    assert f"Cost on the test rows: {terms.format('fraud')}; in the unit of amount." in page
    for name, threshold in (
        ("cost", method.by_seed[0].threshold),
        ("least_cost", method.by_seed[0].cost_threshold),
    ):
        cost = formats.money(method.figures[name])
        assert f"{cost}<br><small>from {formats.threshold(threshold)}</small>" in page
        assert f"  {cost}" in words


def test_the_cost_of_an_older_comparison_is_called_what_it_is(transactions, tmp_path):
    prices = {"false_alarm_cost": 5, "missed_cost": 90}
    found = anomaly.compare(
        transactions, **LABEL, methods=["logistic"], **prices, out=tmp_path / "c"
    )
    written = tmp_path / "c" / RESULTS
    content = json.loads(written.read_text())
    for method in content["methods"]:
        for figures in (method["figures"], method["intervals"], method["by_seed"][0]["figures"]):
            figures["cost"] = figures.pop("least_cost")
    for name in ("false_alarm_cost", "missed_cost", "missed_cost_column", "recovered"):
        del content["options"][name]
    written.write_text(json.dumps(content))
    opened = read_comparison(tmp_path / "c")
    assert opened.cost_terms is None
    assert opened.methods[0].figures["least_cost"] == found.methods[0].figures["least_cost"]
    assert "cost" not in opened.methods[0].figures
    assert "least_cost" in opened.methods[0].intervals


def test_a_method_that_cannot_learn_here_is_left_out_of_all(transactions, tmp_path, monkeypatch):
    numbers = transactions[["amount", "age", "fraud"]]
    chosen = {name: METHODS[name] for name in ("smote-nc+logistic", "none+logistic")}
    monkeypatch.setattr("anomaly.comparison.methods.names.METHODS", chosen)
    found = anomaly.compare(numbers, **LABEL, every_method=True, out=tmp_path / "c")
    assert [m.method for m in found.methods] == ["none+logistic"]
    assert "is for data with categories or flags" in found.skipped["smote-nc+logistic"]


def test_one_method_that_fails_takes_nothing_from_the_others(transactions, tmp_path, monkeypatch):
    usual = jobs.attempt

    def failing(method, inputs, ratio):
        if method.name == "over+logistic":
            raise ValueError("no\nluck")
        return usual(method, inputs, ratio)

    monkeypatch.setattr(jobs, "attempt", failing)
    found = anomaly.compare(transactions, **LABEL, methods=FAST, out=tmp_path / "c")
    assert len(found.methods) == 2
    assert found.skipped == {"over+logistic": "over+logistic: no luck"}


def test_methods_are_compared_on_the_seeds_that_all_have(transactions, tmp_path, monkeypatch):
    usual = jobs.attempt

    def stopping(method, inputs, ratio):
        if (method.name, inputs.options.seed) == ("over+logistic", 1):
            raise KeyboardInterrupt
        return usual(method, inputs, ratio)

    monkeypatch.setattr(jobs, "attempt", stopping)
    out = tmp_path / "c"
    with pytest.raises(KeyboardInterrupt):
        anomaly.compare(transactions, **LABEL, methods=FAST[:2], seeds=2, out=out)
    found = json.loads((out / "comparison.json").read_text())
    assert [m["seeds"] for m in found["methods"]] == [1, 1]
    assert (found["options"]["seeds"], found["unfinished"]) == (1, 1)


def test_a_method_that_fails_with_a_later_seed_is_left_out(transactions, tmp_path, monkeypatch):
    usual = jobs.attempt

    def failing(method, inputs, ratio):
        if (method.name, inputs.options.seed) == ("over+logistic", 1):
            raise MemoryError
        return usual(method, inputs, ratio)

    monkeypatch.setattr(jobs, "attempt", failing)
    found = anomaly.compare(transactions, **LABEL, methods=FAST[:2], seeds=2, out=tmp_path / "c")
    assert [(m.method, len(m.by_seed)) for m in found.methods] == [("none+logistic", 2)]
    assert found.skipped == {"over+logistic": "over+logistic: MemoryError"}
    assert found.unfinished == 0


@pytest.mark.usefixtures("short_sampler", "uncompiled")
def test_a_sampler_that_was_interrupted_is_no_result(transactions, tmp_path, monkeypatch):
    usual = cvae.CVAESampler._learn

    def interrupted(sampler, *given):
        usual(sampler, *given)
        sampler.history_.interrupted = True

    monkeypatch.setattr(cvae.CVAESampler, "_learn", interrupted)
    out = tmp_path / "c"
    with pytest.raises(KeyboardInterrupt):
        anomaly.compare(transactions, **LABEL, methods=["logistic", "cvae+logistic"], out=out)
    found = json.loads((out / "comparison.json").read_text())
    assert [m["method"] for m in found["methods"]] == ["none+logistic"]
    assert found["unfinished"] == 1


def test_a_leak_that_cannot_be_shown_costs_nothing(transactions, tmp_path):
    categories = transactions[["channel", "fraud"]]
    found = anomaly.compare(
        categories, **LABEL, methods=["logistic"], show_leak=True, out=tmp_path / "c"
    )
    assert found.leak is None
    assert found.skipped["--show-leak"].startswith("--show-leak: ")
    assert len(found.methods) == 1


def test_other_entities_are_other_data_where_they_are_looked_at(transactions, tmp_path):
    cards = transactions.assign(card=np.arange(len(transactions)) % 50)
    given = LABEL | {"time": "time", "entity": "card", "out": tmp_path / "c"}
    anomaly.compare(cards, **given, methods=["logistic"])
    with pytest.raises(anomaly.RunError, match="on other data"):
        anomaly.compare(cards.assign(card=cards["card"] % 7), **given, methods=["logistic"])


def test_sequences_are_an_entitys_last_transactions_where_time_and_entity_are_named(
    transactions, tmp_path, monkeypatch
):
    steps = {}
    usual = trials.learn
    monkeypatch.setattr(
        trials,
        "learn",
        lambda m, t, s, **k: (steps.update({m.name: t.steps}), usual(m, t, s, **k))[1],
    )
    rows = transactions[:1000]
    cards = rows.assign(card=np.arange(len(rows)) % 50)
    anomaly.compare(
        cards, **LABEL, time="time", entity="card", methods=["cnn1d"], out=tmp_path / "c"
    )
    assert steps == {"none+cnn1d": trials.STEPS}
