"""The history of entities: against a slow oracle, cut anywhere, never ahead."""

import doctest
import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anomaly import DataError, History, OptionError
from anomaly.features.behaviour import history as module
from anomaly.features.behaviour import memory
from anomaly.features.behaviour.names import word_of

WINDOWS = {"1h": 3_600, "1d": 86_400, "7d": 604_800}


def payments(n_rows=300, seed=0, n_customers=4, n_terminals=3):
    """Few entities, many ties in time, some values missing."""
    generator = np.random.default_rng(seed)
    moments = np.sort(generator.integers(0, 10 * 86_400 // 600, n_rows)) * 600
    frame = pd.DataFrame(
        {
            "customer_id": generator.integers(n_customers, size=n_rows).astype(float),
            "terminal_id": [f"t{each}" for each in generator.integers(n_terminals, size=n_rows)],
            "time": pd.Timestamp("2026-03-01") + pd.to_timedelta(moments, unit="s"),
            "amount": np.round(generator.lognormal(3, 1, n_rows), 2),
        }
    )
    frame.loc[generator.random(n_rows) < 0.05, "customer_id"] = np.nan
    frame.loc[generator.random(n_rows) < 0.05, "terminal_id"] = None
    frame.loc[generator.random(n_rows) < 0.05, "amount"] = np.nan
    frame.loc[n_rows // 2, "amount"] = np.inf
    return frame


def history(**options):
    given = {"time": "time", "amount": "amount", "windows": list(WINDOWS)}
    return History(["customer_id", "terminal_id"], **{**given, **options})


def same(one, other):
    assert list(one.columns) == list(other.columns)
    assert one.to_numpy().tobytes() == other.to_numpy().tobytes()


def expected_of(frame, place, entity, partner, window):
    """What a feature means, looked up in the rows before one by one."""
    row = frame.iloc[place]
    age = (row.time - frame.time).dt.total_seconds()
    before = frame[(frame[entity] == row[entity]) & (age > 0) & (age < WINDOWS[window])]
    amounts = before.amount[np.isfinite(before.amount)]
    return {
        "payments": len(before),
        "amount": math.fsum(amounts),
        "mean": amounts.mean() if len(amounts) else np.nan,
        "spread": amounts.std(ddof=0) if len(amounts) else np.nan,
        "different": before[partner].nunique(),
        "since": age[before.index].min() if len(before) else np.nan,
        "new": np.nan
        if pd.isna(row[partner])
        else float(len(before) and row[partner] not in set(before[partner])),
        "share": np.nan
        if pd.isna(row[partner])
        else ((before[partner] == row[partner]).sum() + 1) / (len(before) + 2),
    }


@pytest.mark.parametrize(
    ("entity", "partner", "own", "other"),
    [
        ("customer_id", "terminal_id", "customer", "terminal"),
        ("terminal_id", "customer_id", "terminal", "customer"),
    ],
)
def test_features_are_what_their_names_say(entity, partner, own, other):
    frame = payments()
    found = history().extend(frame)
    words = {"1h": "1 hour", "1d": "1 day", "7d": "7 days"}
    for place in range(0, len(frame), 3):
        row = found.iloc[place]
        if pd.isna(frame[entity].iloc[place]):
            assert row.filter(like=f"the {own}'s").isna().all()
            assert np.isnan(row[f"payments of the {own} in 1 day"])
            continue
        for window, ago in words.items():
            means = expected_of(frame, place, entity, partner, window)
            assert row[f"payments of the {own} in {ago}"] == means["payments"]
            assert row[f"different {other}s of the {own} in {ago}"] == means["different"]
            for name, key in (
                (f"amount of the {own} in {ago}", "amount"),
                (f"mean amount of the {own} in {ago}", "mean"),
                (f"spread of the {own}'s amounts in {ago}", "spread"),
            ):
                assert row[name] == pytest.approx(means[key], rel=1e-5, abs=1e-4, nan_ok=True)
        for name, key in (
            (f"seconds since the {own}'s last payment", "since"),
            (f"first time with the {other}, for the {own}", "new"),
            (f"share of the {other} in the {own}'s payments", "share"),
        ):
            assert row[name] == pytest.approx(means[key], rel=1e-6, nan_ok=True)


def test_an_amount_is_held_against_those_of_its_entity():
    times = pd.date_range("2026-03-01", periods=12, freq="h")
    frame = pd.DataFrame({"card": "a", "time": times, "amount": [20.0, 25.0] * 5 + [22.0, 900.0]})
    found = History(["card"], time="time", amount="amount").extend(frame)
    against = found["amount against the card's usual"]
    assert np.isnan(against[0])
    assert against[10] == pytest.approx(1, abs=0.1)
    # As if two payments more had been like this one.
    times_usual = 901 / (1 + np.median([20.0, 25.0] * 5 + [22.0]))
    assert against[11] == pytest.approx(times_usual ** (11 / 13), rel=0.01)


def test_what_is_usual_is_the_median_of_the_last_amounts():
    generator = np.random.default_rng(0)
    times = pd.date_range("2026-03-01", periods=200, freq="4h")
    amounts = np.round(generator.lognormal(3, 1, 200), 2)
    frame = pd.DataFrame({"card": "a", "time": times, "amount": amounts})
    found = History(["card"], time="time", amount="amount", windows=["5d"]).extend(frame)
    for row in (1, 7, 29, 30, 31, 100, 199):
        last = np.log1p(amounts[max(0, row - 29) : row][-64:])
        n = len(last)
        expected = np.exp((np.log1p(amounts[row]) - np.median(last)) * n / (n + 2))
        assert found["amount against the card's usual"][row] == pytest.approx(expected, rel=2e-3)


def test_the_last_hour_is_held_against_the_month():
    days = pd.date_range("2026-03-01", periods=30, freq="D")
    burst = pd.Timestamp("2026-03-30 12:00") + pd.to_timedelta(np.arange(10), unit="min")
    times = days.append(burst)
    frame = pd.DataFrame({"card": "a", "time": times, "amount": [10.0] * 30 + [100.0] * 10})
    found = History(["card"], time="time", amount="amount", windows=["1h", "30d"]).extend(frame)
    last = found.iloc[-1]
    assert last["payments of the card in 1 hour"] == 9
    n = last["payments of the card in 30 days"]
    pace = "payments in 1 hour against the card's 30 days"
    assert last[pace] == pytest.approx(10 / (n / 720 + 1), rel=1e-5)
    mean = last["mean amount of the card in 30 days"]
    against = last["mean amount in 1 hour against the card's 30 days"]
    assert against == pytest.approx(101 / (mean + 1), rel=1e-5)


def risky(**options):
    return history(label="fraud", label_delay="2d", id="id", **options)


def with_labels(n_rows=300, seed=0):
    frame = payments(n_rows, seed)
    generator = np.random.default_rng(seed + 1)
    frame["fraud"] = np.where(generator.random(n_rows) < 0.2, 1.0, 0.0)
    frame.loc[generator.random(n_rows) < 0.1, "fraud"] = np.nan
    frame["id"] = [f"p{place}" for place in range(n_rows)]
    return frame


def test_risk_is_of_the_labels_known_by_then():
    frame = with_labels()
    found = risky().extend(frame)
    for place in range(0, len(frame), 3):
        row = frame.iloc[place]
        if pd.isna(row.terminal_id):
            continue
        age = (row.time - frame.time).dt.total_seconds() - 2 * 86_400
        for window, ago in {"1h": "1 hour", "1d": "1 day", "7d": "7 days"}.items():
            is_known = (frame.terminal_id == row.terminal_id) & frame.fraud.notna()
            known = frame.fraud[is_known & (age >= 0) & (age < WINDOWS[window])]
            its = found.iloc[place]
            assert its[f"known frauds of the terminal in {ago}"] == known.sum()
            risk = known.sum() / (len(known) + 5)
            assert its[f"risk of the terminal in {ago}"] == pytest.approx(risk, rel=1e-6)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 3), cut=st.integers(1, 299))
def test_no_label_is_known_before_its_delay(seed, cut):
    frame = with_labels(seed=seed)
    moment = frame.time[cut]
    changed = frame.assign(fraud=frame.fraud.where(frame.time <= moment, 1 - frame.fraud))
    is_before = frame.time <= moment + pd.Timedelta(days=2)
    same(risky().extend(frame)[is_before], risky().extend(changed)[is_before])


def test_a_retry_counts_once_and_may_bring_its_label():
    frame = with_labels()
    once, twice = risky(), risky()
    once.extend(frame)
    twice.extend(frame.assign(fraud=np.nan))
    retried = twice.extend(frame.iloc[-40:])
    assert once.remembered > twice.remembered - 1
    later = frame.assign(time=frame.time + pd.Timedelta(days=3), id=frame.id + "b")
    without = [name for name in retried if "risk" not in name and "frauds" not in name]
    same(once.extend(later)[without], twice.extend(later)[without])
    third = risky()
    third.extend(frame.assign(fraud=np.nan))
    third.extend(frame)
    fourth = risky()
    fourth.extend(frame)
    same(third.extend(later), fourth.extend(later))


def test_places_tell_how_far_and_how_fast():
    frame = pd.DataFrame(
        {
            "card": "a",
            "time": pd.to_datetime(
                ["2026-03-01 10:00:00", "2026-03-01 12:00:00", "2026-03-01 12:00:10"]
            ),
            "lat": [52.52, 48.137, 48.137],
            "lon": [13.405, 11.575, np.nan],
        }
    )
    found = History(["card"], time="time", places=("lat", "lon")).extend(frame)
    km = found["kilometres from the card's last payment"]
    assert np.isnan(km[0])
    assert km[1] == pytest.approx(504, abs=2)
    assert found["kilometres an hour since the card's last payment"][1] == pytest.approx(252, abs=1)
    assert np.isnan(km[2])


def test_other_columns_are_new_or_unusual_for_an_entity():
    frame = payments().assign(country=lambda f: np.where(f.index % 50 == 49, "TR", "DE"))
    found = history(partners=["country"]).extend(frame)
    first = "first time with the country, for the customer"
    share = "share of the country in the customer's payments"
    row = frame.index[(frame.country == "TR") & frame.customer_id.notna()][0]
    n = found["payments of the customer in 7 days"][row]
    assert found[first][row] == 1
    assert found[share][row] == pytest.approx(1 / (n + 2))
    assert not [name for name in found if name.startswith("different countrys")]


@pytest.mark.parametrize("at", [1, 150, 299])
def test_a_state_that_was_kept_goes_on_to_the_bit(at):
    frame = with_labels()
    whole, before = risky(), risky()
    expected = whole.extend(frame).iloc[at:]
    before.extend(frame.iloc[:at])
    after = risky()
    after.restore(before.to_table())
    assert after.remembered == before.remembered
    texts = frame.assign(customer_id=frame.customer_id.astype(str).where(frame.customer_id.notna()))
    same(expected, after.extend(texts.iloc[at:]))


def test_a_state_of_others_is_refused():
    with pytest.raises(DataError, match="does not remember the entities"):
        risky().restore(History(["card"], time="time").to_table())


def test_steps_give_the_features_of_the_batch():
    frame = payments(n_rows=200)
    frame.loc[50, "time"] = frame.time[40]  # late
    batch, steps = history(), history()
    pieces = [batch.extend(frame.iloc[[place]]).to_numpy()[0] for place in range(len(frame))]
    micros = frame.time.to_numpy("datetime64[us]").astype(np.int64).tolist()
    for place, row in enumerate(frame.itertuples()):
        made = steps.step((row.customer_id, row.terminal_id), micros[place], row.amount)
        assert made.tobytes() == pieces[place].tobytes()


def test_what_is_out_of_every_window_is_given_up(monkeypatch):
    monkeypatch.setattr(memory, "_CHUNK", 64)
    monkeypatch.setattr(memory, "_MANY", 64)
    frame = payments(n_rows=2_000, seed=3)
    frame["time"] = pd.Timestamp("2026-03-01") + pd.to_timedelta(np.arange(2_000), unit="h")
    found = history()
    pieces = [found.extend(frame.iloc[first : first + 50]) for first in range(0, 2_000, 50)]
    monkeypatch.undo()
    same(history().extend(frame), pd.concat(pieces))
    assert found.remembered < 200


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_what_is_given_up_changes_no_feature(data):
    generator = np.random.default_rng(data.draw(st.integers(0, 1_000)))
    frame = payments(n_rows=1_500, seed=data.draw(st.integers(0, 1_000)), n_customers=40)
    # Bursts and silences, and ties.
    gaps = generator.choice([0, 60, 3_600, 86_400], 1_500, p=[0.2, 0.5, 0.28, 0.02])
    frame["time"] = pd.Timestamp("2026-03-01") + pd.to_timedelta(np.cumsum(gaps), unit="s")
    # Customers and terminals come and go.
    frame["customer_id"] += np.arange(1_500) // 200 * 20
    frame = frame.assign(
        country=generator.choice(["FR", "DE", None], 1_500),
        fraud=generator.choice([0, 1, np.nan], 1_500),
        lat=generator.normal(48, 1, 1_500),
        lon=generator.normal(2, 1, 1_500),
    )
    options = {"partners": ["country"], "places": ("lat", "lon")}
    if data.draw(st.booleans()):
        options |= {"label": "fraud", "label_delay": "2d"}
    cuts = [0, *sorted(data.draw(st.sets(st.integers(1, 1_499), max_size=40))), 1_500]
    found = history(**options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, "_CHUNK", 32)
        patch.setattr(memory, "_MANY", 40)
        patch.setattr(module, "_MANY", 5)
        pieces = [found.extend(frame.iloc[slice(*pair)]) for pair in pairwise(cuts)]
    whole = history(**options)
    same(whole.extend(frame), pd.concat(pieces))
    assert found.to_table().equals(whole.to_table())


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 5), cuts=st.lists(st.integers(1, 299), max_size=5, unique=True))
def test_wherever_the_rows_are_cut_features_are_the_same_to_the_bit(seed, cuts):
    frame = payments(seed=seed)
    pieces = np.split(np.arange(len(frame)), sorted(cuts))
    one_by_one = history()
    same(history().extend(frame), pd.concat([one_by_one.extend(frame.iloc[p]) for p in pieces]))


def test_single_rows_get_the_features_of_the_batch():
    frame = payments(n_rows=60)
    one_by_one = history()
    rows = [one_by_one.extend(frame.iloc[[place]]) for place in range(len(frame))]
    same(history().extend(frame), pd.concat(rows))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_later_row_changes_an_earlier_feature(data):
    frame = payments(n_rows=120)
    at = data.draw(st.integers(1, 119))
    moment = frame.time[at]
    is_earlier = frame.time < moment
    changed = frame.copy()
    change = data.draw(st.sampled_from(["amount", "customer_id", "terminal_id", "gone", "order"]))
    later = changed.index[~is_earlier]
    if change == "gone":
        changed = changed.drop(data.draw(st.sampled_from(list(later))))
    elif change == "order":
        changed = pd.concat([changed[is_earlier], changed.loc[later[::-1]]])
    else:
        value = {"amount": 1e6, "customer_id": 0.0, "terminal_id": "new"}[change]
        changed.loc[later, change] = value
    before, after = history().extend(frame), history().extend(changed)
    same(before[is_earlier], after.loc[frame.index[is_earlier]])


def test_rows_of_one_moment_see_none_of_each_other_in_any_order():
    frame = payments()
    shuffled = frame.sample(frac=1, random_state=0)
    same(history().extend(frame), history().extend(shuffled).loc[frame.index])


def test_a_row_that_comes_late_counts_from_then_on():
    frame = payments()
    late = frame.iloc[[100]]
    found = history()
    found.extend(frame.drop(index=100))
    own = found.extend(late)
    in_time = history().extend(frame)
    # What was remembered reaches back by the longest window from the latest row.
    assert (frame.time.max() - late.time.item()).total_seconds() < WINDOWS["7d"]
    counted = "payments of the customer in 1 hour"
    assert own[counted].item() == in_time[counted][100]
    after = frame.iloc[[-1]].assign(time=frame.time.max() + pd.Timedelta("1h"))
    whole = history()
    whole.extend(frame)
    same(found.extend(after), whole.extend(after))


def test_a_silent_entity_is_forgotten_and_so_is_one_on_request():
    found = history()
    found.extend(payments())
    there = found.remembered
    frame = payments()
    is_recent = frame.time > frame.time.max() - pd.Timedelta(days=7)
    assert there == is_recent.sum()
    its = (frame.customer_id == 1)[is_recent].sum()
    assert found.forget("customer_id", 1) == its > 0
    assert found.remembered == there - its
    assert found.forget("customer_id", 1) == 0
    row = frame.iloc[[-1]].assign(time=frame.time.max() + pd.Timedelta("1h"), customer_id=1.0)
    assert found.extend(row)["payments of the customer in 7 days"].item() == 0
    much_later = pd.concat([row.assign(time=row.time + pd.Timedelta(days=60))] * 101)
    found.extend(much_later)
    assert found.remembered == 101


def test_rows_with_a_time_far_in_the_future_make_nothing_old():
    frame = payments()
    wrong = frame.iloc[:100].assign(time=pd.Timestamp("2091-01-01"))
    before, after = frame.iloc[:200], frame.iloc[200:]
    whole, found = history(), history()
    expected = whole.extend(frame).iloc[200:]
    found.extend(pd.concat([before, wrong]))
    same(expected, found.extend(after))
    restored = history()
    restored.restore(found.to_table())
    assert restored.to_table().equals(found.to_table())
    assert restored.remembered == whole.remembered + 100


def test_without_amounts_nothing_is_said_of_them():
    found = history(amount=None).extend(payments().drop(columns="amount"))
    assert not [name for name in found if "amount" in name]
    assert found.notna().any().all()


def test_times_may_be_seconds_and_have_zones():
    frame = payments()
    in_seconds = frame.assign(time=(frame.time - pd.Timestamp("2026-01-01")).dt.total_seconds())
    with_zone = frame.assign(time=frame.time.dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo"))
    plain = history().extend(frame)
    same(plain, history().extend(in_seconds))
    same(plain, history().extend(with_zone))


def test_many_that_wait_at_one_moment_find_room():
    moment = pd.Timestamp("2026-03-01")
    found = history()
    for number in range(200):
        row = {"customer_id": number, "terminal_id": "t", "time": moment, "amount": 1.0}
        found.extend(pd.DataFrame([row]))
    later = pd.DataFrame([{**row, "time": moment + pd.Timedelta("1h"), "customer_id": -1}])
    assert found.extend(later)["payments of the terminal in 1 day"].item() == 200


@pytest.mark.parametrize("moment", [np.inf, -np.inf, 1e300, -1e300])
def test_times_that_cannot_be_are_refused(moment):
    frame = payments(n_rows=20)
    numbers = (frame.time - pd.Timestamp("2026-01-01")).dt.total_seconds()
    numbers[7] = moment
    with pytest.raises(DataError, match="row 7 has no time that can be"):
        history().extend(frame.assign(time=numbers))


def test_rows_without_an_id_are_no_repeats():
    frame = with_labels(n_rows=60).assign(id=None)
    found = risky()
    found.extend(frame.assign(fraud=0.0))
    found.extend(frame.assign(fraud=1.0, time=frame.time + pd.Timedelta(days=1)))
    labels = found.to_table()["label"].to_pylist()
    assert labels.count(0) > 0 < labels.count(1)


def test_ids_of_several_columns_are_missing_where_one_is():
    keys = module.keys_of([["a", None, "a", "b"], ["x", "x", None, "x"]])
    assert keys[1] == keys[2] == 0
    assert keys[0] != keys[3]


def test_an_id_comes_again_where_no_row_sees_the_first():
    times = pd.to_datetime(["2026-03-01 00:00", "2026-03-02 00:00", "2026-03-02 00:30"])
    frame = pd.DataFrame({"card": "a", "time": times, "id": ["1", "1", "2"]})

    def made():
        return History(["card"], time="time", windows=["1h"], id="id")

    whole, before, after = made(), made(), made()
    expected = whole.extend(frame)
    assert expected["payments of the card in 1 hour"].tolist() == [0, 0, 1]
    before.extend(frame[:2])
    after.restore(before.to_table())
    same(expected[2:], after.extend(frame[2:]))
    same(expected, made().extend(frame[::-1]).loc[frame.index])


def test_a_repeat_brings_its_label_in_a_table_as_in_pieces():
    frame = with_labels(n_rows=40)
    repeated = pd.concat([frame.assign(fraud=np.nan), frame])
    later = frame.assign(time=frame.time + pd.Timedelta(days=3), id=frame.id + "b")
    one, two = risky(), risky()
    one.extend(repeated)
    two.extend(repeated[:40])
    two.extend(repeated[40:])
    same(one.extend(later), two.extend(later))


def test_late_rows_leave_no_more_behind_than_is_remembered():
    found = History(["card"], time="time", windows=["1m"], id="id")
    start = pd.Timestamp("2026-03-01")
    for number in range(2_000):
        times = start + pd.to_timedelta([number * 60, number * 60 - 30], unit="s")
        ids = [f"{number}", f"late {number}"]
        cards = [f"c{number}", f"d{number}"]
        for row in range(2):
            piece = {"card": [cards[row]], "time": [times[row]], "id": [ids[row]]}
            found.extend(pd.DataFrame(piece))
    assert found.remembered < 10
    assert len(found._keys) < 1_100
    assert len(found._vocabularies[0]) < 1_100


def test_features_have_names_of_their_own():
    frame = payments(n_rows=20).assign(card_id="a", card_number="b", card="c")
    found = History(["card_id", "card_number"], time="time", amount="amount", partners=["card"])
    assert len(set(found.feature_names)) == len(found.feature_names)
    made = found.extend(frame)
    assert "payments of the card_number in 1 day" in made


def test_a_state_with_times_that_cannot_be_is_refused():
    found = risky()
    found.extend(with_labels())
    table = found.to_table()
    far = pa.array([-(2**63), *table["time"].to_pylist()[1:]])
    for time in (far, far.cast(pa.string()), pa.array([None, *far.to_pylist()[1:]], pa.int64())):
        with pytest.raises(DataError):
            risky().restore(table.set_column(0, "time", time))


def test_one_entity_with_very_many_events():
    n_rows = 300_000
    times = pd.Timestamp("2026-03-01") + pd.to_timedelta(np.arange(n_rows), unit="s")
    frame = pd.DataFrame({"card": 7, "shop": np.arange(n_rows), "time": times, "amount": 20_000.01})
    found = History(["card", "shop"], time="time", amount="amount", windows=["1d"]).extend(frame)
    last = found.iloc[-1]
    assert last["payments of the card in 1 day"] == 86_399
    assert last["different shops of the card in 1 day"] == 86_399
    assert last["spread of the card's amounts in 1 day"] < 0.1
    assert last["amount of the card in 1 day"] == pytest.approx(86_399 * 20_000.01, rel=1e-6)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f.drop(columns="amount"), "no column 'amount'"),
        (lambda f: f.rename(columns={"amount": "amounts"}), "did you mean 'amounts'"),
        (lambda f: f.assign(time=f.time.where(f.index != 7)), "row 7 has no time 'time'"),
        (lambda f: f.assign(amount=f.amount.astype(str)), "the amounts 'amount' are no numbers"),
        (lambda f: f.assign(time=f.time.astype(str)), "the times 'time' are no numbers"),
        (lambda f: f.assign(time=np.inf), "row 0 has no time that can be"),
    ],
)
def test_rows_that_cannot_be_taken_are_refused_and_nothing_is_remembered(change, words):
    found = history()
    with pytest.raises(DataError, match=words):
        found.extend(change(payments()))
    assert found.remembered == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"windows": ["7 weeks"]}, "no window of time: '7 weeks'"),
        ({"windows": ["0d"]}, "no window of time: '0d'"),
        ({"windows": "7d"}, "name the windows as a list"),
        ({"windows": []}, "name the windows as a list"),
    ],
)
def test_windows_are_numbers_with_units(options, words):
    with pytest.raises(OptionError, match=words):
        history(**options)


def test_entities_are_a_list():
    with pytest.raises(OptionError, match="name the entities as a list"):
        History("customer_id", time="time")


@pytest.mark.parametrize(
    ("column", "word"),
    [
        ("customer_id", "customer"),
        ("TERMINAL_ID", "terminal"),
        ("card number", "card"),
        ("id", "id"),
    ],
)
def test_entities_are_called_as_people_call_them(column, word):
    assert word_of(column) == word


def test_no_rows_have_no_features():
    assert history().extend(payments().iloc[:0]).shape == (0, 46)


def test_the_example_is_true():
    assert doctest.testmod(module) == (0, 6)
