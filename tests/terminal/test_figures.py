"""A figure on the terminal has the digits that it has on the page."""

import numpy as np
import pytest

from anomaly.terminal import figures
from reports import formats

RANDOM = np.random.default_rng(0)
RATIOS = [0, 1, 1 / 3, 0.0625, 0.00125, 0.99951, 0.9999512, 1e-5, *RANDOM.random(50)]
NUMBERS = [*RATIOS, 23.9, 1250.5, 1e9, 123_456_789.0, 0.99999, 1.00001, 3.2e-5]
NUMBERS += [*(10 ** RANDOM.uniform(-7, 12, 50))]
FORMATS = {"ratio": RATIOS, "number": NUMBERS, "threshold": NUMBERS, "money": NUMBERS}
SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def on_the_page(words):
    """The words of the page in the characters of a terminal."""
    mantissa, times, power = words.replace(formats.MINUS, "-").partition("×10")
    return f"{mantissa}e{int(power.translate(SUPERSCRIPTS)):+03d}" if times else mantissa


@pytest.mark.parametrize(("name", "values"), FORMATS.items())
def test_a_figure_reads_as_it_does_on_the_page(name, values):
    told = [getattr(figures, name)(value) for value in values]
    assert told == [on_the_page(getattr(formats, name)(value)) for value in values]


def test_a_difference_reads_as_it_does_on_the_page():
    gaps = [0.0, 0.0004, -0.0004, 0.0005, -0.0123, 0.25, *(RANDOM.random(50) - 0.5)]
    told = [figures.difference(gap) for gap in gaps]
    assert told == [on_the_page(formats.difference(gap)) for gap in gaps]
    assert told[:3] == ["0.000"] * 3


def test_a_figure_that_is_not_known_is_a_dash():
    assert figures.ratio(None) == figures.money(None) == "-"
    assert formats.ratio(None) == formats.NOTHING


def test_a_threshold_below_one_does_not_read_one():
    assert figures.threshold(0.99999) == "0.99999"
    assert figures.threshold(1.0) == "1.000"
