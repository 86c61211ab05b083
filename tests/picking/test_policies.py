"""Every way to a run's threshold: objectives and constraints, by hand, compared, and kept."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from quick import quick_train
from reading import labels_and_scores

import anomaly
from anomaly.reporting.run import report_of
from anomaly.utils.files import replaced_when_done
from thresholds import OBJECTIVES

LABEL_FREE = {name for name, objective in OBJECTIVES.items() if not objective.needs_labels}
FIGURES = {"precision", "recall", "f1", "alerts", "tp", "fp", "fn", "tn", "intervals"}


@pytest.fixture(scope="module")
def data(transactions):
    """The transactions of 200 customers at 10 terminals."""
    random = np.random.default_rng(1)
    return transactions.assign(
        customer=[f"c{number}" for number in random.integers(0, 200, len(transactions))],
        terminal=random.integers(0, 10, len(transactions)),
    )


@pytest.fixture(scope="module")
def runs(data, tmp_path_factory):
    """A run a kind of data, to read and to copy."""
    folder = tmp_path_factory.mktemp("runs")
    numbers = (data["time"] - pd.Timestamp("2026-01-01")).dt.total_seconds()
    entities = {"entity": ["customer", "terminal"], "behaviour": "none"}
    labelled = {"label": "fraud", **entities}
    for name, table, roles in (
        ("whole", data, {**labelled, "time": "time"}),
        ("numbers", data.assign(time=numbers), {**labelled, "time": "time"}),
        ("random", data, {**labelled, "time": "time", "split": "random"}),
        ("timeless", data.drop(columns="time"), {"label": "fraud"}),
        ("unlabelled", data.drop(columns="fraud"), {**entities, "time": "time"}),
    ):
        table = table if "entity" in roles else table.drop(columns=entities["entity"])
        # The mixture wants scores of the shape that a trained network gives.
        how = {"epochs": 3} if name == "whole" else {"detector": "gaussian"}
        quick_train(table, **roles, **how, out=folder / name)
    return folder


@pytest.fixture
def copy_of(runs, tmp_path):
    """Return a copy of one of the runs, to change at will."""
    return lambda name: Path(shutil.copytree(runs / name, tmp_path / name))


@pytest.fixture
def folder(copy_of):
    return copy_of("whole")


@pytest.fixture
def pick(command, folder):
    """Pick a threshold of the labelled run and return what is printed as JSON."""
    return lambda *words: command("pick-threshold", folder, *words, "--json").json


@pytest.fixture
def refused(command, unchanged):
    """Pick a threshold that must be refused, which changes nothing; return the complaint."""

    def run(folder, *words):
        with unchanged(folder):
            return command("pick-threshold", folder, *words).complaint

    return run


def words_of(line):
    """Return the options of "name --option value"."""
    name, *words = line.split()
    return ["--objective", name, *words]


# Every objective and option.


@pytest.mark.parametrize(
    "line",
    [
        "f1",
        "f1 --robust --seed 3 --replicates 200",
        "f1 --no-robust",
        "fbeta --beta 2",
        "precision --at-least 0.9",
        "recall --at-least 0.8",
        "cost --false-alarm-cost 5 --missed-cost 100",
        "cost --false-alarm-cost 5 --missed-cost-column amount --recovered 0.8",
        "alerts --per-day 2",
        "alerts --total 20",
        "alerts --share 0.01",
        "fpr --at-most 0.01",
        "mcc",
        "youden",
        "gmean",
        "card-precision --entity customer --per-day 3",
        "contamination --share 0.02",
        "mad --deviations 4",
        "evt --probability 0.001 --tail 0.1",
        "mixture --posterior 0.6",
        "conformal --at-most 0.2",
    ],
)
def test_every_objective_with_every_option(pick, folder, line):
    found = pick(*words_of(line))
    name = line.split()[0]
    assert found["objective"] == name
    for option, value in re.findall(r"--(\S+) (\w\S*)", line):
        if option not in ("seed", "replicates"):
            assert str(found["options"][option.replace("-", "_")]) in (value, f"{value}.0")
    if "robust" in line:
        assert found["robust"] is ("--robust" in line)
    for part in ("validation", "test"):
        assert found[part].keys() >= FIGURES
        assert found[part]["alerts"] == found[part]["tp"] + found[part]["fp"]
    run = anomaly.load(folder)
    for part in ("validation", "test"):
        scores = run.scores(part).column("score").to_numpy()
        assert found[part]["alerts"] == (scores >= found["threshold"]).sum()
    assert run.threshold == found
    assuming = ("alerts", "contamination", "mad", "evt", "mixture", "conformal")
    assert (found["assumption"] is not None) == (name in assuming)


def test_the_objectives_tested_are_all_that_there_are():
    (mark,) = test_every_objective_with_every_option.pytestmark
    assert {line.split()[0] for line in mark.args[1]} == set(OBJECTIVES)


def test_the_limits_hold_on_validation(pick):
    assert pick(*words_of("precision --at-least 0.9"))["validation"]["precision"] >= 0.9
    assert pick(*words_of("recall --at-least 0.8"))["validation"]["recall"] >= 0.8
    assert pick(*words_of("alerts --total 20"))["validation"]["alerts"] == 20
    assert pick(*words_of("alerts --share 0.01"))["validation"]["alerts"] == 4


def test_seed_and_replicates_draw_other_intervals(pick):
    intervals = [
        json.dumps(pick("--objective=alerts", "--total=60", *words)["validation"]["intervals"])
        for words in ([], ["--seed=1"], ["--replicates=20"], ["--seed=1"])
    ]
    assert len(set(intervals)) == 3
    assert intervals[1] == intervals[3]


# Days, cards and money.


def test_a_budget_a_day_divides_by_what_elapsed(pick, folder):
    found = pick(*words_of("alerts --per-day 2"))
    for part in ("validation", "test"):
        rows = anomaly.load(folder).scores(part).to_pandas()
        days = (rows["time"].max() - rows["time"].min()) / pd.Timedelta(days=1)
        moments = rows["time"].nunique()
        n_days = days * moments / (moments - 1)
        assert found[part]["n_days"] == pytest.approx(n_days)
        alerts = (rows["score"] >= found["threshold"]).sum()
        assert found[part]["alerts_per_day"] == pytest.approx(alerts / n_days)
        assert part == "test" or alerts == int(2 * n_days)
    # Of six days each part tells too little of how days differ.
    assert not any("alerts_per_day" in found[part]["intervals"] for part in ("validation", "test"))
    assert not found["notes"]


def rewrite_times(folder, times_of):
    """Change the times of the held-out rows of a run."""
    table = pq.read_table(folder / "scores.parquet")
    times = times_of(table.column("time").to_numpy())
    place = table.column_names.index("time")
    pq.write_table(table.set_column(place, "time", pa.array(times)), folder / "scores.parquet")


def test_whole_days_count_where_there_are_enough(command, copy_of):
    folder = copy_of("numbers")
    rewrite_times(folder, lambda seconds: 4 * seconds)
    found = command("pick-threshold", folder, *words_of("alerts --per-day 2"), "--json").json
    rows = anomaly.load(folder).scores("validation").to_pandas()
    of_day = (rows["time"] // 86_400).value_counts().sort_index()
    whole = of_day.iloc[1:-1]
    n_whole = whole.index[-1] - whole.index[0] + 1
    assert n_whole >= 14
    n_days = n_whole + (of_day.iloc[[0, -1]] / (whole.sum() / n_whole)).clip(upper=1).sum()
    assert found["validation"]["n_days"] == pytest.approx(n_days)
    assert found["validation"]["alerts"] == int(2 * n_days)


def test_times_that_are_numbers_are_seconds(command, copy_of, pick):
    words = [*words_of("alerts --per-day 2"), "--json"]
    found = command("pick-threshold", copy_of("numbers"), *words).json
    assert found["validation"]["alerts"] == pick(*words[:-1])["validation"]["alerts"]


def test_a_budget_on_a_part_of_a_day_says_so(command, copy_of):
    folder = copy_of("numbers")
    rewrite_times(folder, lambda seconds: seconds / 10)
    found = command("pick-threshold", folder, *words_of("alerts --per-day 20"), "--json").json
    for note, part in zip(found["notes"], ("validation", "test"), strict=True):
        hours = f"{24 * found[part]['n_days']:.1f}"
        assert f"The {part} rows span {hours} hours: their figures a day are scaled up" in note
    assert found["validation"]["alerts"] == int(20 * found["validation"]["n_days"]) < 20
    (folder / "threshold.json").unlink()
    assert report_of(anomaly.load(folder)).day_notes == found["notes"]
    done = command("pick-threshold", folder)
    by_hand = command("pick-threshold", folder, "--set", "3", "--json").json
    assert by_hand["notes"] == found["notes"]
    note = found["notes"][0]
    assert note in done.out
    assert note in command("pick-threshold", folder, "--compare").out


def test_less_than_an_hour_tells_nothing_of_a_day(command, refused, copy_of):
    folder = copy_of("numbers")
    rewrite_times(folder, lambda seconds: seconds / 1000)
    said = refused(folder, *words_of("alerts --per-day 20"))
    assert "`per_day` needs at least an hour" in said.replace("--per-day", "`per_day`")
    assert "span less; train with more rows, or use --total or --share" in said
    found = command("pick-threshold", folder, "--json").json
    assert "The validation rows span less than an hour: too short" in found["notes"][0]
    assert "alerts_per_day" not in found["validation"]


def test_the_report_knows_the_cards_of_each_row(folder):
    rows = anomaly.load(folder).scores("validation").to_pandas()
    entities = report_of(anomaly.load(folder)).validation.entities
    assert list(entities) == ["customer", "terminal"]
    for name, numbers in entities.items():
        assert pd.crosstab(rows[name], numbers).astype(bool).sum().max() == 1
        assert len(set(numbers)) == rows[name].nunique()


def test_missed_anomalies_cost_their_amount(pick, folder):
    found = pick(*words_of("cost --false-alarm-cost 5 --missed-cost-column amount --recovered 0.8"))
    rows = anomaly.load(folder).scores("test").to_pandas()
    alerts, fraud = rows["score"] >= found["threshold"], rows["label"] == 1
    saved = 0.8 * rows.loc[alerts & fraud, "amount"].sum()
    expected = 5 * (alerts & ~fraud).sum() + rows.loc[fraud, "amount"].sum() - saved
    assert found["test"]["cost"] == pytest.approx(expected)


def test_a_card_counts_once_a_day(pick, folder):
    found = pick(*words_of("card-precision --entity customer --per-day 3"))
    rows = anomaly.load(folder).scores("validation").to_pandas()
    rows["day"] = rows["time"].dt.date
    at_most = rows[rows["score"] >= found["threshold"]].groupby(["customer", "day"])
    assert len(at_most) >= found["validation"]["alerts"] * 0.5
    assert 0 < found["validation"]["card_precision"] <= 1
    assert found["options"] == {"per_day": 3, "entity": "customer"}


def test_scores_keep_the_entities(folder, data):
    table = anomaly.load(folder).scores().to_pandas()
    assert table["customer"].tolist() == data["customer"].iloc[1200:].tolist()
    assert table["terminal"].tolist() == data["terminal"].iloc[1200:].astype(str).tolist()


# Constraints.


def test_constraints_hold_together(pick):
    found = pick(*words_of("recall --at-least 0.5 --and alerts --total 30"))
    assert found["options"] == {"at_least": 0.5}
    assert found["also"] == [["alerts", {"per_day": None, "total": 30, "share": None}]]
    assert found["validation"]["recall"] >= 0.5
    assert found["validation"]["alerts"] <= 30


@pytest.mark.parametrize(
    ("line", "options", "also"),
    [
        ("f1 --and precision --at-least 0.5", {}, [("precision", {"at_least": 0.5})]),
        (
            "recall --at-least 0.2 --and precision:at-least=0.5",
            {"at_least": 0.2},
            [("precision", {"at_least": 0.5})],
        ),
        (
            "mcc --and alerts:total=30 --and fpr --at-most 0.1",
            {},
            [("alerts", {"total": 30}), ("fpr", {"at_most": 0.1})],
        ),
    ],
)
def test_an_option_goes_to_the_objective_that_has_it(pick, line, options, also):
    found = pick(*words_of(line))
    assert found["options"] == options
    told = [
        (name, {o: v for o, v in given.items() if v is not None}) for name, given in found["also"]
    ]
    assert told == also


def test_constraints_that_do_not_hold_together_are_told_apart(refused, folder):
    said = refused(folder, *words_of("recall --at-least 0.9 --and alerts --total 2"))
    assert "recall of at least 0.9 and at most 2 alerts do not hold together" in said
    assert "ask for less" in said


# Options that make no sense.


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("f9", "there is no objective 'f9'; choose one of: alerts, card-precision, "),
        ("f1 --share 0.1", "objective 'f1' has no option --share (alerts and contamination have)"),
        ("precision", "objective 'precision' needs the option --at-least; give it"),
        (
            "recall --at-least 2",
            "--at-least is 2.0; give a number above 0 and at most 1, such as 0.9",
        ),
        ("recall --at-least nan", "--at-least is nan; give a number above 0"),
        ("contamination", "objective 'contamination' needs the option --share; give it"),
        ("alerts", "objective 'alerts' got no budget; give one of --per-day, --total and --share"),
        ("alerts --per-day 3 --total 3", "objective 'alerts' got --per-day and --total"),
        ("cost --missed-cost 3", "objective 'cost' needs the option --false-alarm-cost"),
        ("cost --false-alarm-cost 3", "objective 'cost' needs --missed-cost, what a missed"),
        (
            "cost --false-alarm-cost 3 --missed-cost 3 --missed-cost-column amount",
            "--missed-cost and --missed-cost-column each say what a missed anomaly costs; give one",
        ),
        (
            "cost --false-alarm-cost 3 --missed-cost-column loss",
            "keeps no such column; it has amount, transaction_id, customer, terminal",
        ),
        (
            "cost --false-alarm-cost 3 --missed-cost-column customer",
            "--missed-cost-column customer: it holds names, not money; name another",
        ),
        (
            "f1 --missed-cost-column amount",
            "--missed-cost-column goes with objective 'cost' alone; leave it out",
        ),
        (
            "card-precision --per-day 3",
            "several entities; give one of them as --entity: customer, terminal",
        ),
        (
            "card-precision --per-day 3 --entity country",
            "keeps no such column; it has transaction_id, customer, terminal; train with --entity country",
        ),
        (
            "card-precision --per-day 3 --entity city",
            "keeps no such column; it has transaction_id, customer, terminal",
        ),
        ("mad --robust", "objective 'mad' has no robust pick; leave --robust out"),
        ("f1 --seed -1", "--seed is -1; give a whole number from 0"),
        ("f1 --replicates 0", "--replicates is 0; give a whole number from 1"),
        ("mad --and alerts --total 3", "objective 'mad' takes no constraints"),
        ("conformal --and alerts --total 3", "objective 'conformal' takes no constraints"),
        ("f1 --and mcc", "objective 'mcc' sets no limit, so it is no constraint"),
        ("f1 --and alters --total 3", "there is no objective 'alters' (did you mean 'alerts'?)"),
        ("f1 --and alerts:total=many", "'total=many' is no option with a number; write it like"),
        (
            "recall --at-least 0.5 --and precision:at-least=2",
            "constraint 'precision': --at-least is 2.0; give a number above 0 and at most 1",
        ),
        ("f1 --and alerts:", "'' is no option with a number"),
        ("f1 --and alerts:at-least=3", "objective 'alerts' has no option --at-least"),
        (
            "recall --at-least 0.5 --and precision",
            "--at-least goes to the objective recall; write --and precision:at-least=VALUE",
        ),
        (
            "f1 --at-least 0.5 --and precision --and recall",
            "--at-least: precision and recall both take it; write --and precision:at-least=0.5",
        ),
        ("f1 --history", "--history only shows what was picked; leave --objective out"),
        ("f1 --compare", "--compare shows every objective; leave --objective out"),
        ("f1 --set 3", "--set takes the value by hand; leave --objective out"),
    ],
)
def test_options_that_cannot_be_met(refused, folder, line, complaint):
    assert complaint in refused(folder, *words_of(line))


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--set=nan"], "the threshold is nan; give a finite number"),
        (["--set=inf"], "the threshold is inf; give a finite number"),
        (["--set=3", "--share=0.1"], "leave --share out"),
        (["--set=3", "--compare"], "leave --set out"),
        (["--set=0", "--history"], "leave --set out"),
        (["--history", "--compare"], "leave --compare out"),
        (["--history", "--no-robust"], "leave --robust out"),
        (["--compare", "--and=alerts"], "leave --and out"),
    ],
)
def test_ways_to_a_threshold_do_not_mix(refused, folder, words, complaint):
    assert complaint in refused(folder, *words)


@pytest.mark.parametrize("option", ["days", "weights", "amounts", "entities", "normal"])
def test_what_the_run_knows_is_not_taken_from_elsewhere(folder, option):
    with pytest.raises(anomaly.OptionError, match=f"`{option}` comes from the run; leave it out"):
        anomaly.load(folder).pick_threshold("conformal", **{option: [1]})


# Runs that lack something.


def test_a_budget_a_day_needs_days(refused, copy_of):
    said = refused(copy_of("timeless"), *words_of("alerts --per-day 3"))
    assert said.endswith("train with --time COL, or use --total or --share")
    said = refused(copy_of("random"), *words_of("f1 --and alerts:per-day=3"))
    assert "holds only some rows of each day; train with --split time, or use --total" in said


def test_cards_need_an_entity(refused, copy_of):
    folder = copy_of("timeless")
    said = refused(folder, *words_of("card-precision --per-day 3"))
    assert "trained without --time; train with --time COL" in said


def test_a_run_from_before_entities_were_kept(refused, folder):
    table = pq.read_table(folder / "scores.parquet").drop_columns(["customer"])
    pq.write_table(table, folder / "scores.parquet")
    said = refused(folder, *words_of("card-precision --per-day 3 --entity customer"))
    assert said == (
        f"{folder}/scores.parquet lacks the column 'customer': an older version wrote it; "
        "train again"
    )


def relabelled(folder, part, value):
    """Give all rows of a part one label."""
    table = pq.read_table(folder / "scores.parquet")
    label = pc.if_else(pc.equal(table.column("split"), part), value, table.column("label"))
    place = table.column_names.index("label")
    label = label.cast(pa.int8())
    pq.write_table(table.set_column(place, "label", label), folder / "scores.parquet")


@pytest.mark.parametrize("part", ["validation", "test"])
@pytest.mark.parametrize("words", [[], ["--set=3"], words_of("contamination --share 0.1")])
def test_an_empty_part(refused, folder, part, words):
    table = pq.read_table(folder / "scores.parquet")
    rest = table.filter(pc.not_equal(table.column("split"), part))
    pq.write_table(rest, folder / "scores.parquet")
    assert refused(folder, *words) == f"{folder} has no {part} rows; train with more rows"


@pytest.mark.parametrize(("value", "what"), [(0, "positive"), (1, "normal")])
def test_a_validation_part_of_one_class(refused, command, folder, value, what):
    relabelled(folder, "validation", value)
    said = refused(folder)
    assert said.startswith(f"none of the 400 validation rows of {folder} is {what}, so ")
    assert said.endswith("use --objective contamination --share 0.01")
    words = words_of("contamination --share 0.01")
    assert command("pick-threshold", folder, *words).status == 0


def test_a_test_part_without_positives_has_no_recall(command, folder):
    relabelled(folder, "test", 0)
    found = command("pick-threshold", folder, "--json").json
    assert found["test"]["recall"] is None
    assert found["optimism"]["recall"] is None
    assert re.search(r"\n  recall +\d\S+ +-\n", command("pick-threshold", folder).out)


@pytest.mark.parametrize("amount", [None, -3.0])
def test_a_positive_row_without_a_cost(refused, folder, amount):
    table = pq.read_table(folder / "scores.parquet").to_pandas()
    row = table.index[(table["label"] == 1) & (table["split"] == "validation")][0]
    table.loc[row, "amount"] = amount
    table.to_parquet(folder / "scores.parquet")
    said = refused(folder, *words_of("cost --false-alarm-cost 3 --missed-cost-column amount"))
    assert f"row {1200 + row}, a positive one of validation, has" in said
    assert ("no value there" if amount is None else "-3 there") in said


def test_a_run_without_labels_takes_what_needs_none(command, refused, copy_of):
    folder = copy_of("unlabelled")
    for line in (
        "alerts --per-day 3",
        "contamination --share 0.02",
        "fpr --at-most 0.01",
        "mad",
        "evt --probability 0.001 --tail 0.1",
        "conformal --at-most 0.2",
    ):
        found = command("pick-threshold", folder, *words_of(line), "--json").json
        assert found["test"]["tp"] is None
        assert found["assumption"].startswith("Assumes")
        told = " ".join(command("pick-threshold", folder, *words_of(line)).out.split())
        assert found["assumption"] in told
    assert "400 validation rows which are taken for normal" in told
    said = refused(folder, *words_of("contamination --share 0.1 --and recall:at-least=0.5"))
    assert "has no labels, and the objective recall needs them" in said


# Conformal thresholds look at the scores of test.


def test_conformal_holds_the_normal_rows_of_validation_against_those_of_test(pick, folder):
    from thresholds import pick as pick_alone

    found = pick(*words_of("conformal --at-most 0.2"))
    run = anomaly.load(folder)
    labels, scores = labels_and_scores(run, "validation")
    test = labels_and_scores(run, "test")[1]
    alone = pick_alone(None, test, "conformal", normal=scores[labels == 0], at_most=0.2)
    assert found["threshold"] == alone.value
    assert found["optimism"] is None
    note = found["notes"][0]
    assert f"Calibrated on the {(labels == 0).sum()} validation rows labelled 0" in note


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("mad", "validation"),
        ("evt --probability 0.001 --tail 0.1", "validation"),
        ("mixture", "validation"),
        ("conformal --at-most 0.2", "test"),
    ],
)
def test_a_threshold_from_scores_alone_tells_where_it_falls(command, pick, folder, line, part):
    found = pick(*words_of(line))
    low, high = found[part]["intervals"]["threshold"]
    assert low <= found["threshold"] <= high
    told = command("pick-threshold", folder, *words_of(line)).out
    assert re.search(r"\nThe best threshold may be anywhere from \S+ to \S.* \(95 %\)\.\n", told)


def test_few_compromised_cards_tell_nothing_of_other_thresholds(command, pick, folder):
    words = words_of("card-precision --entity customer --per-day 3")
    assert "threshold" not in pick(*words)["validation"]["intervals"]
    assert "may be anywhere" not in command("pick-threshold", folder, *words).out


# By hand.


def test_a_threshold_by_hand_is_told_kept_and_used(command, folder, data):
    done = command("pick-threshold", folder, "--set=3.2")
    assert done.out.startswith("Threshold 3.200 set by hand\n")
    run = anomaly.load(folder)
    assert (run.threshold["objective"], run.threshold_value) == ("set", 3.2)
    for part in ("validation", "test"):
        labels, scores = labels_and_scores(run, part)
        assert run.threshold[part]["alerts"] == (scores >= 3.2).sum()
        assert run.threshold[part]["tp"] == ((scores >= 3.2) & (labels == 1)).sum()
    assert run.score(data)["alert"].sum() == (run.score(data)["score"] >= 3.2).sum()
    assert "set by hand" in run.report().read_text()
    assert run.set_threshold(0.5) == run.threshold


def test_a_threshold_by_hand_below_or_above_all_scores(command, folder):
    for value, alerts in ((-1, 400), (1e300, 0)):
        found = command("pick-threshold", folder, f"--set={value}", "--json").json
        assert found["test"]["alerts"] == alerts


def test_intervals_are_told_as_finely_as_figures(command, folder):
    told = command("pick-threshold", folder, "--set=-1").out
    assert re.search(r"\n  precision +0\.\d{3} +0\.\d{3} \(0\.\d{3,4} to 0\.\d{3}\)", told)


# All at once.


def test_the_comparison_shows_every_objective_and_picks_none(command, folder, unchanged):
    with unchanged(folder):
        done = command("pick-threshold", folder, "--compare", "--entity=customer")
        rows = command("pick-threshold", folder, "--compare", "--entity=customer", "--json").json
    assert (done.status, done.err) == (0, "")
    assert "The threshold of the run stays as it is." in done.out
    assert {row["objective"] for row in rows} == set(OBJECTIVES)
    assert all((row["threshold"] is None) == (row["problem"] is not None) for row in rows)
    by_name = {row["objective"]: row for row in rows}
    assert by_name["precision"]["conventional"] == ["at_least"]
    for row in rows:
        assert re.search(rf"\n  {row['objective']}[ :]", done.out)


def test_without_prices_no_objective_has_a_cost(command, folder):
    done = command("pick-threshold", folder, "--compare")
    assert "  cost: no prices are given, and there are no usual ones; give --false-alarm-cost" in (
        done.out
    )
    assert "Cost at" not in done.out
    rows = command("pick-threshold", folder, "--compare", "--json").json
    parts = [row[part] for row in rows for part in ("validation", "test") if row[part] is not None]
    assert {part["cost"] for part in parts} == {None}
    assert {row["prices"] for row in rows} == {None}


def test_with_prices_every_objective_has_its_cost_and_says_the_prices(command, folder):
    words = ["--false-alarm-cost=1", "--missed-cost=100"]
    done = command("pick-threshold", folder, "--compare", *words)
    rows = command("pick-threshold", folder, "--compare", *words, "--json").json
    by_name = {row["objective"]: row for row in rows}
    for row in rows:
        assert row["prices"]["missed_cost"] == 100
        if row["problem"] is None:
            found = row["test"]
            assert found["cost"] == pytest.approx(found["fp"] + 100 * found["fn"])
    costs = [row["validation"]["cost"] for row in rows if row["problem"] is None]
    assert min(costs) == pytest.approx(by_name["cost"]["validation"]["cost"])
    assert (
        "Cost at each threshold: 1 for a false alarm, 100 for a missed anomaly; in the" in done.out
    )


def test_a_cost_says_its_prices_and_their_unit(command, folder):
    line = "cost --false-alarm-cost 5 --missed-cost-column amount --recovered 0.8"
    assert (
        "Cost at this threshold: 5 for a false alarm, its amount for a missed anomaly, 20 % of "
        "that for a caught one; in the unit of amount."
    ) in command("pick-threshold", folder, *words_of(line)).out


def test_the_comparison_takes_the_options_that_are_given(command, folder):
    words = ["--at-least=0.5", "--per-day=2", "--robust"]
    words += ["--false-alarm-cost=5", "--missed-cost-column=amount"]
    rows = command("pick-threshold", folder, "--compare", *words, "--json").json
    by_name = {row["objective"]: row for row in rows}
    assert by_name["precision"]["options"] == {"at_least": 0.5}
    assert by_name["recall"]["conventional"] == []
    assert by_name["alerts"]["options"]["per_day"] == 2
    assert by_name["alerts"]["options"]["share"] is None
    assert by_name["cost"]["options"]["missed_cost_column"] == "amount"
    assert (
        "give one of them as `entity`: customer, terminal" in by_name["card-precision"]["problem"]
    )
    assert by_name["mad"]["problem"] is None


def test_the_comparison_of_one_objective_is_its_pick(command, pick, folder):
    rows = command("pick-threshold", folder, "--compare", "--json").json
    by_name = {row["objective"]: row for row in rows}
    for line in ("f1", "recall --at-least 0.8", "conformal", "fbeta --beta 2"):
        found = pick(*words_of(line))
        row = by_name[found["objective"]]
        assert row["threshold"] == found["threshold"]
        assert row["test"]["alerts"] == found["test"]["alerts"]


def test_without_labels_the_comparison_leaves_out_what_needs_them(command, copy_of):
    folder = copy_of("unlabelled")
    rows = command("pick-threshold", folder, "--compare", "--json").json
    assert {row["objective"] for row in rows} == LABEL_FREE
    assert "recall" not in command("pick-threshold", folder, "--compare").out


def test_an_option_that_no_objective_has_is_refused(folder):
    with pytest.raises(anomaly.OptionError, match="no objective has the option 'shar'"):
        anomaly.load(folder).compare_objectives(shar=3)


# The history.


def test_every_threshold_is_kept_and_the_last_counts(command, folder):
    picked = [
        command("pick-threshold", folder, *words, "--json").json
        for words in ([], words_of("alerts --total 7"), ["--set=2.5"])
    ]
    history = command("pick-threshold", folder, "--history", "--json").json
    assert [{k: v for k, v in entry.items() if k != "time"} for entry in history] == picked
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}\+00:00", e["time"]) for e in history)
    run = anomaly.load(folder)
    assert run.threshold_history == history
    assert run.threshold == picked[-1]
    told = command("pick-threshold", folder, "--history").out
    assert told.startswith("3 thresholds, with the figures on test; the last one counts\n")
    assert re.search(r"\n  \d{4}-\d\d-\d\d [\d:]{8}  alerts \(total 7\) +\S+ +\d+ ", told)
    assert re.search(r"  set by hand +2\.500 +\d+ .*\n$", told)


def test_the_history_tells_a_robust_pick_from_a_plain_one(command, folder):
    for words in ([], ["--no-robust", "--seed=3", "--replicates=50"]):
        command("pick-threshold", folder, *words)
    told = command("pick-threshold", folder, "--history").out
    assert re.search(r"  f1, robust +\d", told)
    assert re.search(r"  f1 +\d", told)
    entries = anomaly.load(folder).threshold_history
    usual = {"confidence": 0.95, "replicates": 1000, "seed": 0}
    assert [entry["bootstrap"] for entry in entries] == [
        usual,
        usual | {"replicates": 50, "seed": 3},
    ]


def test_before_the_first_pick_there_is_no_history(command, folder):
    done = command("pick-threshold", folder, "--history")
    assert done.out == f"No threshold was picked yet\nNext: anomaly pick-threshold {folder}\n"
    assert command("pick-threshold", folder, "--history", "--json").json == []


@pytest.mark.parametrize("content", ["", "{}", "[3]", "[{}]"])
def test_a_damaged_history_is_told(refused, folder, content):
    (folder / "thresholds.json").write_text(content)
    for words in ([], ["--history"], ["--set=3"]):
        said = refused(folder, *words)
        assert (
            said == f"{folder}/thresholds.json is damaged; remove it, and the history begins anew"
        )


def test_a_pick_that_cannot_be_written_leaves_threshold_and_history(
    command, folder, unchanged, monkeypatch
):
    command("pick-threshold", folder)

    def full(target):
        if target.name == "thresholds.json":
            raise anomaly.OptionError("no space")
        return replaced_when_done(target)

    monkeypatch.setattr("anomaly.runs.writing.replaced_when_done", full)
    with unchanged(folder):
        assert command("pick-threshold", folder, "--set=3").complaint == "no space"


# Scoring with another threshold.


def test_score_takes_a_threshold_in_place_of_the_runs(command, folder, data, tmp_path):
    data.to_csv(tmp_path / "cards.csv", index=False)
    words = ["score", folder, tmp_path / "cards.csv", "--out", tmp_path / "s.csv"]
    done = command(*words, "--threshold=2.5")
    assert done.err == ""
    scored = pd.read_csv(tmp_path / "s.csv")
    assert scored["alert"].sum() == (scored["score"] >= 2.5).sum() > 0
    command("pick-threshold", folder)
    found = command(*words, "--threshold=1e9", "--json").json
    assert (found["alerts"], found["threshold"]) == (0, 1e9)
    assert command(*words, "--json").json["alerts"] > 0
    run = anomaly.load(folder)
    assert run.score(data, threshold=0)["alert"].all()
    assert run.score_file(data, tmp_path / "s.parquet", threshold=0.0).alerts == len(data)


@pytest.mark.parametrize("value", ["nan", "inf"])
def test_score_refuses_a_threshold_that_is_no_number(command, folder, data, tmp_path, value):
    data.to_csv(tmp_path / "cards.csv", index=False)
    words = ["score", folder, tmp_path / "cards.csv", "--out", tmp_path / "s.csv"]
    said = command(*words, f"--threshold={value}").complaint
    assert said == f"--threshold {value}: give a finite number"
    assert not (tmp_path / "s.csv").exists()


# From Python.


def test_python_has_the_options_of_the_command(folder, pick):
    run = anomaly.load(folder)
    also = [("alerts", {"total": 30})]
    found = run.pick_threshold("recall", at_least=0.5, also=also, seed=1)
    words = ["--at-least=0.5", "--and=alerts", "--total=30", "--seed=1"]
    assert run.threshold == pick("--objective=recall", *words)
    assert found.value == run.threshold_value
    with pytest.raises(anomaly.OptionError, match="give pairs of a name and options"):
        run.pick_threshold("recall", at_least=0.5, also=["alerts"])


def test_messages_name_parameters_in_python_and_options_on_the_command_line(refused, folder):
    for options, line, name in (
        ({"at_least": 2}, "recall --at-least 2", "at_least"),
        ({}, "recall", "at_least"),
        ({"at_least": 0.5, "robust": True}, "recall --at-least 0.5 --robust", "robust"),
    ):
        said = refused(folder, *words_of(line))
        with pytest.raises(anomaly.OptionError, match=f"`{name}`") as caught:
            anomaly.load(folder).pick_threshold("recall", **options)
        assert f"--{name.replace('_', '-')}" in said
        assert "`" not in said
        assert "--" not in str(caught.value)


def test_the_report_tells_the_policy_and_its_figures(command, folder):
    for line, told in (
        ("recall --at-least 0.5 --and alerts --total 30", "recall (at-least 0.5) and alerts"),
        ("cost --false-alarm-cost 5 --missed-cost 100", "Cost"),
        ("card-precision --per-day 3 --entity customer", "Card precision"),
        ("conformal --at-most 0.2", "calibrated on validation"),
        ("alerts --per-day 3", "Alerts a day"),
    ):
        assert command("pick-threshold", folder, *words_of(line)).status == 0
        assert command("report", folder).status == 0
        assert told in (folder / "report.html").read_text()
