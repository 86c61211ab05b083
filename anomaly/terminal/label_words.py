"""What a command says of labels that came later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anomaly.terminal.figures import count

if TYPE_CHECKING:
    from anomaly.runs.later_labels import LaterLabels


def words_of_labels(done: LaterLabels) -> str:
    """Tell how many rows were labelled, and which labels found no row."""
    marked = f", {done.positive!r} for an anomaly" if done.positive else ""
    words = (
        f"Labels of {done.data} (column {done.column!r}{marked}): {_rows(done.labelled)} labelled, "
        f"{count(done.positives)} of them positive"
    )
    further = []
    if done.changed:
        further.append(f"{_rows(done.changed)} had another label before")
    if done.unknown:
        further.append(
            f"{_rows(done.unknown)} of the labels {'is' if done.unknown == 1 else 'are'} of no "
            "validation or test row, and left out"
        )
    if done.unlabelled:
        further.append(f"{_rows(done.unlabelled)} of the run still without a label")
    return "; ".join([words, *further])


def _rows(number: int) -> str:
    return f"{count(number)} {'row' if number == 1 else 'rows'}"
