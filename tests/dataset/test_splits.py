"""Train, validation and test: disjoint, covering, by time or at random."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anomaly.dataset.splits import (
    check_fractions,
    check_labels,
    split_at_random,
    split_by_time,
    split_in_halves,
)
from anomaly.errors import DataError, OptionError

FRACTIONS = (0.6, 0.2, 0.2)
FIFTHS = st.sampled_from([FRACTIONS, (0.8, 0.1, 0.1), (0.34, 0.33, 0.33), (0.1, 0.1, 0.8)])


def sizes(split):
    return [len(rows) for rows in split.parts().values()]


def disjoint_and_covering(split, n_rows):
    rows = np.concatenate(list(split.parts().values()))
    in_order = all((np.diff(part) > 0).all() for part in split.parts().values())
    return in_order and np.array_equal(np.sort(rows), np.arange(n_rows))


def test_the_oldest_rows_train_and_the_newest_test():
    split = split_by_time(np.arange(100.0)[::-1], FRACTIONS)
    assert (split.method, split.manner) == ("time", "by time")
    assert split.train.tolist() == list(range(40, 100))
    assert split.validation.tolist() == list(range(20, 40))
    assert split.test.tolist() == list(range(20))


def test_rows_of_one_moment_stay_together_in_the_later_part():
    moments = np.array([0, 1, 2, 3, 4, 5, 5, 5, 6, 6], dtype=float)
    split = split_by_time(moments, FRACTIONS)
    assert sizes(split) == [5, 3, 2]


@settings(deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=60), FIFTHS)
def test_a_split_by_time_never_looks_ahead(moments, fractions):
    moments = np.array(moments, dtype=float)
    try:
        split = split_by_time(moments, fractions)
    except DataError:
        return
    assert disjoint_and_covering(split, len(moments))
    assert moments[split.train].max() < moments[split.validation].min()
    assert moments[split.validation].max() < moments[split.test].min()


@settings(deadline=None)
@given(st.integers(10, 300), FIFTHS)
def test_distinct_moments_give_each_part_its_share(n_rows, fractions):
    split = split_by_time(np.random.default_rng(0).permutation(n_rows) * 1.0, fractions)
    np.testing.assert_allclose(sizes(split), np.array(fractions) * n_rows, atol=1)


@pytest.mark.parametrize("moments", [np.zeros(10), np.array([0.0] * 9 + [1.0]), np.array([1.0])])
def test_too_few_moments_are_an_error_that_says_what_to_do(moments):
    message = "by time leaves no row for train; give more rows, .* or --split random$"
    with pytest.raises(DataError, match=message):
        split_by_time(moments, FRACTIONS)


def test_no_rows_are_an_error():
    with pytest.raises(DataError, match="leaves no row for train"):
        split_by_time(np.empty(0), FRACTIONS)
    with pytest.raises(DataError, match="at random leaves no row for train"):
        split_at_random(0, FRACTIONS, seed=0)


@settings(deadline=None)
@given(st.integers(20, 300), FIFTHS, st.integers(0, 2**32 - 1))
def test_a_random_split_gives_each_part_its_share(n_rows, fractions, seed):
    split = split_at_random(n_rows, fractions, seed)
    assert disjoint_and_covering(split, n_rows)
    np.testing.assert_allclose(sizes(split), np.array(fractions) * n_rows, atol=1)


@settings(deadline=None)
@given(st.integers(10, 50), st.integers(50, 300), FIFTHS, st.integers(0, 100))
def test_a_random_split_gives_each_part_its_share_of_each_class(positives, rest, fractions, seed):
    labels = np.random.default_rng(seed).permutation([1] * positives + [0] * rest).astype(np.int8)
    split = split_at_random(len(labels), fractions, seed, labels)
    assert disjoint_and_covering(split, len(labels))
    found = [labels[rows].sum() for rows in split.parts().values()]
    np.testing.assert_allclose(found, np.array(fractions) * positives, atol=1)


@pytest.mark.parametrize(
    "fractions", [FRACTIONS, (0.8, 0.1, 0.1), (0.1, 0.1, 0.8), (0.34, 0.33, 0.33)]
)
@pytest.mark.parametrize("positives", range(2, 12))
def test_few_positives_reach_validation_and_test(positives, fractions):
    labels = np.array([1] * positives + [0] * 40, dtype=np.int8)
    split = split_at_random(len(labels), fractions, 0, labels)
    found = [int(labels[rows].sum()) for rows in split.parts().values()]
    assert sum(found) == positives
    assert found == [0, 1, 1] if positives == 2 else min(found) >= 1
    # No part has more than its share, but for a row that the others have no use for.
    assert max(np.array(found) - np.array(fractions) * positives) < 1
    check_labels(split, labels)


def test_a_split_that_reaches_every_part_is_cut_at_rounded_shares():
    labels = np.array([1] * 13 + [0] * 187, dtype=np.int8)
    split = split_at_random(len(labels), FRACTIONS, 5, labels)
    generator, part = np.random.default_rng(5), np.empty(200, np.int8)
    for value, cuts in ((0, (112, 150)), (1, (8, 10))):
        rows = generator.permutation(np.flatnonzero(labels == value))
        for place, members in enumerate(np.split(rows, cuts)):
            part[members] = place
    assert split.part.tolist() == part.tolist()


def test_the_seed_settles_a_random_split():
    parts = [split_at_random(1000, FRACTIONS, seed).train.tolist() for seed in (1, 1, 2)]
    assert parts[0] == parts[1]
    assert parts[0] != parts[2]


def test_a_random_split_without_enough_rows_is_an_error():
    message = "at random leaves no row for test; give more rows, or other --fractions$"
    with pytest.raises(DataError, match=message):
        split_at_random(2, FRACTIONS, seed=0)


@pytest.mark.parametrize(
    ("fractions", "shown"),
    [
        ((0.6, 0.2, 0.3), "0.6 0.2 0.3"),
        ((0.5, 0.2, 0.2), "0.5 0.2 0.2"),
        ((0.6, 0.4), "0.6 0.4"),
        ((1, 0, 0), "1 0 0"),
        ((0.6, 0.5, -0.1), "0.6 0.5 -0.1"),
        ((float("nan"), 0.5, 0.5), "nan 0.5 0.5"),
        ((60, 20, 20), "60 20 20"),
    ],
)
def test_fractions_that_make_no_three_parts_are_an_error(fractions, shown):
    message = f"--fractions {shown}: give three positive fractions that sum to 1"
    with pytest.raises(OptionError, match=message):
        check_fractions(fractions)
    with pytest.raises(OptionError, match=message):
        split_at_random(10, fractions, seed=0)


@pytest.mark.parametrize("fractions", [(0.6, 0.2, 0.2), (1 / 3, 1 / 3, 1 / 3), (0.7, 0.15, 0.15)])
def test_fractions_that_sum_to_one_are_fine(fractions):
    check_fractions(fractions)


# Labels.


def labelled(*parts):
    """A split by time with the given labels in train, validation and test."""
    labels = np.concatenate([np.array(part, dtype=np.int8) for part in parts])
    shares = tuple(len(part) / len(labels) for part in parts)
    return split_by_time(np.arange(len(labels)) * 1.0, shares), labels


def test_positives_in_validation_and_test_suffice():
    check_labels(*labelled([0, 0, 0], [0, 1], [1, 0]))


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        (([0, 1], [0, 0], [0, 1]), "validation has 2 rows and no positive one"),
        (([0, 1], [0, 1], [0, 0]), "test has 2 rows and no positive one"),
        (([1, 1], [0, 1], [0, 1]), "train has 2 positive rows and no normal one"),
        (([0, 1], [1, 1], [0, 1]), "validation has 2 positive rows and no normal one"),
        (([0, 1], [0, 1], [1, 1]), "test has 2 positive rows and no normal one"),
    ],
)
def test_a_part_that_cannot_do_its_work_is_an_error_that_says_what_to_do(parts, fault):
    with pytest.raises(DataError) as found:
        check_labels(*labelled(*parts))
    assert str(found.value) == (
        f"the split by time does not work: {fault}; use --split random, other --fractions, "
        "more labelled rows, or train without --label"
    )


def test_the_advice_for_a_random_split_is_not_a_random_split():
    split = split_at_random(10, FRACTIONS, seed=0)
    with pytest.raises(
        DataError, match=r"at random does not work: .*; use other --fractions, more"
    ):
        check_labels(split, np.zeros(10, dtype=np.int8))


# Halves of scores that came from elsewhere.


def in_halves(n_rows, *, moments=None, labels=None, broken=()):
    is_usable = np.ones(n_rows, bool)
    is_usable[list(broken)] = False
    return split_in_halves(n_rows, is_usable, moments, labels, seed=0)


def test_the_newer_half_is_test_and_rows_of_one_moment_stay_together():
    moments = np.array([3.0, 1, 2, 2, 2, 4, 0, 5])
    split = in_halves(8, moments=moments)
    assert split.method == "time"
    assert list(split.part) == [2, 1, 2, 2, 2, 2, 1, 2]


def test_halves_at_random_have_half_of_each_class():
    labels = np.repeat(np.array([0, 1, -1], np.int8), [41, 5, 7])
    split = in_halves(53, labels=labels, broken=[0])
    assert sizes(split) == [0, 26, 26]
    assert split.part[0] == -1
    for value in (0, 1, -1):
        halves = [int((labels[rows] == value).sum()) for rows in (split.validation, split.test)]
        assert abs(np.subtract(*halves)) <= 1


def test_rows_that_cannot_be_halved_are_an_error():
    with pytest.raises(DataError, match="at random into halves leaves no row for test; give more"):
        in_halves(1)
    with pytest.raises(DataError, match=r"leaves no row for validation; .* or leave --time out"):
        in_halves(9, moments=np.zeros(9))
