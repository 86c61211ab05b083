import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thresholds.counting.ranking import ranked, ranked_by_keys, ranked_by_search

TIED = st.sampled_from([-np.inf, -1.5, -1.0, -0.0, 0.0, 1e-7, 1.0, 1.5, np.inf])
ROWS = st.lists(st.tuples(st.booleans(), TIED), min_size=1, max_size=30)


@pytest.mark.parametrize("way", [ranked, ranked_by_keys, ranked_by_search])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@settings(deadline=None)
@given(rows=ROWS)
def test_every_way_counts_what_counting_one_by_one_does(way, dtype, rows):
    flags = np.array([flag for flag, _ in rows])
    scores = np.array([score for _, score in rows], dtype=dtype)
    levels, alerts, tp = way(scores, flags)
    np.testing.assert_array_equal(levels, sorted(set(scores.tolist())))
    assert alerts.tolist() == [np.count_nonzero(scores >= level) for level in levels]
    assert tp.tolist() == [np.count_nonzero(scores[flags] >= level) for level in levels]


def test_both_ways_agree_on_many_rows_without_ties():
    random = np.random.default_rng(0)
    scores, flags = random.normal(size=10_000), random.random(10_000) < 0.3
    for by_keys, by_search in zip(
        ranked_by_keys(scores, flags), ranked_by_search(scores, flags), strict=True
    ):
        np.testing.assert_array_equal(by_keys, by_search)


def test_a_million_ties_are_one_level():
    flags = np.arange(1_000_000) % 4 == 0
    levels, alerts, tp = ranked(np.full(1_000_000, 0.5), flags)
    assert (levels.tolist(), alerts.tolist(), tp.tolist()) == ([0.5], [1_000_000], [250_000])
