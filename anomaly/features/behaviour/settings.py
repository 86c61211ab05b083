"""What a run looks at of the history of its entities, and how a table's rows are told to it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.features.behaviour.names import HistoryFeature
from anomaly.schema.columns import ENTITY, FEATURE, ID, Column, Schema, labels_of
from anomaly.tables import kinds
from anomaly.tables.times import seconds

if TYPE_CHECKING:
    from anomaly.features.behaviour.history import History, Moves

#: Windows where none are named.
WINDOWS: Final = ("1h", "1d", "7d", "30d")
# More columns of categories would each add two features for each entity.
_MOST_PARTNERS = 8
_WHOSE = "(merch|merchant|terminal|shop|store|atm|location)?_?"
_PLACES = (rf"{_WHOSE}lat(?:itude)?", rf"{_WHOSE}(?:lon|long|lng)(?:itude)?")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """The history of entities as a run looks at it; the parameters of `anomaly.History`.

    Attributes
    ----------
    entities : tuple of str
    time : str
    amount : str or None
    windows : tuple of str
    partners : tuple of str
        Columns of categories, whose value may be new for an entity.
    places : tuple of two str, or None
        Columns of latitude and longitude.
    label_delay : str or None
    ids : tuple of str
        Columns that tell a row from others.
    """

    entities: tuple[str, ...]
    time: str
    amount: str | None
    windows: tuple[str, ...]
    partners: tuple[str, ...]
    places: tuple[str, str] | None
    label_delay: str | None
    ids: tuple[str, ...]

    @classmethod
    def of(cls, schema: Schema, windows: Sequence[str], label_delay: str | None) -> Self | None:
        """Return what there is to look at; None where there are no entities or no time."""
        entities = tuple(schema.named(ENTITY))
        if not entities or schema.time is None:
            return None
        partners = [
            column.name
            for column in schema.columns
            if (column.role, column.kind) == (FEATURE, kinds.CATEGORY)
        ]
        return cls(
            entities=entities,
            time=schema.time,
            amount=schema.amount,
            windows=tuple(windows) or WINDOWS,
            partners=tuple(partners[:_MOST_PARTNERS]),
            places=_places_of(schema),
            label_delay=label_delay if schema.label is not None else None,
            ids=tuple(schema.named(ID)),
        )

    def history(self) -> History:
        """Return an empty history."""
        from anomaly.features.behaviour.history import History

        return History(
            self.entities,
            time=self.time,
            amount=self.amount,
            windows=self.windows,
            partners=self.partners,
            places=self.places,
            label_delay=self.label_delay,
        )

    def needed(self, label: str | None) -> list[str]:
        """Return the columns of the table that the history is made of."""
        names = [self.time, *self.entities, *self.partners, *(self.places or ()), *self.ids]
        names += [name for name in (self.amount,) if name is not None]
        if self.label_delay is not None and label is not None:
            names.append(label)
        return list(dict.fromkeys(names))

    def moves(
        self, data: pa.RecordBatch, schema: Schema, problems: Mapping[int, str]
    ) -> tuple[Moves, NDArray[np.bool_]]:
        """Return rows as the history takes them, and which rows of the batch they are.

        Rows that cannot be read, or have no time, are not among them.

        Parameters
        ----------
        data : pyarrow.RecordBatch
            With the columns of `needed`; ids and label may be missing.
        schema : Schema
        problems : mapping of int to str
            What is wrong with a row, by its offset.
        """
        from anomaly.features.behaviour.history import Moves, is_time, keys_of, ticks

        time = schema.column(self.time)
        converted = time.convert(data.column(self.time))
        moments = seconds(converted.values) * time.seconds_of_unit
        is_there = is_time(moments)
        is_there[list({*problems, *converted.problems})] = False
        chosen = pa.array(is_there)

        def numbers(name: str) -> NDArray[np.float64]:
            values = schema.column(name).convert(data.column(name)).values
            return np.asarray(values, np.float64)[is_there]

        names = data.schema.names
        ids = [name for name in self.ids if name in names]
        labels = None
        if self.label_delay is not None and schema.label in names:
            assert schema.label is not None
            assert schema.positive is not None
            given = data.column(schema.label)
            labels = labels_of(given, schema.positive, schema.unlabelled)[is_there]
        moves = Moves(
            values=[
                kinds.as_text(data.column(name)).filter(chosen)
                for name in (*self.entities, *self.partners)
            ],
            times=ticks(moments[is_there]),
            amounts=None if self.amount is None else numbers(self.amount),
            labels=labels,
            places=None
            if self.places is None
            else (numbers(self.places[0]), numbers(self.places[1])),
            keys=keys_of([kinds.as_text(data.column(name)).filter(chosen) for name in ids])
            if ids
            else None,
        )
        return moves, is_there

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        made: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in content.items()
        }
        return cls(**made)


@dataclass(frozen=True, slots=True)
class EntityHistory:
    """The history of a table's entities.

    Attributes
    ----------
    behaviour : Behaviour
    history : History
        Remembers the last rows.
    """

    behaviour: Behaviour
    history: History

    def made_of(self, columns: Collection[str]) -> dict[str, str]:
        """Return the features that are made of some columns beside the entities, and of which."""
        amount, places = self.behaviour.amount, list(self.behaviour.places or ())
        found = {}
        for feature in self.history.features:
            if feature.partner in columns:
                found[feature.name] = feature.partner
            elif feature.of_amounts and amount in columns:
                found[feature.name] = str(amount)
            elif feature.of_places and set(places) & set(columns):
                found[feature.name] = places[0]
        return found


def with_history_columns(schema: Schema, features: Sequence[HistoryFeature]) -> Schema:
    """Return the schema with the features of history as columns of numbers."""
    return schema.followed_by(
        [
            Column(
                each.name,
                FEATURE,
                kinds.NUMBER,
                measure=each.measure,
                partner=each.partner,
                is_of_history=True,
            )
            for each in features
        ]
    )


def _places_of(schema: Schema) -> tuple[str, str] | None:
    """Return the columns of latitude and longitude, if two are named so: a merchant's before others."""
    named: list[dict[str, str]] = [{}, {}]
    for column in schema.columns:
        if (column.role, column.kind) != (FEATURE, kinds.NUMBER):
            continue
        for found, pattern in zip(named, _PLACES, strict=True):
            if match := re.fullmatch(pattern, column.name.lower()):
                found.setdefault(match[1] or "", column.name)
    latitudes, longitudes = named
    whose = max(
        latitudes.keys() & longitudes.keys(), key=lambda each: (len(each), each), default=None
    )
    return None if whose is None else (latitudes[whose], longitudes[whose])
