"""Nouns with their number and their article."""

import pytest

from reports import formats


@pytest.mark.parametrize(
    ("number", "noun", "shown"),
    [
        (1, "fraud", "1 fraud"),
        (0, "fraud", "0 frauds"),
        (1, "anomaly", "1 anomaly"),
        (1200, "anomaly", "1,200 anomalies"),
        (2, "day", "2 days"),
    ],
)
def test_a_count_has_its_noun(number, noun, shown):
    assert formats.plural(number, noun) == shown


def test_an_article_suits_its_noun():
    assert formats.with_article("fraud") == "a fraud"
    assert formats.with_article("anomaly") == "an anomaly"
