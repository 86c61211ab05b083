"""The axis of a feature: where its values are, and what stands at its ticks."""

import numpy as np
import pytest

from reports import SampledColumn
from reports.features.axes import OTHERS, feature_axis
from reports.features.pairs import scattered

NAN = np.nan


def axis_of(values, levels=(), classes=None, **options):
    column = SampledColumn("it", np.asarray(values, dtype=float), levels, **options)
    parts = [np.ones(len(values), bool)] if classes is None else classes
    return feature_axis(column, parts)


def test_what_is_usual_in_one_class_alone_has_its_place_on_the_axis():
    values = np.concatenate([np.random.default_rng(0).normal(size=10_000), np.full(40, -30.0)])
    is_fraud = np.arange(len(values)) >= 10_000
    axis = axis_of(values, classes=[~is_fraud, is_fraud])
    assert axis.numbers.low < -30
    assert axis_of(values).numbers.low > -5


@pytest.mark.parametrize(
    ("values", "is_log"),
    [
        (np.random.default_rng(0).lognormal(3, 1.5, 1000), True),
        (np.append(np.zeros(500), np.random.default_rng(0).lognormal(3, 1.5, 500)), True),
        (np.random.default_rng(0).integers(18, 80, 1000), False),
        (np.append(np.zeros(900), np.arange(1, 5)), False),
        (np.random.default_rng(0).standard_cauchy(1000), False),
    ],
    ids=["amounts", "amounts and zeros", "ages", "counts", "heavy tails on both sides"],
)
def test_a_long_tail_of_positive_numbers_has_a_log_scale(values, is_log):
    assert axis_of(values).is_log is is_log


def test_ticks_stand_where_their_numbers_are():
    axis = axis_of(np.linspace(-3, 17, 100))
    for place, text in axis.labelled_ticks(4):
        assert axis.place(np.array([float(text.replace("−", "-"))]))[0] == pytest.approx(
            place, abs=1e-3
        )
    assert "−0" not in [text for _, text in axis.labelled_ticks(4)]


def test_times_are_labelled_as_days_or_as_hours():
    start = np.datetime64("2026-03-01T00:00:00", "s").astype(float)
    days = axis_of(start + 86_400 * np.arange(31.0), is_time=True).labelled_ticks(3)
    assert [text for _, text in days] == ["2 Mar", "16 Mar", "30 Mar"]
    hours = axis_of(start + 3600 * np.arange(13.0), is_time=True).labelled_ticks(3)
    assert [text for _, text in hours] == ["1 Mar", "06:00", "12:00"]


def test_a_time_that_is_always_the_same_has_one_tick():
    moment = np.datetime64("2026-03-01T22:13:05", "s").astype(float)
    axis = axis_of([moment] * 3, is_time=True)
    assert axis.labelled_ticks(5) == [(0.5, "22:13:05")]
    assert axis.label("when", 36) == "when, 1 March 2026"


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0, 1_000_000, ["0", "0.2M", "0.4M", "0.6M", "0.8M", "1.0M"]),
        (-400_000, 0, ["−400k", "−300k", "−200k", "−100k", "0"]),
        (0, 40_000, ["0", "10,000", "20,000", "30,000", "40,000"]),
        (1_000_000, 1_000_004, [f"1,000,00{n}" for n in range(1, 5)]),
        (0, 4e-5, ["0", "1×10⁻⁵", "2×10⁻⁵", "3×10⁻⁵", "4×10⁻⁵"]),
        (0, 4e15, ["0", "1×10¹⁵", "2×10¹⁵", "3×10¹⁵", "4×10¹⁵"]),
    ],
)
def test_ticks_are_short(low, high, words):
    assert [text for _, text in axis_of(np.linspace(low, high, 99)).labelled_ticks(6, 99)] == words


def test_there_are_no_more_ticks_than_there_is_room_for():
    axis = axis_of(np.linspace(1_000_000, 1_000_004, 99))
    for room in (12, 24, 40):
        shown = [text for _, text in axis.labelled_ticks(5, room)]
        assert 0 < sum(len(text) + 1.5 for text in shown) <= room + 8


def test_names_of_categories_share_the_room_there_is():
    names = [f"merchant category {letter}" * 9 for letter in "abcdef"]
    axis = axis_of(np.arange(6.0), names)
    across = [text for _, text in axis.labelled_ticks(5, 42)]
    assert all(len(text) <= 42 // 6 and text.endswith("…") for text in across)
    assert {text for _, text in axis.labelled_ticks(5, is_up=True)} == {"merchan…"}


def test_categories_against_categories_show_no_correlation_that_is_not_there():
    rows = np.arange(900)
    columns = [SampledColumn(name, rows % 2.0, ["a", "b"]) for name in ("one", "other", "third")]
    axes = [axis_of(column.values, column.levels) for column in columns]
    places = [scattered(c, axis, rows) for c, axis in zip(columns, axes, strict=True)]
    for cell in (rows[::2], rows[1::2]):
        spread = np.corrcoef([found[cell] for found in places])
        assert np.abs(spread[np.triu_indices(3, 1)]).max() < 0.15
        assert all(np.ptp(found[cell]) > 0.3 for found in places)
    assert (scattered(columns[0], axes[0], rows[300:]) == places[0][300:]).all()


def test_rare_categories_are_together():
    codes = np.repeat(np.arange(8.0), [80, 70, 60, 50, 40, 3, 2, 1])
    axis = axis_of(codes, [f"level {code}" for code in range(8)])
    assert [name for name, _ in axis.levels] == [*(f"level {code}" for code in range(5)), OTHERS]
    assert axis.levels[-1][1] == [5, 6, 7]
    assert np.unique(axis.place(codes)).size == 6


@pytest.mark.parametrize("values", [[NAN, NAN], [np.inf, NAN]])
def test_a_feature_without_any_value_has_no_axis(values):
    assert axis_of(values) is None


@pytest.mark.parametrize("value", [0.0, 5.0, -1e300, 1e300])
def test_a_constant_has_an_axis(value):
    axis = axis_of([value, value])
    assert axis.numbers.low < value < axis.numbers.high
    assert 0 <= axis.place(np.array([value]))[0] <= 1
