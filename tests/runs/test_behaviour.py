"""A run that looks at the history of entities: trained, scored in any pieces, rolled forward."""

import re
import shutil

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import anomaly
from anomaly import DataError, OptionError, RunError

ROLES = {"label": "fraud", "time": "time", "entity": ["customer", "shop"], "id": "payment"}
USUAL = "amount against the customer's usual"


def payments(n_rows=4_000, seed=0):
    """Forty days of customers with habits; a fraud is three payments in a minute in new shops."""
    generator = np.random.default_rng(seed)
    moments = np.sort(generator.integers(0, 40 * 86_400, n_rows))
    customer = generator.integers(40, size=n_rows)
    frame = pd.DataFrame(
        {
            "payment": [f"p{place:05d}" for place in range(n_rows)],
            "time": pd.Timestamp("2026-03-01") + pd.to_timedelta(moments, unit="s"),
            "customer": [f"C{each}" for each in customer],
            "shop": [f"S{each}" for each in (customer + generator.integers(3, size=n_rows)) % 20],
            "amount": np.round(generator.lognormal(2 + customer / 20, 0.4), 2),
            "country": generator.choice(["DE", "FR"], n_rows),
            "fraud": 0,
        }
    )
    first = np.sort(generator.choice(n_rows - 3, 80, replace=False))
    for place in first:
        three = frame.index[place : place + 3]
        frame.loc[three, "customer"] = frame.customer[place]
        frame.loc[three, "time"] = frame.time[place] + pd.to_timedelta([0, 20, 40], unit="s")
        frame.loc[three, "shop"] = [f"S{each}" for each in generator.integers(20, size=3)]
        frame.loc[three, "amount"] = (frame.amount[three] * 4).round(2)
        frame.loc[three, "fraud"] = 1
    return frame.sort_values("time", kind="stable").reset_index(drop=True)


@pytest.fixture(scope="module")
def frame():
    return payments()


@pytest.fixture(scope="module")
def run(frame, tmp_path_factory):
    folder = tmp_path_factory.mktemp("behaviour") / "run"
    made = anomaly.train(frame, detector="gaussian", label_delay="2d", out=folder, **ROLES)
    made.pick_threshold("f1")
    return made


@pytest.fixture
def copy(run, tmp_path):
    return anomaly.load(shutil.copytree(run.folder, tmp_path / "run"))


def next_payments(frame, n_rows=300):
    """Payments after the last that the run has seen."""
    later = payments(n_rows, seed=9)
    gap = frame.time.max() - later.time.min() + pd.Timedelta(minutes=7)
    return later.assign(time=later.time + gap, payment="n" + later.payment)


def test_history_finds_what_a_row_alone_does_not_show(frame, run, tmp_path):
    without = anomaly.train(
        frame, detector="gaussian", behaviour="none", out=tmp_path / "run", **ROLES
    )
    plain, told = (each.metrics["test"]["average_precision"] for each in (without, run))
    assert told > 0.8 > plain
    assert without.behaviour is None
    assert not (without.folder / "behaviour.parquet").exists()
    assert without.metrics["features"] < run.metrics["features"]


def test_shares_sum_to_the_score_and_history_is_among_the_reasons(run):
    scores = run.scores().to_pandas()
    top = scores.nlargest(20, "score")
    for row in top.itertuples():
        total = sum(reason["share"] for reason in row.reasons)
        assert total == pytest.approx(row.score, rel=1e-4)
    named = {reason["column"] for row in top.itertuples() for reason in row.reasons[:2]}
    seen = {
        reason["column"]: (reason["seen"], reason["expected"])
        for row in top.itertuples()
        for reason in row.reasons[:2]
    }
    times, usual = seen[USUAL]
    assert times.endswith(" times")
    assert 0.8 < float(usual.removesuffix(" times")) < 1.2
    assert seen["share of the shop in the customer's payments"][0].endswith(" %")
    assert {USUAL, "share of the shop in the customer's payments"} <= named


def test_an_unusual_country_is_named(frame, run):
    later = next_payments(frame).iloc[:40]
    strange = later.assign(country=["TR", *later.country[1:]])
    (reasons,) = run.score(strange, reasons=50)["reasons"][:1]
    seen = {reason["column"]: reason["seen"] for reason in reasons}
    assert seen["share of the country in the customer's payments"] == "TR: first time"
    (reasons,) = run.score(later, reasons=200)["reasons"][:1]
    seen = {reason["column"]: reason["seen"] for reason in reasons}
    share = seen["share of the country in the customer's payments"]
    assert re.fullmatch(r"(DE|FR): [\d.]+ %", share)


def test_a_burst_is_told_in_payments(frame, run):
    later = next_payments(frame).iloc[:15]
    times = later.time.iloc[0] + pd.to_timedelta(np.arange(15), unit="min")
    burst = later.assign(customer=later.customer.iloc[0], time=times)
    reasons = run.score(burst, reasons=200)["reasons"]
    pace = "payments in 1 hour against the customer's 30 days"
    told = [{each["column"]: (each["seen"], each["expected"]) for each in row} for row in reasons]
    assert [seen for seen, _ in (row[pace] for row in told)] == [
        f"{n} payment{'s' * (n != 1)}" for n in range(15)
    ]
    assert {usual for _, usual in (row[pace] for row in told)} <= {"less than 1", "about 1"}


def test_the_report_tells_history_in_words(run, tmp_path):
    page = run.report(tmp_path / "report.html").read_text(encoding="utf-8")
    assert "amount against the customer&#39;s usual" in page
    assert re.search(r"\d times", page)


def test_the_training_file_scores_as_in_training(frame, run):
    kept = run.scores().to_pandas().set_index("row")["score"]
    scored = run.score(frame)["score"]
    assert scored[kept.index].to_numpy() == pytest.approx(kept.to_numpy(), abs=0)


def test_pieces_and_single_rows_score_as_one_file(frame, run, copy, tmp_path):
    later = next_payments(frame)
    whole = run.score(later)["score"].to_numpy()
    pieces = []
    for number, first in enumerate(range(0, len(later), 43)):
        piece = later.iloc[first : first + 43]
        out = tmp_path / f"scored-{number}.parquet"
        copy.score_file(piece, out, update_behaviour=True)
        pieces.append(pd.read_parquet(out)["score"].to_numpy())
    assert np.concatenate(pieces).tobytes() == whole.tobytes()
    opened = anomaly.load(run.folder)
    unlabelled = later.drop(columns="fraud")
    rows = [
        opened.score_one({**row, "time": row["time"].to_pydatetime()})
        for row in unlabelled.to_dict("records")
    ]
    assert np.array(rows).tobytes() == run.score(unlabelled)["score"].to_numpy().tobytes()


def test_scoring_leaves_the_run_as_it_is_unless_it_is_told(frame, copy, unchanged, tmp_path):
    with unchanged(copy.folder):
        copy.score_file(next_payments(frame), tmp_path / "scored.csv")
    before = copy.open_history().remembered
    copy.score_file(next_payments(frame), tmp_path / "scored.csv", update_behaviour=True)
    after = copy.open_history()
    assert after.latest == next_payments(frame).time.max().value // 1000
    assert after.remembered != before


def test_a_retried_file_counts_once(frame, copy, tmp_path):
    later = next_payments(frame)
    copy.score_file(later, tmp_path / "scored.csv", update_behaviour=True)
    first = pq.read_table(copy.folder / "behaviour.parquet")
    copy.score_file(later, tmp_path / "scored.csv", update_behaviour=True)
    assert pq.read_table(copy.folder / "behaviour.parquet").equals(first)


def test_a_late_row_changes_nothing_of_the_others(frame, run):
    later = next_payments(frame)
    late = frame.iloc[[-300]].assign(payment="late")
    expected = run.score(later).set_index("payment")["score"]
    scored = run.score(pd.concat([later, late])).set_index("payment")["score"]
    others = later.payment[~later.customer.isin(late.customer) & ~later.shop.isin(late.shop)]
    assert scored[others].to_numpy().tobytes() == expected[others].to_numpy().tobytes()


def test_a_payment_that_comes_twice_counts_once(frame, run):
    row = next_payments(frame).drop(columns="fraud").iloc[0].to_dict()
    row["time"] = row["time"].to_pydatetime()
    opened = anomaly.load(run.folder)
    with pytest.raises(DataError, match="lacks the column 'amount'"):
        opened.score_one({name: value for name, value in row.items() if name != "amount"})
    first = opened.score_one(row)
    remembered = opened._online_history._history.remembered
    assert opened.score_one(row) == first
    assert opened._online_history._history.remembered == remembered
    opened.forget("customer", "nobody")
    assert opened.score_one(row) == first


def test_labels_that_become_known_are_taken(frame, copy, tmp_path):
    later = next_payments(frame)
    copy.score_file(later.drop(columns="fraud"), tmp_path / "one.csv", update_behaviour=True)
    unknown = copy.open_history().to_table()["label"].to_pandas()
    copy.score_file(later, tmp_path / "two.csv", update_behaviour=True)
    known = copy.open_history().to_table()["label"].to_pandas()
    assert unknown.isna().sum() > 0 == known.isna().sum()


def test_without_ids_rows_are_not_counted_twice(frame, tmp_path):
    roles = {**ROLES, "id": None, "drop": "payment"}
    run = anomaly.train(frame, detector="gaussian", out=tmp_path / "run", **roles)
    with pytest.raises(OptionError, match="cannot tell which it knows already"):
        run.score_file(frame, tmp_path / "scored.csv", update_behaviour=True)
    assert not (tmp_path / "scored.csv").exists()


def test_rows_in_no_order_of_time_are_said(frame, run, tmp_path):
    shuffled = next_payments(frame).sample(frac=1, random_state=0)
    path = tmp_path / "later.csv"
    shuffled.to_csv(path, index=False)
    done = run.score_file(path, tmp_path / "scored.csv")
    assert done.problems == 0
    # One batch is put into order; of several some rows come late.
    in_order = run.score(next_payments(frame)).set_index("payment")["score"]
    scored = pd.read_csv(tmp_path / "scored.csv").set_index("payment")["score"]
    assert scored[in_order.index].to_numpy() == pytest.approx(in_order.to_numpy(), rel=1e-6)


def test_a_row_without_an_entity_is_scored_by_what_it_has(frame, run):
    later = next_payments(frame)
    later.loc[5, "customer"] = None
    later.loc[6, ["customer", "shop"]] = None
    scored = run.score(later)
    assert scored["score"].notna().all()


@pytest.mark.parametrize("column", ["customer", "shop"])
def test_a_table_without_the_entity_is_refused(frame, run, column):
    with pytest.raises(DataError, match=f"lacks the column '{column}'"):
        run.score(frame.drop(columns=column))
    row = frame.drop(columns=column).iloc[0].to_dict()
    with pytest.raises(DataError, match=f"lacks the column '{column}'"):
        anomaly.load(run.folder).score_one(row)


def test_the_command_forgets_one_of_them(copy, command):
    before = copy.open_history()
    said = command("forget", copy.folder, "--entity", "customer=C17", "--json").json
    count = said["forgotten"]["customer=C17"]
    after = copy.open_history()
    assert 0 < count == before.remembered - after.remembered
    assert "C17" not in after.to_table()["0 customer"].to_pylist()
    again = command("forget", copy.folder, "--entity", "customer=C17")
    assert again.out == "customer=C17: nothing is remembered\n"


@pytest.mark.parametrize(
    ("entity", "words"),
    [
        ("customer", "--entity customer: give a column and a value, as in customer_id=C17"),
        ("costumer=C1", "did you mean customer?"),
        ("card=C1", "there are: customer, shop"),
    ],
)
def test_what_cannot_be_forgotten_is_said(copy, command, unchanged, entity, words):
    with unchanged(copy.folder):
        assert words in command("forget", copy.folder, "--entity", entity).complaint


def test_a_damaged_state_is_refused(copy, frame):
    path = copy.folder / "behaviour.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(RunError, match=r"behaviour\.parquet is damaged"):
        copy.score(frame)
    path.unlink()
    with pytest.raises(RunError, match=r"behaviour\.parquet is missing"):
        copy.score(frame)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"split": "random"}, "--split random with --entity"),
        ({"windows": "1h,fortnight"}, "no window of time: 'fortnight'"),
        ({"behaviour": "some"}, "--behaviour some: choose one of history, none"),
        ({"entity": None, "windows": "1h"}, "--windows needs --entity"),
        ({"label": None, "label_delay": "7d"}, "--label-delay needs --label"),
        ({"windows": ""}, "no window of time: ''"),
        ({"time": None, "windows": "1h"}, "--windows needs --time"),
        ({"amount": "amuont"}, "did you mean 'amount'"),
    ],
)
def test_options_that_cannot_be_met_are_refused(frame, tmp_path, options, words):
    with pytest.raises(OptionError, match=words):
        anomaly.train(frame, out=tmp_path / "run", **{**ROLES, **options})
    assert not (tmp_path / "run").exists()


def test_the_run_of_a_classifier_says_that_it_scores_no_others(frame, tmp_path):
    anomaly.compare(frame, methods=["logistic"], out=tmp_path / "compared", **ROLES)
    run = anomaly.load(tmp_path / "compared" / "runs" / "none+logistic")
    with pytest.raises(RunError, match="a classifier leaves no graph"):
        run.score(frame)


def test_a_run_without_entities_has_nothing_to_update(run_folder, files, tmp_path):
    run = anomaly.load(run_folder)
    with pytest.raises(OptionError, match="looks at no history of entities"):
        run.score_file(files / "cards.csv", tmp_path / "scored.csv", update_behaviour=True)


def test_a_column_of_the_history_that_is_missing_is_said(frame, run):
    with pytest.raises(DataError, match="lacks the column 'country'"):
        run.score(next_payments(frame).drop(columns="country"))


def test_what_gives_the_label_away_is_left_out_of_the_history_too(frame, tmp_path):
    leaky = frame.assign(outcome=np.where(frame.fraud == 1, "returned", "settled"))
    run = anomaly.train(leaky, detector="gaussian", drop_leaks=True, out=tmp_path / "run", **ROLES)
    assert not [name for name in run.features.names if "outcome" in name]


def test_copies_are_found_whatever_their_history(frame, tmp_path):
    half = frame.iloc[: len(frame) // 2]
    shift = pd.Timedelta(days=21)
    copies = pd.concat([half, half.assign(time=half.time + shift, payment="c" + half.payment)])
    copies = copies.sort_values("time", kind="stable")
    told, plain = (
        anomaly.train(
            copies, detector="gaussian", out=tmp_path / str(how), behaviour=how, **ROLES
        ).details["duplicates"]
        for how in (None, "none")
    )
    assert told == plain


def test_few_frauds_leave_the_weights_alone(frame, tmp_path):
    few = frame[(frame.fraud == 0) | (frame.index % 15 == 0)]
    run = anomaly.train(few, detector="gaussian", out=tmp_path / "few", **ROLES)
    assert run.details["detector"]["parameters"]["weights_of_signs"] is None
    no_labels = anomaly.train(
        frame.drop(columns="fraud"),
        detector="gaussian",
        out=tmp_path / "none",
        **{**ROLES, "label": None},
    )
    scores = no_labels.scores().to_pandas()
    is_fraud = frame.fraud[scores.row].to_numpy() == 1
    assert np.median(scores.score[is_fraud]) > np.quantile(scores.score[~is_fraud], 0.99)
