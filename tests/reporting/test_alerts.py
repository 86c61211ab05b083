"""The rows that a report shows, with their reasons."""

import pytest

from anomaly.reporting.alerts import _number_of


@pytest.mark.parametrize("words", ["(missing)", "rather NZ", "nan", "inf"])
def test_words_that_were_expected_stay_words(words):
    assert _number_of(words) == words
