"""The rows of a list as data for the page's script, which lists, searches, groups and downloads them."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from reports import formats
from reports.content.alerts import Alert
from reports.words.alerts import Listing, name_of, time_of
from reports.words.reasons import reasons_in_words, reasons_of, sentence_of

MOST_LETTERS = 600_000  # of all rows of a list, so that the page stays below two megabytes
MOST_REASONS = 400  # rows with all their reasons; the others have their sentence alone


def listed_rows(listing: Listing) -> dict[str, Any]:
    """Return the rows of a list by their parts, as many as there is room for.

    Parameters
    ----------
    listing : Listing

    Returns
    -------
    dict
        `rows`, each a list of `names`' values; `ids`, `entities` and `kinds`, the names of the
        columns whose values stand in the field of that name; and `left_out`, how many rows there was no
        room for.
    """
    names = [_names(listing.rows, mapping) for mapping in ("ids", "entities", "kinds")]
    ids, entities, kinds = names
    rows: list[list[Any]] = []
    room = MOST_LETTERS
    for place, alert in enumerate(listing.rows):
        row = _row(alert, names, has_reasons=place < MOST_REASONS)
        room -= len(json.dumps(row))
        if room < 0:
            break
        rows.append(row)
    return {
        "names": [
            "row", "split", "score", "label", "name", "time", "moment", "amount", "ids", "entities",
            "kinds", "why", "reasons",
        ],
        "rows": rows,
        "ids": [formats.text(name) for name in ids],
        "entities": [formats.text(name) for name in entities],
        "kinds": [formats.text(name) for name in kinds],
        "left_out": len(listing.rows) - len(rows),
    }  # fmt: skip


def _row(alert: Alert, names: Sequence[Sequence[str]], *, has_reasons: bool) -> list[Any]:
    ids, entities, kinds = names
    return [
        alert.row,
        formats.text(alert.split),
        _number(alert.score),
        alert.label,
        name_of(alert),
        time_of(alert),
        "" if alert.time is None else formats.text(alert.time),
        _number(alert.amount),
        _texts(alert.ids, ids),
        _texts(alert.entities, entities),
        _texts(alert.kinds, kinds),
        sentence_of(alert),
        reasons_in_words(reasons_of(alert)) if has_reasons else "",
    ]


def _names(rows: Sequence[Alert], mapping: str) -> list[str]:
    return list(dict.fromkeys(name for alert in rows for name in getattr(alert, mapping)))


def _texts(values: Mapping[str, object], names: Sequence[str]) -> list[str]:
    known = (values.get(name) for name in names)
    return ["" if value is None else formats.text(value) for value in known]


def _number(value: float | None) -> float | str | None:
    """A number as JSON can have it: an infinite one is a word, which the script reads as well."""
    if value is None or math.isnan(value):
        return None
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return float(value)
