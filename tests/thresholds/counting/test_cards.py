import numpy as np
import pytest

from thresholds import ThresholdError, pick

# Card a is caught on day 0 with a score of 5, and scores 9 and 3 later; card b is normal.
ROWS = {
    "labels": [1, 0, 0, 1, 0],
    "scores": [5.0, 2.0, 9.0, 3.0, 4.0],
    "days": [0, 0, 1, 2, 1],
    "entities": ["a", "a", "a", "a", "b"],
}


def test_a_caught_card_is_dropped_from_later_days():
    picked = pick(**ROWS, objective="card-precision", per_day=1)
    # At 5 the card alerts on day 0 alone; a lower threshold only adds card b.
    assert (picked.value, picked.card_precision) == (4.5, 1.0)


def test_above_the_score_it_would_be_caught_with_a_card_goes_on():
    picked = pick(**ROWS, objective="alerts", total=1)
    assert (picked.value, picked.card_precision) == (7.0, 0.0)


def test_a_card_counts_once_a_day():
    rows = ROWS | {"days": [0, 0, 0, 0, 1]}
    picked = pick(**rows, objective="alerts", total=5)
    assert picked.card_precision == 0.5


def test_no_card_within_the_budget_alerts_on_nothing():
    picked = pick(**ROWS, objective="card-precision", per_day=0)
    assert (picked.alerts, picked.card_precision) == (0, None)


def test_other_rows_get_their_card_precision():
    picked = pick(**ROWS, objective="card-precision", per_day=1)
    columns = {name: np.array(ROWS[name]) for name in ("days", "entities")}
    test = picked.evaluate(ROWS["labels"], ROWS["scores"], **columns)
    assert test.card_precision == 1.0
    assert picked.evaluate(ROWS["labels"], ROWS["scores"]).card_precision is None


def test_cards_take_no_weights():
    with pytest.raises(ThresholdError, match="cards take no weights; leave `weights` out"):
        pick(**ROWS, objective="card-precision", per_day=1, weights=[1] * 5)


def test_no_pick_among_cards_is_robust():
    also = [("card-precision", {"per_day": 1})]
    with pytest.raises(ThresholdError, match="objective 'f1' has no robust pick among cards"):
        pick(**ROWS, objective="f1", also=also, robust=True)


def test_a_budget_of_cards_constrains_another_objective():
    free = pick(**ROWS, objective="recall", at_least=0.9)
    assert free.recall == 1.0
    also = [("card-precision", {"per_day": 0.4})]
    picked = pick(**ROWS, objective="f1", also=also)
    assert picked.value == 4.5
    with pytest.raises(ThresholdError, match=r"there are at least 0\.6667 cards a day"):
        pick(**ROWS, objective="recall", at_least=0.9, also=also)


@pytest.mark.parametrize("missing", [None, np.nan])
def test_rows_without_a_card_are_cards_of_their_own(missing):
    rows = {"labels": [1, 1, 0], "scores": [1.0, 2.0, 3.0], "days": [0, 0, 1]}
    entities = np.array(["a", missing, missing], dtype=object)
    picked = pick(**rows, entities=entities, objective="alerts", total=3)
    assert picked.card_precision == 2 / 3
    entities = np.array([7.0, np.nan, np.nan])
    picked = pick(**rows, entities=entities, objective="alerts", total=3)
    assert picked.card_precision == 2 / 3
