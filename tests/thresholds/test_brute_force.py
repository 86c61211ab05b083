"""Every objective, and pairs of limits, against trying each distinct score one by one."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thresholds import PrecisionRecallCurve, ThresholdError, pick, pick_on

SCORES = st.sampled_from([-np.inf, -1.5, -0.0, 0.0, 1e-7, 1.0, 2.0, 3.0, 4.0, 5.0, np.inf])
# Sums of these are exact.
WEIGHTS = st.sampled_from([0.0, 0.25, 0.5, 1.0, 2.0, 3.0])
DTYPES = (np.float16, np.float32, np.float64)


@dataclass
class Setting:
    """What one threshold does, counted in plain Python; a threshold of None alerts on nothing."""

    tp: Fraction
    fp: Fraction
    positives: Fraction
    negatives: Fraction
    n_days: int
    missed: Fraction
    recovered: Fraction
    cards: int
    compromised: int

    @property
    def alerts(self):
        return self.tp + self.fp

    @property
    def precision(self):
        return self.tp / self.alerts if self.alerts else None


def setting(case, threshold):
    weights = [Fraction(weight) for weight in case.get("weights", np.ones(case["labels"].size))]
    columns = (case[name].tolist() for name in COLUMNS)
    rows = [row for row in zip(*columns, weights, strict=True) if row[-1]]
    alerted = [row for row in rows if threshold is not None and row[1] >= threshold]

    def weight(some, label):
        return sum((row[-1] for row in some if row[0] == label), Fraction(0))

    def money(some):
        return sum((row[-1] * row[2] for row in some if row[0]), Fraction(0))

    cards, compromised = cards_one_by_one(rows, threshold)
    return Setting(
        tp=weight(alerted, 1),
        fp=weight(alerted, 0),
        positives=weight(rows, 1),
        negatives=weight(rows, 0),
        n_days=max(row[3] for row in rows) - min(row[3] for row in rows) + 1,
        missed=money(rows) - money(alerted),
        recovered=money(alerted),
        cards=cards,
        compromised=compromised,
    )


COLUMNS = ("labels", "scores", "amounts", "days", "entities")


def cards_one_by_one(rows, threshold):
    """Go through the days; count the cards that alert and those that are compromised."""
    alerted = compromised = 0
    dropped = set()
    for day in sorted({row[3] for row in rows}):
        today = [row for row in rows if row[3] == day and row[4] not in dropped]
        for card in {row[4] for row in today}:
            own = [row for row in today if row[4] == card]
            if threshold is not None and max(row[1] for row in own) >= threshold:
                alerted += 1
                if any(row[0] for row in own):
                    compromised += 1
                    dropped.add(card)
    return alerted, compromised


@st.composite
def cases(draw, least=2):
    """Columns of both classes."""
    n = draw(st.integers(least, 14))

    def column(elements):
        return draw(st.lists(elements, min_size=n, max_size=n))

    labels = [0, 1, *draw(st.lists(st.integers(0, 1), min_size=n - 2, max_size=n - 2))]
    return {
        "labels": np.array(draw(st.permutations(labels))),
        "scores": np.array(column(SCORES), dtype=draw(st.sampled_from(DTYPES))),
        "amounts": np.array(column(st.integers(0, 5))),
        "days": np.array(column(st.integers(3, 6))),
        "entities": np.array(column(st.sampled_from("abc"))),
    }


SHARES = st.sampled_from([0.1, 0.25, 0.29, 0.5, 2 / 3, 0.75, 0.9, 1.0])
BUDGETS = st.sampled_from([0, 0.5, 1, 1.5, 2, 3, 5, 100])

# Of each: options, what is maximised, what must hold, and whether silence is an answer.
LIMITS = {
    "precision": (
        st.fixed_dictionaries({"at_least": SHARES}),
        lambda s, o: s.tp / s.positives,
        lambda s, o: s.alerts > 0 and float(s.precision) >= o["at_least"],
        False,
    ),
    "recall": (
        st.fixed_dictionaries({"at_least": SHARES}),
        lambda s, o: s.precision or 0,
        lambda s, o: float(s.tp / s.positives) >= o["at_least"],
        False,
    ),
    "alerts": (
        st.one_of(
            st.fixed_dictionaries({"total": BUDGETS}),
            st.fixed_dictionaries({"per_day": BUDGETS}),
            st.fixed_dictionaries({"share": SHARES}),
        ),
        lambda s, o: s.alerts,
        lambda s, o: (
            s.alerts <= o.get("total", s.alerts)
            and float(s.alerts / s.n_days) <= o.get("per_day", s.alerts)
            and float(s.alerts / (s.positives + s.negatives)) <= o.get("share", 1)
        ),
        True,
    ),
    "fpr": (
        st.fixed_dictionaries({"at_most": st.sampled_from([0, 0.1, 0.25, 0.5, 1])}),
        lambda s, o: s.alerts,
        lambda s, o: float(s.fp / s.negatives) <= o["at_most"],
        True,
    ),
    "card-precision": (
        st.fixed_dictionaries({"per_day": BUDGETS}),
        lambda s, o: s.compromised,
        lambda s, o: s.cards / s.n_days <= o["per_day"],
        True,
    ),
}


def always(s, o):
    return True


def f_beta(s, o):
    weight = Fraction(o.get("beta", 1)) ** 2
    return (1 + weight) * s.tp / (s.alerts + weight * s.positives)


def cost(s, o):
    alarms = o["false_alarm_cost"] * s.fp
    kept = 1 - Fraction(o.get("recovered", 1))
    if "missed_cost" in o:
        return -(alarms + o["missed_cost"] * (s.positives - s.tp + kept * s.tp))
    return -(alarms + s.missed + kept * s.recovered)


COSTS = {"false_alarm_cost": st.integers(0, 5)}
FREE = {
    "f1": (st.just({}), f_beta, always, False),
    "fbeta": (st.fixed_dictionaries({"beta": st.sampled_from([0.5, 1, 2])}), f_beta, always, False),
    "youden": (
        st.just({}),
        lambda s, o: s.tp / s.positives - s.fp / s.negatives,
        always,
        False,
    ),
    "gmean": (st.just({}), lambda s, o: s.tp * (s.negatives - s.fp), always, False),
    "cost": (
        st.one_of(
            st.fixed_dictionaries(
                COSTS | {"missed_cost": st.integers(0, 9), "recovered": st.sampled_from([0.5, 1])}
            ),
            st.fixed_dictionaries(COSTS | {"recovered": st.sampled_from([0, 0.5, 1])}),
        ),
        cost,
        always,
        True,
    ),
}
ALL = LIMITS | FREE


def expected(case, objective, options, also):
    """Return the best setting one by one, None where there is none."""
    _, utility, holds, silence = ALL[objective]
    rows = case["scores"][case.get("weights", np.ones(case["scores"].size)) > 0]
    thresholds = sorted(set(rows.tolist()))
    # Above an infinite score there is no threshold.
    silence = silence and thresholds[-1] < np.inf
    tried = [setting(case, threshold) for threshold in [*thresholds, *[None] * silence]]
    checks = [(holds, options), *((LIMITS[name][2], given) for name, given in also)]
    possible = [s for s in tried if all(check(s, given) for check, given in checks)]
    # Of equals the last: the thresholds ascend.
    return max(reversed(possible), key=lambda s: utility(s, options), default=None)


def picked(case, objective, options, also=(), **settings):
    columns = {name: case[name] for name in COLUMNS[2:]}
    return pick(
        *(case["labels"], case["scores"], objective),
        **(columns | options | {"also": also, "replicates": 2} | settings),
    )


@st.composite
def constraints(draw, most):
    names = draw(st.lists(st.sampled_from(sorted(LIMITS)), max_size=most))
    return [(name, draw(LIMITS[name][0])) for name in names]


@pytest.mark.parametrize("objective", sorted(ALL))
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_an_objective_under_constraints_is_the_best_of_all_scores(objective, data):
    case, options = data.draw(cases()), data.draw(ALL[objective][0])
    also = data.draw(constraints(2))
    best = expected(case, objective, options, also)
    if best is None:
        with pytest.raises(ThresholdError, match=r"hold together: |cannot be had: ") as caught:
            picked(case, objective, options, also)
        assert "\n" not in str(caught.value)
        return
    found = picked(case, objective, options, also)
    assert (found.tp, found.fp) == (best.tp, best.fp)
    assert found.alerts_per_day == float(best.alerts / best.n_days)
    if best.cards:
        assert found.card_precision == best.compromised / best.cards
    alerted = case["scores"] >= found.value
    assert found.alerts == np.count_nonzero(alerted)
    assert found.alerts == np.count_nonzero(case["scores"].astype(np.float64) >= found.value)


def squared_mcc(s):
    """Return Matthews' coefficient times its magnitude, which no rounding touches."""
    alerts, rows = s.alerts, s.positives + s.negatives
    covariance = s.tp * rows - alerts * s.positives
    spread = alerts * (rows - alerts) * s.positives * s.negatives
    return covariance * abs(covariance) / spread if spread else Fraction(0)


@st.composite
def weighted_cases(draw):
    """Columns in which rows of both classes weigh something."""
    case = draw(cases())
    n = case["labels"].size
    case["weights"] = np.array(draw(st.lists(WEIGHTS, min_size=n, max_size=n)))
    for label in (0, 1):
        case["weights"][np.flatnonzero(case["labels"] == label)[0]] += 0.5
    return case


@settings(deadline=None)
@given(cases() | weighted_cases())
def test_mcc_is_the_best_there_is(case):
    best = max(squared_mcc(setting(case, score)) for score in case["scores"].tolist())
    found = picked(case, "mcc", {}, weights=case.get("weights"))
    assert float(squared_mcc(setting(case, found.value))) == pytest.approx(float(best), abs=1e-12)


@pytest.mark.parametrize("objective", sorted(set(ALL) - {"card-precision"}))
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_a_row_counts_as_much_as_it_weighs(objective, data):
    case, options = data.draw(weighted_cases()), data.draw(ALL[objective][0])
    names = sorted(set(LIMITS) - {"card-precision"})
    also = [
        (name, data.draw(LIMITS[name][0]))
        for name in data.draw(st.lists(st.sampled_from(names), max_size=1))
    ]
    best = expected(case, objective, options, also)
    if best is None:
        with pytest.raises(ThresholdError, match=r"hold together: |cannot be had: "):
            picked(case, objective, options, also, weights=case["weights"])
        return
    found = picked(case, objective, options, also, weights=case["weights"])
    assert (found.tp, found.fp, found.fn) == (best.tp, best.fp, best.positives - best.tp)
    tested = found.evaluate(
        *(case["labels"], case["scores"]), weights=case["weights"], amounts=case["amounts"]
    )
    assert (tested.tp, tested.fp, tested.cost) == (found.tp, found.fp, found.cost)


@settings(deadline=None, max_examples=200)
@given(cases(), st.integers(0, 1), st.data())
def test_one_class_is_an_error_or_enough(case, label, data):
    case["labels"][:] = label
    objective = data.draw(st.sampled_from(sorted(set(ALL) | {"mcc"})))
    options = data.draw(ALL.get(objective, FREE["f1"])[0])
    if objective not in ("alerts", "fpr"):
        missing = "labels are 1; add normal rows" if label else "labels is 1; add rows with anomal"
        with pytest.raises(ThresholdError, match=missing):
            picked(case, objective, options)
    elif objective == "fpr" and label == 1:
        with pytest.raises(ThresholdError, match="rate is undefined without normal rows; add some"):
            picked(case, objective, options)
    elif (best := expected(case, objective, options, ())) is not None:
        found = picked(case, objective, options)
        assert (found.tp, found.fp) == (best.tp, best.fp)
        assert found.recall == (float(best.tp / best.positives) if label else None)


@settings(deadline=None)
@given(cases(), st.data())
def test_the_cost_is_that_of_the_rows(case, data):
    options = data.draw(FREE["cost"][0])
    found = picked(case, "cost", options)
    best = expected(case, "cost", options, ())
    assert found.cost == pytest.approx(float(-cost(best, options)))
    tested = found.evaluate(case["labels"], case["scores"], amounts=case["amounts"])
    assert tested.cost == found.cost


@settings(deadline=None)
@given(cases(), st.data())
def test_a_curve_from_counts_gives_the_same_pick(case, data):
    objective = data.draw(st.sampled_from(["f1", "precision", "recall", "fpr", "youden"]))
    options = data.draw(ALL[objective][0])
    levels = np.unique(case["scores"])
    places = np.searchsorted(levels, case["scores"])
    counts = [
        np.bincount(places[case["labels"] == label], minlength=levels.size) for label in (1, 0)
    ]
    curve = PrecisionRecallCurve.from_counts(levels, *counts)
    if expected(case, objective, options, ()) is None:
        return
    on_rows = pick(case["labels"], case["scores"], objective, replicates=5, **options)
    assert pick_on(curve, objective, replicates=5, **options) == on_rows


@settings(deadline=None)
@given(cases(), SHARES, st.sampled_from(["alerts", "fpr"]))
def test_without_labels_every_row_is_normal(case, share, objective):
    option = {"alerts": "share", "fpr": "at_most"}[objective]
    scores = case["scores"]
    thresholds = sorted(set(scores.tolist()))
    if thresholds[-1] < np.inf:
        thresholds.append(None)
    alerts = [0 if t is None else int(np.count_nonzero(scores >= t)) for t in thresholds]
    possible = [a for a in alerts if a / scores.size <= share]
    if not possible:
        with pytest.raises(ThresholdError, match="cannot be had"):
            pick(None, scores, objective, replicates=2, **{option: share})
        return
    found = pick(None, scores, objective, replicates=2, **{option: share})
    assert found.alerts == max(possible)
    assert (found.tp, found.recall, found.as_good) == (None, None, None)
    assert found.assumption.startswith("Assumes")
