"""The schema of a table as a TOML file, to be read, edited and given to a training."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from anomaly.errors import OptionError
from anomaly.schema.columns import ENTITY, FEATURE, ID, IGNORED, LABEL, Column
from anomaly.schema.roles import Roles
from anomaly.tables import kinds
from anomaly.tables.forms.form import Form
from anomaly.tables.forms.numbers import COMMA, POINT
from anomaly.tables.forms.parts import PARTS
from anomaly.tables.forms.times import COUNTED, DURATION, ORDERS, UNITS
from anomaly.utils.files import replaced_when_done
from anomaly.utils.spelling import nearest

_ROLES = (FEATURE, LABEL, kinds.TIME, ID, ENTITY, IGNORED)
_KINDS = (kinds.NUMBER, kinds.CATEGORY, kinds.FLAG, kinds.TIME, kinds.CLOCK)
_FORMS: Mapping[str, tuple[str, ...]] = {
    "decimal": (POINT, COMMA),
    "order": ORDERS,
    "unit": (*UNITS, DURATION),
    "part": PARTS,
}
_KINDS_OF = {
    "decimal": (kinds.NUMBER,),
    "order": (kinds.TIME,),
    "unit": (kinds.TIME, kinds.NUMBER),
    "part": (kinds.CATEGORY,),
}
_OF_TABLE = ("positive", "unlabelled", "clock")


def write_schema(path: Path, columns: Iterable[Column], name: str, **of_table: str | None) -> None:
    """Write a schema file.

    Parameters
    ----------
    path : path
    columns : iterable of Column
    name : str
        Of the table.
    **of_table
        `positive`, `unlabelled` and `clock`, as in `anomaly.schema.roles.Roles`.
    """
    lines = [
        f"# What was understood of {name}. Edit it, and give it to: anomaly train DATA --schema FILE",
        f"# role: {', '.join(_ROLES)}; kind: {', '.join(_KINDS)}",
        *(f"{key} = {_quoted(value)}" for key, value in of_table.items() if value is not None),
    ]
    for column in columns:
        lines += ["", f"[columns.{_quoted(column.name)}]"]
        lines += [f"# {column.note}"] if column.note else []
        lines += [f"role = {_quoted(column.role)}"]
        lines += [f"kind = {_quoted(column.kind)}"] if column.kind else []
        form = {} if column.form is None else column.form.to_dict()
        lines += [f"{key} = {_quoted(_plain(value))}" for key, value in form.items()]
    with replaced_when_done(path) as partial:
        partial.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _quoted(value: Any) -> str:
    """Return a text, or a list of them, as TOML has it: as JSON has it, nearly."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def with_schema(roles: Roles, path: str | os.PathLike[str] | None) -> Roles:
    """Return the roles with what a schema file says, where they do not say otherwise.

    Raises
    ------
    OptionError
        When the file cannot be read, or says what cannot be.
    """
    if path is None:
        return roles
    import tomllib

    where = f"--schema {os.fspath(path)}"
    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OptionError(f"{where} cannot be read: {error}") from error
    _refuse_unknown(content, ("columns", *_OF_TABLE), where)
    for key in _OF_TABLE:
        if key in content and not isinstance(content[key], str):
            raise OptionError(f"{where}: {key} = {content[key]!r}; write it as text, in quotes")
    if not isinstance(content.get("columns", {}), dict):
        raise OptionError(f"{where}: columns are tables, such as [columns.amount]")
    columns = tuple(
        _column(name, entry, f"{where}: [columns.{name}]")
        for name, entry in content.get("columns", {}).items()
    )
    free = [column for column in columns if roles.option_of(column.name) is None]

    def named(role: str) -> tuple[str, ...]:
        return tuple(column.name for column in free if column.role == role)

    for role in (LABEL, kinds.TIME):
        if len(named(role)) > 1:
            raise OptionError(
                f"{where}: {' and '.join(named(role))} all have the role {role}; keep one"
            )
    return replace(
        roles,
        label=roles.label if roles.label is not None else next(iter(named(LABEL)), None),
        time=roles.time if roles.time is not None else next(iter(named(kinds.TIME)), None),
        id=roles.id + named(ID),
        entity=roles.entity + named(ENTITY),
        **{
            key: content[key] for key in _OF_TABLE if key in content and getattr(roles, key) is None
        },
        columns=columns,
    )


def _column(name: str, entry: Any, where: str) -> Column:
    if not isinstance(entry, dict):
        raise OptionError(f"{where} is no table; write a role and a kind under it")
    _refuse_unknown(entry, ("role", "kind", "missing", *_FORMS), where)
    role = entry.get("role", FEATURE)
    kind = entry.get("kind", "")
    needs_kind = role in (FEATURE, kinds.TIME)
    asked: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
        ("role", role, _ROLES),
        ("kind", kind, _KINDS),
    )
    for key, value, known in asked:
        if value not in known and (key == "role" or needs_kind):
            raise OptionError(f"{where}: {key} = {value!r}; it is one of {', '.join(known)}")
    for key, known in _FORMS.items():
        if key in entry and entry[key] not in known:
            raise OptionError(f"{where}: {key} = {entry[key]!r}; it is one of {', '.join(known)}")
    for key in _FORMS:
        if key in entry and kind not in _KINDS_OF[key]:
            raise OptionError(
                f"{where}: {key} is of kind {' or '.join(_KINDS_OF[key])}, not {kind!r}"
            )
    unit = entry.get("unit")
    if unit is not None and ((kind == kinds.TIME) != (unit not in (*COUNTED, DURATION))):
        raise OptionError(f"{where}: unit = {unit!r} does not go with kind = {kind!r}")
    if role == kinds.TIME and kind not in (kinds.TIME, kinds.NUMBER):
        raise OptionError(f"{where}: a time is of kind time or number, not {kind!r}")
    missing = entry.get("missing", [])
    if not isinstance(missing, list) or not all(isinstance(word, str) for word in missing):
        raise OptionError(f"{where}: missing = {missing!r}; give a list of words")
    form = {key: entry[key] for key in (*_FORMS, "missing") if key in entry}
    return Column(name, role, kind, "", Form.from_dict(form) if form else None)


def _refuse_unknown(content: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in content:
        if key not in known:
            near = nearest(key, known)
            hint = f"did you mean {near}?" if near else f"there are: {', '.join(known)}"
            raise OptionError(f"{where} has no {key!r}; {hint}")
