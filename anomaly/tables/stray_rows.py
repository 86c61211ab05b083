"""Rows of a table that are no transactions: the header again, and totals at the end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from anomaly.tables.kinds import is_text
from anomaly.utils.arrow import pc

HEADER_AGAIN = "the row repeats the header, and is no transaction"
#: How many of the last rows are looked at.
TAIL_ROWS = 24
_LAST_ROWS = 3
# A row with a value in each of so many columns is no total.
_COLUMNS_OF_A_ROW = 4
_TOTALS = frozenset(
    (
        *("total", "totals", "grand total", "subtotal", "sum", "sums", "overall"),
        *("summe", "gesamt", "gesamtsumme", "insgesamt", "zwischensumme", "endsumme"),
        *("somme", "total général", "totale", "suma", "totaal", "razem", "soma", "итого", "всего"),
        *("合计", "总计", "合計", "小計"),
    )
)


def rows_like_header(data: pa.RecordBatch) -> list[int]:
    """Return the rows that hold the name of each column where its value should be."""
    if not data.num_columns or not all(is_text(field.type) for field in data.schema):
        return []
    is_header = _equals_name(data, 0)
    # Most tables have none, so that the first column settles it.
    if not pc.any(is_header).as_py():
        return []
    for place in range(1, data.num_columns):
        is_header = pc.and_(is_header, _equals_name(data, place))
    return np.flatnonzero(is_header.to_numpy(zero_copy_only=False)).tolist()


def _equals_name(data: pa.RecordBatch, place: int) -> pa.Array:
    name = data.schema.names[place]
    text = pc.utf8_trim_whitespace(data.column(place))
    return pc.equal(text, pa.scalar(name, text.type)).fill_null(False)


def totals_among(tail: Sequence[Sequence[str]]) -> dict[int, str]:
    """Return the problems of the totals among the last rows of a table.

    Parameters
    ----------
    tail : sequence of sequences of str
        The cells of the last rows, some twenty of them.

    Returns
    -------
    dict of int to str
        By the place from the end: -1 is the last row.
    """
    found = {}
    others = tail[:-_LAST_ROWS]
    for back in range(1, min(_LAST_ROWS, len(tail)) + 1):
        cells = [cell.strip() for cell in tail[-back]]
        above = tail[: len(tail) - back]
        place = next((place for place, cell in enumerate(cells) if cell), None)
        if place is None:
            continue
        words = [row[place].strip() for row in tail if place < len(row)]
        is_alone = words.count(cells[place]) == 1
        is_whole = all(cells) and len(cells) >= _COLUMNS_OF_A_ROW
        if (
            _is_total(cells[place])
            and is_alone
            and not is_whole
            and not any(_has_total(r, place) for r in others)
        ):
            found[-back] = f"the row is a total ({cells[place]!r}), and no transaction"
        elif back == 1 and _is_nearly_empty(cells, above):
            found[-back] = "the row is nearly empty, as a total is, and no transaction"
    return found


def _is_total(cell: str) -> bool:
    return cell.strip(" :.=").lower() in _TOTALS


def _has_total(row: Sequence[str], place: int) -> bool:
    return place < len(row) and _is_total(row[place])


def _is_nearly_empty(cells: Sequence[str], above: Sequence[Sequence[str]]) -> bool:
    """Tell whether the last row alone lacks nearly all of its values, the first among them."""
    count = sum(map(bool, cells))
    counts = [sum(bool(cell.strip()) for cell in row) for row in above]
    is_sparse = not cells[0] and 4 * count <= len(cells)
    return is_sparse and len(counts) > 1 and min(counts) > 2 * count
