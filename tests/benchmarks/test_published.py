"""What the repeated recipes are compared with, and how it is shown. Nothing is trained."""

import json

import numpy as np
import pytest

from benchmarks.published import rows, sources, tables
from benchmarks.published.judging import Scored
from benchmarks.published.settings import QUICK, Settings
from benchmarks.published.sources import BEST, SOURCES, Figure
from benchmarks.published.subject import SUBJECT
from benchmarks.published.variants import HONEST, PUBLISHED, TRIAL
from benchmarks.quality.data import LabelledRows
from benchmarks.shared import measurements
from benchmarks.shared.measurements import Key, Measured, Result

AROUND = {
    "versions": {"python": "3.11.7", "keras": "3.15.1"},
    "machine": {"processor": "AMD EPYC", "cores": 2, "system": "Linux"},
}


def measured(source, kind, variant, seed=0, **figures):
    key = Key(source, kind, seed, variant)
    return Result(key, "1.0", Measured(figures, 1.0, 0.0, {"train": 1}))


def by_key(*found):
    return {each.key: each for each in found}


def rendered(*found, notes=None):
    return tables.render(by_key(*found), AROUND, notes or {})


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ([0.81, 0.83], "within"),
        ([0.8251, 0.9], "above"),
        ([0.824, 0.9], "within"),  # 0.82 with the digits that are published
        ([0.1, 0.81], "below"),
    ],
)
def test_a_published_figure_is_placed_with_its_own_digits(values, place):
    expected = {"above": "below", "below": "above"}.get(place, place)
    assert Figure("baseline", "f1", "0.82").place(values) == expected


def test_alerts_are_above_the_threshold_and_none_is_no_error():
    scored = Scored(np.array([0, 0, 1, 1]), np.array([0.1, 0.9, 0.5, 0.8]))
    assert scored.above(0.5) == {"precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert scored.above(1, " at 1") == {"precision at 1": 0, "recall at 1": 0, "f1 at 1": 0}


def test_amounts_are_standardised_by_those_of_other_rows_and_the_rest_stays():
    table = LabelledRows(np.array([[7.0, 2.0], [7.0, 4.0]]), np.array([0, 1], dtype=np.int8))
    found = rows.with_scaled_amount(table, table.chosen(np.array([0, 1])))
    assert found.rows.tolist() == [[7, -1], [7, 1]]
    assert table.rows[0, 1] == 2


def test_a_recipe_is_cut_to_the_epochs_of_a_quick_look():
    assert (QUICK.epochs(100), QUICK.epochs(1), Settings().epochs(100)) == (2, 1, 100)


def test_every_variant_of_a_source_has_its_place_in_the_tables():
    from benchmarks.published.recipes import VARIANTS

    for name, source in SOURCES.items():
        of_kind = {
            PUBLISHED: {figure.variant for figure in source.figures},
            HONEST: set(source.honest),
            TRIAL: set(source.trials),
        }
        for kind, names in of_kind.items():
            assert {each.name for each in VARIANTS[name] if each.kind == kind} == names


def test_ours_stand_beside_the_published_ones():
    text = rendered(
        measured("cvae", PUBLISHED, "CVAE", 0, precision=0.88, recall=0.5, f1=0.9),
        measured("cvae", PUBLISHED, "CVAE", 1, precision=0.9, recall=0.6, f1=0.9),
        measured("cvae", HONEST, "nothing generated", average_precision=0.7, precision=0.8),
    )
    assert "| CVAE: precision | 0.889 | 0.890 | 0.880 | 0.900 | yes |" in text
    assert "| CVAE: recall | 0.982 | 0.550 | 0.500 | 0.600 | no, it is above |" in text
    assert "| variant | AP | precision |" in text
    assert "| nothing generated | 0.700 | 0.800 |" in text


def test_what_is_outside_has_its_note_under_the_table():
    result = measured("cvae", PUBLISHED, "CVAE", precision=0.5)
    assert tables.outside(by_key(result)) == ["cvae.CVAE"]
    assert "- Its reason." in rendered(result, notes={"cvae": {"CVAE": "Its reason."}})


def test_the_best_of_the_study_is_compared_seed_by_seed():
    found = [
        measured("cgan", HONEST, name, seed, average_precision=value + seed / 10)
        for name, value in ((BEST, 0.5), ("none+xgboost", 0.7), ("under+logistic", 0.3))
        for seed in (0, 1)
    ]
    found.append(measured("cgan", HONEST, "none+mlp", 0, average_precision=0.51))
    text = rendered(*found)
    assert "rank 2 of 4; the highest mean has `none+xgboost`" in text


def test_every_figure_outside_has_its_reason():
    found = measurements.load(SUBJECT.results)
    notes = tables.load_notes()
    known = {f"{source}.{variant}" for source, of in notes.items() for variant in of}
    assert set(tables.outside(found)) <= known


def test_sources_give_as_many_figures_as_names():
    with pytest.raises(ValueError, match="zip"):
        sources._table(("precision", "recall"), {"baseline": "0.5"})
    assert all(figure.published for source in SOURCES.values() for figure in source.figures)


def test_results_come_back_from_json():
    result = measured("cvae", PUBLISHED, "CVAE", f1=0.5)
    assert Result.from_dict(json.loads(json.dumps(result.to_dict()))) == result
