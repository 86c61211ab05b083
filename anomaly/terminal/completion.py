"""What the shell may complete: names of detectors, objectives and methods, columns of the data.

A completion says nothing where it knows nothing: a fault is told by the command itself.
"""

from __future__ import annotations

from collections.abc import Iterable

import typer


def detectors(incomplete: str) -> list[str]:
    """Return the detectors that begin so."""
    from anomaly.defaults import DETECTORS

    return _beginning(DETECTORS, incomplete)


def objectives(incomplete: str) -> list[str]:
    """Return the objectives that begin so."""
    from thresholds import OBJECTIVES

    return _beginning(OBJECTIVES, incomplete)


def methods(incomplete: str) -> list[str]:
    """Return the methods of a comparison that begin so."""
    from anomaly.comparison.methods.names import CLASSIFIERS, METHODS

    return _beginning([*CLASSIFIERS, *METHODS], incomplete)


def columns(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the columns of the data that begin so, where the data were named before."""
    from anomaly.errors import AnomalyError
    from anomaly.tables import open_table

    # An option whose value is only now to come keeps the words before it from being taken apart.
    data = ctx.params.get("data") or next(iter(ctx.args), None)
    if not data or data == "-":
        return []
    try:
        return _beginning(open_table(data).column_names, incomplete)
    except (AnomalyError, OSError):
        return []


def _beginning(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
