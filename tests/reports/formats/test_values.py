"""Values of cells and options, whatever their type."""

import numpy as np
import pytest

from reports import formats


@pytest.mark.parametrize(
    ("thing", "shown"),
    [
        (None, "missing"),
        ("", "missing"),
        (np.float32("nan"), "missing"),
        (np.datetime64("NaT"), "missing"),
        (np.int64(12345), "12,345"),
        (np.float32(2.5), "2.500"),
        (25691.16, "25,691.16"),
        (250.0, "250"),
        (True, "yes"),
        (np.False_, "no"),
        ("NZ", "NZ"),
        (1e-12, "1.000×10⁻¹²"),
        (3e12, "3.000×10¹²"),
    ],
)
def test_values_of_cells(thing, shown):
    assert formats.value(thing) == shown


@pytest.mark.parametrize(
    ("thing", "shown"),
    [
        (0.001, "0.001"),
        (2048, "2048"),
        ([0.6, 0.2, 0.2], "0.6, 0.2, 0.2"),
        ([], "none"),
        (None, "none"),
        ({"at_least": 0.9, "robust": True}, "at_least: 0.9, robust: yes"),
    ],
)
def test_options_keep_the_digits_that_were_typed(thing, shown):
    assert formats.setting(thing) == shown
