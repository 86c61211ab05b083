"""The role and the kind of each column, inferred over the whole table where no option says them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from anomaly.errors import AnomalyError, DataError, OptionError
from anomaly.schema.broken_rows import refuse_many
from anomaly.schema.columns import (
    ENTITY,
    FEATURE,
    ID,
    IGNORED,
    LABEL,
    SCORE,
    Column,
    Schema,
)
from anomaly.schema.names_and_codes import is_free_text, why_code
from anomaly.schema.profiles import ColumnProfile, profile_columns
from anomaly.schema.roles import Roles
from anomaly.schema.settling import Settled, settle
from anomaly.tables import Table, kinds
from anomaly.tables.forms.form import Form
from anomaly.tables.forms.numbers import COMMA
from anomaly.tables.forms.parts import part_taken
from anomaly.utils.spelling import nearest

MOST_CATEGORIES = 32
#: Of fewer rows, values that hardly repeat are no names of rows.
FEWEST_FOR_NEARLY = 1_000

_POSITIVE_OF_PAIR = {
    frozenset(("0", "1")): "1",
    frozenset(("false", "true")): "true",
    frozenset(("no", "yes")): "yes",
    frozenset(("n", "y")): "y",
    frozenset(("f", "t")): "t",
    frozenset(("good", "bad")): "bad",
    frozenset(("valid", "invalid")): "invalid",
    frozenset(("negative", "positive")): "positive",
    frozenset(("inlier", "outlier")): "outlier",
}
_ANOMALOUS = re.compile(
    r"fraud|anomal|abnormal|attack|charge.?back|scam|suspicious|illicit|malicious|outlier"
)
_NEGATION = re.compile(r"\b(not|non|no|never|without)\b|^non|^un|^in(?=lier)")
_NORMAL = frozenset(
    """
    normal legit legitimate genuine benign clean licit ok regular good none valid inlier
    negative honest
    """.split()  # noqa: SIM905
)


def infer_schema(table: Table, roles: Roles) -> Schema:
    """Read the table once and settle the role and kind of each column.

    Parameters
    ----------
    table : Table
        Read whole: a type is never guessed from the head of a file.
    roles : Roles
        What the user says; it wins over what is inferred.

    Raises
    ------
    OptionError
        When an option names a column that is not there, two options name the same one, or a column
        can be read in two ways and no option says which.
    DataError
        When a column cannot be what it is said to be, or nothing is left to learn from. All that is
        wrong is said at once.
    """
    understanding = understand(table, roles)
    refuse_many(understanding.problems, understanding.n_rows, table)
    raise_all(list(understanding.faults.values()), table.name)
    columns = tuple(understanding.columns.values())
    schema = Schema(
        columns,
        understanding.positive,
        amount_of(columns, roles.amount, table.name),
        as_label(roles.unlabelled),
        roles.clock,
    )
    if not schema.named(FEATURE):
        raise DataError(
            f"{table.name} has no column to learn from: "
            + "; ".join(f"{c.name!r} is {c.note or c.role}" for c in columns[:5])
        )
    return schema


@dataclass(frozen=True, slots=True)
class Understanding:
    """What is made of each column of a table, and what stands in the way.

    Attributes
    ----------
    profiles : dict of str to ColumnProfile
        Of the columns that were looked at.
    columns : dict of str to Column
        Of those that were understood, and of those left out by an option.
    faults : dict of str to AnomalyError
        Of the others: what has to be settled.
    positive : str or None
        The label's value that marks an anomaly.
    problems : dict of int to str
        Rows that cannot be read, and why.
    """

    profiles: dict[str, ColumnProfile]
    columns: dict[str, Column]
    faults: dict[str, AnomalyError]
    positive: str | None
    problems: dict[int, str]

    @property
    def n_rows(self) -> int:
        read = max((profile.rows for profile in self.profiles.values()), default=0)
        return read + len(self.problems)


def understand(table: Table, roles: Roles) -> Understanding:
    """Read a table once, and settle each of its columns as far as that goes.

    Raises
    ------
    OptionError
        When an option names a column that is not there, or two options name the same one.
    """
    check_names(table, roles)
    problems: dict[int, str] = {}
    profiles = _profiles(table, roles, problems)
    beside_commas = any(_has_commas(profile) for profile in profiles.values())
    columns: dict[str, Column] = {}
    faults: dict[str, AnomalyError] = {}
    positive = None
    for name in table.column_names:
        if name not in profiles:
            columns[name] = Column(name, IGNORED, "", "left out by --drop")
            continue
        try:
            columns[name] = _settled(profiles[name], roles, table, beside_commas=beside_commas)
            if name == roles.label:
                positive = _positive_value(profiles[name], roles, table)
        except AnomalyError as fault:
            faults[name] = fault
    return Understanding(profiles, columns, faults, positive, problems)


def raise_all(faults: Sequence[AnomalyError], name: str) -> None:
    """Raise what is wrong with a table, in one error; nothing where nothing is."""
    if not faults:
        return
    if len(faults) == 1:
        raise faults[0]
    kind = OptionError if all(isinstance(fault, OptionError) for fault in faults) else DataError
    numbered = (f"({number}) {fault}" for number, fault in enumerate(faults, 1))
    raise kind(f"{len(faults)} things about {name} have to be settled: {'; '.join(numbered)}")


def _has_commas(profile: ColumnProfile) -> bool:
    """Whether some numbers can only be read with a decimal comma."""
    return bool(profile.texts.numbers.only[COMMA])


def _profiles(table: Table, roles: Roles, problems: dict[int, str]) -> dict[str, ColumnProfile]:
    columns = [name for name in table.column_names if name not in roles.drop]
    # What is compared as text is read as text: 007 and 7 differ.
    as_text = [*roles.by_option()["label"], *roles.entity, *roles.id, *roles.category]
    # A point may set thousands apart.
    as_text = columns if roles.decimal == COMMA else as_text
    profiles = _read(table, columns, as_text, problems)
    # Numbers with a comma in one part of the file may look like plain ones in another.
    mixed = [name for name, profile in profiles.items() if profile.is_mixed]
    if any(_has_commas(profile) for profile in profiles.values()):
        # Then the point of what looks plain may set thousands apart.
        mixed += [
            name for name, each in profiles.items() if each.has_fractions and name not in mixed
        ]
    return profiles | _read(table, mixed, mixed, problems)


def _read(
    table: Table, columns: Sequence[str], as_text: Sequence[str], problems: dict[int, str]
) -> dict[str, ColumnProfile]:
    if not columns:
        return {}
    types = dict.fromkeys(as_text, pa.string())
    profiles = profile_columns(table, columns, types, MOST_CATEGORIES, problems)
    return {profile.name: profile for profile in profiles}


def check_names(table: Table, roles: Roles) -> None:
    """Raise `OptionError` where an option names a column that is not there, or that another names."""
    for column in roles.columns:
        if column.name not in table.column_names:
            near = nearest(column.name, table.column_names)
            hint = f"did you mean {near!r}?" if near else "remove it from the file"
            raise OptionError(
                f"--schema: there is no column {column.name!r} in {table.name}; {hint}"
            )
    taken: dict[str, str] = {}
    for option, names in roles.by_option().items():
        for name in names:
            if name not in table.column_names:
                near = nearest(name, table.column_names, cutoff=0.4)
                some = ", ".join(table.column_names[:12])
                hint = f"did you mean {near!r}?" if near else f"its columns are: {some}"
                raise OptionError(
                    f"--{option}: there is no column {name!r} in {table.name}; "
                    + "; ".join((hint, *table.readings))
                )
            if taken.setdefault(name, option) != option:
                raise OptionError(
                    f"the column {name!r} is named by --{taken[name]} and by --{option}; name it once"
                )


def _settled(profile: ColumnProfile, roles: Roles, table: Table, *, beside_commas: bool) -> Column:
    """Give a column its role and kind: by option if one names it, else by its values."""
    name = profile.name
    given = roles.described.get(name)
    if given is not None:
        return given
    option = roles.option_of(name)
    settled = settle(profile, roles, beside_commas=beside_commas)
    if option is not None:
        _check_option(profile, settled, option, table)
    if option in (LABEL, ENTITY, ID):
        return Column(name, option, settled.kind)
    missing = f"{profile.missing / profile.rows:.1%} missing" if profile.missing else ""
    if option == "category":
        return Column(name, FEATURE, kinds.CATEGORY, missing)
    if option is None:
        column = _without_option(profile, settled)
        if column.role != FEATURE:
            return column
        if column.kind == kinds.CATEGORY:
            return replace(column, note="; ".join(filter(None, (column.note, missing))))
    if settled.question:
        raise OptionError(f"{table.name}: {settled.question}")
    _check_values(profile, settled, table, option)
    if option == SCORE:
        return Column(name, SCORE, kinds.NUMBER, missing, settled.form)
    role = kinds.TIME if option == "time" else FEATURE
    kind = (
        kinds.NUMBER
        if option in ("time", "number", "amount")
        and profile.is_of_numbers
        and settled.kind == kinds.FLAG
        else settled.kind
    )
    note = "; ".join(filter(None, (settled.reading, missing)))
    return Column(name, role, kind, note, settled.form)


def _without_option(profile: ColumnProfile, settled: Settled) -> Column:
    """Give a column that no option names its role, and a name or code its kind."""
    name, kind = profile.name, settled.kind
    if profile.is_empty:
        return Column(name, IGNORED, kind, "without a value in any row")
    if profile.unusable_type is not None:
        note = f"of type {profile.unusable_type}, which holds no plain values"
        return Column(name, IGNORED, kind, note)
    if profile.is_constant:
        return Column(name, IGNORED, kind, "constant")
    if profile.numbers_every_row or (profile.looks_like_id and profile.every_row_differs):
        return Column(name, ID, kind, "one value per row")
    if profile.looks_like_id and profile.has_many_values and kind == kinds.NUMBER:
        note = "named like an identifier; use --entity, --number or --category to keep it"
        return Column(name, IGNORED, kind, note)
    form = settled.form
    is_plain = form is None or not (form.decimal or form.order or form.unit)
    if kind == kinds.NUMBER and is_plain and (note := why_code(profile)):
        if profile.has_many_values and profile.every_row_differs:
            return Column(name, ID, kind, "one value per row")
        note = "; ".join(filter(None, (note, settled.reading)))
        return Column(name, FEATURE, kinds.CATEGORY, note, form)
    if kind == kinds.CATEGORY and not profile.is_categorical:
        return _text_column(profile)
    return Column(name, FEATURE, kind, settled.reading)


def _text_column(profile: ColumnProfile) -> Column:
    name = profile.name
    part = part_taken(list(profile.sampled_texts))
    if part is not None:
        form = Form(part=part)
        return Column(name, FEATURE, kinds.CATEGORY, f"its {part} is the feature", form)
    if not profile.has_many_values:
        return Column(name, FEATURE, kinds.CATEGORY)
    if is_free_text(profile):
        note = f"free text, such as {_short(profile.example)}; --category keeps it"
        return Column(name, IGNORED, kinds.CATEGORY, note)
    if profile.every_row_differs:
        return Column(name, ID, kinds.CATEGORY, "one value per row")
    if profile.nearly_every_row_differs and profile.n_present >= FEWEST_FOR_NEARLY:
        return Column(name, ID, kinds.CATEGORY, "nearly one value per row")
    return Column(name, FEATURE, kinds.CATEGORY)


def _short(value: str | None) -> str:
    return repr(value[:40]) if value is not None else "nothing"


def _check_option(profile: ColumnProfile, settled: Settled, option: str, table: Table) -> None:
    """Raise when a column cannot be what an option says it is."""
    name = profile.name
    if profile.unusable_type is not None:
        raise DataError(
            f"{table.name}: --{option} {name}: the column has the type {profile.unusable_type}, "
            "which holds no plain values; write it as text or numbers"
        )
    if option in ("time", "number", "amount", SCORE) and profile.is_empty:
        raise OptionError(f"--{option} {name}: the column has no value in any row")
    if option == "number" and settled.kind not in (kinds.NUMBER, kinds.FLAG):
        stray = profile.first_other_than(kinds.NUMBER)
        raise OptionError(
            f"--number {name}: {table.place(stray.row)} has {_short(stray.value)}, "
            "which is not a number; use --category"
        )
    if option in ("amount", SCORE) and not _holds_numbers(profile, settled):
        stray = profile.first_other_than(kinds.NUMBER)
        raise OptionError(
            f"--{option} {name}: {table.place(stray.row)} has {_short(stray.value)}, which is not a "
            f"number; name the column of {option}s"
        )
    if option == "time" and profile.missing:
        raise DataError(
            f"{table.place(profile.first_missing_row or 0)}: the time column {name!r} is empty; "
            "fill it in, or leave --time out"
        )
    if option == "time" and settled.kind in (kinds.CATEGORY, kinds.FLAG, kinds.CLOCK):
        stray = profile.first_other_than(kinds.TIME)
        if not profile.is_of_numbers:
            raise DataError(
                f"{table.place(stray.row)}: the time column {name!r} has {_short(stray.value)}, "
                "which is neither a time such as 2026-01-31 12:00:00 nor a number; rewrite it"
            )


def _holds_numbers(profile: ColumnProfile, settled: Settled) -> bool:
    """Whether all values are numbers, though they be 0 and 1 alone."""
    is_flag = settled.kind == kinds.FLAG and profile.is_of_numbers
    return settled.kind == kinds.NUMBER or is_flag


def _check_values(
    profile: ColumnProfile, settled: Settled, table: Table, option: str | None
) -> None:
    """Raise when a feature or the time holds what the detector cannot learn from."""
    name = profile.name
    if option == SCORE:
        # An infinite score is a score.
        column = Column(name, SCORE, kinds.NUMBER, form=settled.form)
        if settled.strays and (found := _first_stray(column, table)) is not None:
            raise DataError(f"{found[0]}; correct it or leave it empty")
        return
    if settled.strays:
        raise DataError(_strays(profile, settled, table))
    if profile.first_infinite_row is not None:
        raise DataError(
            f"{table.place(profile.first_infinite_row)}: column {name!r} is infinite; "
            f"correct it, leave it empty, or leave the column out with --drop {name}"
        )


_KINDS_IN_WORDS = {kinds.NUMBER: "numbers", kinds.TIME: "times", kinds.CLOCK: "times of day"}


def _strays(profile: ColumnProfile, settled: Settled, table: Table) -> str:
    """Name the values that do not fit their column, and say what can be done."""
    found = _first_stray(Column(profile.name, FEATURE, settled.kind, form=settled.form), table)
    first, value = found or (f"{table.name}: column {profile.name!r} holds something else", None)
    return (
        f"{first}; correct it, leave it empty, say that it means a missing value with "
        f"--missing {_short(value)}, or leave the column out with --drop {profile.name} (or take it "
        f"as text: --category {profile.name})"
    )


def _first_stray(column: Column, table: Table) -> tuple[str, str | None] | None:
    """Name the first value that does not fit a column, its row, and how many there are."""
    first, count = None, 0
    for batch in table.batches([column.name], {column.name: pa.string()}):
        problems = column.convert(batch.data.column(0)).problems
        if problems and first is None:
            offset = min(problems)
            value = kinds.as_text(batch.data.column(0).slice(offset, 1))[0].as_py()
            first = f"{table.place(batch.first_row + offset)}", value
        count += len(problems)
    if first is None:
        return None
    place, value = first
    more = f" (and {count - 1:,} more such values)" if count > 1 else ""
    held = _KINDS_IN_WORDS[column.kind]
    return f"{place}: column {column.name!r} holds {held}, but here {_short(value)}{more}", value


def _positive_value(profile: ColumnProfile, roles: Roles, table: Table) -> str:
    """Return the label's value that marks an anomaly, as text."""
    option = roles.positive
    where = f"{table.name}: the label {profile.name!r}"
    values = profile.distinct
    if values is not None:
        values = values - {as_label(roles.unlabelled)}
    if values is None or len(values) > 2:
        is_few = values is not None and len(values) <= MOST_CATEGORIES
        some = ", ".join(sorted(values or ())[:5]) + ", ..."
        some = some if is_few else f"more than {MOST_CATEGORIES}"
        raise DataError(
            f"{where} has more than two values ({some}); it must have two, beside one that says that "
            "nobody knows, which --unlabelled names"
        )
    listed = " and ".join(repr(value) for value in sorted(values))
    named = as_label(option)
    if option is not None and named not in values:
        raise OptionError(f"--positive {option}: the label {profile.name!r} has only {listed}")
    if len(values) == 1:
        return _only_value(next(iter(values)), named, where, profile.missing)
    positive = named or plain_positive(values)
    if positive is None:
        raise OptionError(
            f"{where} has the values {listed}; say with --positive which one marks an anomaly"
        )
    return positive


def plain_positive(values: Collection[str]) -> str | None:
    """Return which of two values marks an anomaly, where the words say so."""
    known = _POSITIVE_OF_PAIR.get(frozenset(value.lower() for value in values))
    if known is not None:
        return next(value for value in values if value.lower() == known)
    anomalous = [value for value in values if _says_anomaly(value)]
    normal = [value for value in values if value.lower() in _NORMAL or _says_no_anomaly(value)]
    return anomalous[0] if len(anomalous) == len(normal) == 1 else None


def positive_among(values: Collection[str], known: str | None) -> str | None:
    """Return which of the values of labels that came later marks an anomaly; None if that is open.

    Parameters
    ----------
    values : collection of str
        One or two, which may all be of normal rows.
    known : str or None
        What marks an anomaly in labels that came before.

    Returns
    -------
    str or None
        Not among the values where all are of normal rows.
    """
    if known is not None and known in values:
        return known
    if len(values) > 1:
        return plain_positive(values)
    value = next(iter(values))
    pairs = [pair for pair in _POSITIVE_OF_PAIR if value.lower() in pair]
    if pairs and value.lower() in _POSITIVE_OF_PAIR.values():
        return value
    if pairs or value.lower() in _NORMAL or _says_no_anomaly(value):
        return ""
    return value if _says_anomaly(value) else None


def _says_anomaly(value: str) -> bool:
    words = _apart(value)
    return bool(_ANOMALOUS.search(words)) and not _NEGATION.search(words)


def _says_no_anomaly(value: str) -> bool:
    words = _apart(value)
    return bool(_ANOMALOUS.search(words) and _NEGATION.search(words))


def _apart(value: str) -> str:
    """Return a value in small letters, with its words apart."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]", " ", value).lower()


def as_label(value: str | None) -> str | None:
    """Return a value of the label, as an option has it, in the spelling of the column's."""
    spelled: str | None = None if value is None else kinds.as_text(pa.array([value]))[0].as_py()
    return spelled


def _only_value(value: str, named: str | None, where: str, missing: int) -> str:
    if missing:
        raise DataError(
            f"{where} is {value!r} or empty, and empty means that nobody knows; write a word for the "
            "other rows, such as 0"
        )
    if value == named or value.lower() in _POSITIVE_OF_PAIR.values():
        raise DataError(f"{where} is {value!r} in every row, so no row is normal; add normal rows")
    raise DataError(
        f"{where} is {value!r} in every row, so no row is positive; "
        "add labelled anomalies, or leave --label out"
    )


def amount_of(columns: Sequence[Column], named: str | None, table_name: str) -> str | None:
    """Return the column of amounts: the one named by an option, or one whose name tells."""
    for column in columns:
        if named is not None:
            if (column.name, column.kind, column.role) == (named, kinds.NUMBER, FEATURE):
                return named
            continue
        name = column.name.lower()
        if (column.role, column.kind) == (FEATURE, kinds.NUMBER) and (
            name in ("amt", "value") or "amount" in name
        ):
            return column.name
    if named is not None:
        near = nearest(named, [column.name for column in columns])
        hint = f"; did you mean {near!r}?" if near and near != named else ""
        raise OptionError(
            f"--amount {named}: {table_name} has no column of numbers of that name that is a "
            f"feature{hint}"
        )
    return None
