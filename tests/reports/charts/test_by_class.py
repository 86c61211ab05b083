"""Amounts and hours by class: drawn where they are known, right where they are drawn."""

from dataclasses import replace

import numpy as np
import pytest

from reports import Scores
from reports.charts.by_class import amounts, hours


def rows(seconds):
    """Rows at so many seconds after the start of March."""
    start = np.datetime64("2026-03-01T00:00:00", "s")
    moments = start + np.asarray(seconds).astype("timedelta64[s]")
    return Scores(np.ones(len(moments)), moments=moments)


def test_without_labels_nothing_is_of_a_class():
    scores = replace(rows([3600, 7200]), amounts=np.array([1.0, 3.0]))
    for chart in (amounts("test", scores, "fraud"), hours("test", scores, "fraud")):
        assert "class" not in " ".join([chart.title, *chart.drawings[0].plot.axis_labels])
        assert "by class" not in chart.drawings[0]


def test_amounts_of_each_class_are_shares_of_it():
    labels = np.array([0, 0, 0, 1])
    scores = Scores(np.ones(4), labels, amounts=np.array([1.0, 10, 100, 1000]))
    chart = amounts("test", scores, "fraud")
    assert [key.label for key in chart.legend] == ["normal, 3", "fraud, 1"]
    assert "log scale" in chart.drawings[0]


@pytest.mark.parametrize("values", [[np.nan, np.nan], []])
def test_without_an_amount_there_is_no_chart(values):
    assert amounts("test", Scores(np.ones(len(values)), amounts=np.array(values)), "fraud") is None


@pytest.mark.parametrize("values", [[0.0, 0.0], [-5.0, 5.0], [0.0, 1e-3, 1e6], [np.inf, 3.0]])
def test_any_amounts_are_drawn(values):
    assert (
        amounts("test", Scores(np.ones(len(values)), amounts=np.array(values)), "fraud") is not None
    )


def test_hours_need_a_clock():
    assert hours("test", rows([3600, 7200]), "fraud") is not None
    assert hours("test", rows([0, 86_400, 172_800]), "fraud") is None
    assert hours("test", Scores(np.ones(2), moments=np.array([1.0, 2.0])), "fraud") is None
    assert hours("test", Scores(np.ones(2)), "fraud") is None
