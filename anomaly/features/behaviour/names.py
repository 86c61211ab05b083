"""Features of history in people's words, and which side of them is suspicious."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from anomaly.schema.columns import COUNT, SHARE, TIMES
from anomaly.tables.spans import words_of_window

UPPER: Final = "upper"
LOWER: Final = "lower"


@dataclass(frozen=True, slots=True)
class HistoryFeature:
    """What is told of an entity's history.

    Attributes
    ----------
    name : str
        In people's words.
    side : str
        `upper` or `lower` where values far out on that side are suspicious; empty where the
        feature is context alone.
    subject : str
        What it tells of: features of one subject tell of the same.
    measure : str
        `times` or `share` where it is written so for people.
    partner : str
        The column beside the entity's that it is made of, if any.
    of_places : bool
        Whether it is made of coordinates.
    of_amounts : bool
        Whether it is told only where there is a column of amounts.
    """

    name: str
    side: str = ""
    subject: str = ""
    measure: str = ""
    partner: str = ""
    of_amounts: bool = False
    of_places: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the history is asked for.

    Attributes
    ----------
    entities : tuple of str
        Names of columns.
    windows : tuple of int
        Seconds, ascending.
    partners : tuple of str
        Names of other columns, whose values may be new or unusual for an entity.
    has_amount, has_labels, has_places : bool
        Whether there are amounts, labels that become known, and coordinates.
    """

    entities: tuple[str, ...]
    windows: tuple[int, ...]
    partners: tuple[str, ...] = ()
    has_amount: bool = False
    has_labels: bool = False
    has_places: bool = False

    def partners_of(self, entity: str) -> tuple[str, ...]:
        """Return the other entities, then the partners."""
        return (*(other for other in self.entities if other != entity), *self.partners)


def features_of(wanted: Wanted, entity: str) -> list[HistoryFeature]:
    """Return the features of one entity in the order in which `windows.advance` writes them."""
    words = words_of([*wanted.entities, *wanted.partners])
    own = words[entity]
    others = [words[name] for name in wanted.partners_of(entity)]
    n_counted = len(wanted.entities) - 1
    longest = wanted.windows[-1]
    amounts, novelty, moves = (f"{word} of the {own}" for word in ("amounts", "novelty", "moves"))
    made: list[HistoryFeature] = []
    for window in wanted.windows:
        ago = f"in {words_of_window(window)}"
        payments = f"payments of the {own} {ago}"
        made += [
            HistoryFeature(payments),
            HistoryFeature(f"amount of the {own} {ago}", of_amounts=True),
            HistoryFeature(f"mean amount of the {own} {ago}", of_amounts=True),
            HistoryFeature(f"spread of the {own}'s amounts {ago}", of_amounts=True),
        ]
        if window != longest:
            usual = f"against the {own}'s {words_of_window(longest)}"
            made += [
                HistoryFeature(
                    f"payments {ago} {usual}", UPPER, f"pace of the {own}", COUNT, payments
                ),
                HistoryFeature(
                    f"mean amount {ago} {usual}", UPPER, amounts, TIMES, of_amounts=True
                ),
            ]
        made += [
            HistoryFeature(f"different {other}s of the {own} {ago}") for other in others[:n_counted]
        ]
        if wanted.has_labels:
            made += [
                HistoryFeature(f"known frauds of the {own} {ago}", UPPER, f"risk of the {own}"),
                HistoryFeature(f"risk of the {own} {ago}", UPPER, f"risk of the {own}", SHARE),
            ]
    made += [
        HistoryFeature(f"seconds since the {own}'s last payment"),
        HistoryFeature(f"amount against the {own}'s usual", UPPER, amounts, TIMES, of_amounts=True),
    ]
    for column, other in zip(wanted.partners_of(entity), others, strict=True):
        made += [
            HistoryFeature(f"first time with the {other}, for the {own}", partner=column),
            HistoryFeature(
                f"share of the {other} in the {own}'s payments", LOWER, novelty, SHARE, column
            ),
        ]
    if wanted.has_places:
        made += [
            HistoryFeature(
                f"kilometres from the {own}'s last payment", UPPER, moves, of_places=True
            ),
            HistoryFeature(
                f"kilometres an hour since the {own}'s last payment", UPPER, moves, of_places=True
            ),
        ]
    return made


def words_of(columns: Sequence[str]) -> dict[str, str]:
    """Return what to call the values of columns; a column's name where two words are the same."""
    words = {column: word_of(column) for column in columns}
    counts = Counter(words.values())
    return {
        column: word if word and counts[word] == 1 else column for column, word in words.items()
    }


def word_of(column: str) -> str:
    """Return what a column of entities holds: the customer of `customer_id`, `CUSTOMER_ID`."""
    word = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", column.strip()).lower().replace("_", " ")
    for ending in (" id", " number", " no"):
        word = word.removesuffix(ending)
    return word
