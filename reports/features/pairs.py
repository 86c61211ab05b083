"""Two features against each other: the rows that are drawn, and where each of them is."""

import zlib

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from reports import formats
from reports.content.sample import SampledColumn
from reports.features.axes import FeatureAxis
from reports.features.differences import Features, Values
from reports.formats.script_data import script_data

MOST_POINTS, MOST_POSITIVES = 600, 300
SCALE = 1000
LONGEST = 60  # letters of a name over a drawing
LONGEST_LABEL = 50  # letters of an axis
RIM = "Points on the edge of the drawing hold what lies beyond it, too."


def pairs_as_json(features: Features) -> Markup | None:
    """What the page's script draws any two features from; None with fewer than two.

    Of each class some hundred transactions, each value as its place from 0 to 1000 along the axis
    of its feature, -1 where it is missing.
    """
    drawn = features.drawn
    if len(drawn) < 2:
        return None
    rows = points(features)
    content = {
        "names": [formats.short(column.name, LONGEST) for column, _ in drawn],
        "axes": [axis.label(column.name, LONGEST_LABEL) for column, axis in drawn],
        "ticks": {
            side: [axis.labelled_ticks(5, is_up=side == "y") for _, axis in drawn] for side in "xy"
        },
        "legend": [name for name, _, _ in features.classes],
        "colours": [colour for _, colour, _ in features.classes],
        "classes": [len(part) for part in rows],
        "places": [_places(column, axis, np.concatenate(rows)) for column, axis in drawn],
        "note": RIM,
    }
    return script_data(content)


def points(features: Features) -> list[NDArray[np.intp]]:
    """The rows of each class that two features are drawn with, evenly from all of them."""
    drawn = []
    for _, colour, rows in features.classes:
        members = np.flatnonzero(rows)
        most = MOST_POINTS if colour == "normal" else MOST_POSITIVES
        drawn.append(members[np.linspace(0, len(members) - 1, min(most, len(members))).astype(int)])
    return drawn


def scattered(column: SampledColumn, axis: FeatureAxis, rows: NDArray[np.intp]) -> Values:
    """Places from 0 to 1 along the axis; those of a category are spread over its width.

    A row is spread the same whenever it is drawn, and in each feature independently: any pattern
    that two features had in common would look like a correlation.
    """
    places = axis.place(column.values[rows])
    if not column.levels:
        return places
    seed = zlib.crc32(column.name.encode("utf-8", "surrogatepass"))
    spread = np.random.default_rng(seed).random(len(column.values))[rows] - 0.5
    return places + 0.7 * spread / axis.n_levels


def _places(column: SampledColumn, axis: FeatureAxis, rows: NDArray[np.intp]) -> list[int]:
    places = scattered(column, axis, rows)
    return (
        np.where(np.isnan(places), -1, np.rint(SCALE * np.clip(places, 0, 1))).astype(int).tolist()
    )
