"""What a run remembers of its entities: written, and one of them forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from anomaly.errors import OptionError
from anomaly.runs.folder import BEHAVIOUR, RunFolder
from anomaly.utils.files import replaced_when_done, written_or_explained
from anomaly.utils.spelling import nearest

if TYPE_CHECKING:
    from anomaly.features.behaviour.history import History


def write_behaviour(folder: Path, history: History) -> None:
    """Write what is remembered of the entities: what was there before, or all of it."""
    import pyarrow.parquet as pq

    with replaced_when_done(folder / BEHAVIOUR) as partial:
        pq.write_table(history.to_table(), partial)


def forget(run: RunFolder, entity: str, value: str) -> int:
    """Forget what a run remembers of one entity, and return how many transactions that were.

    Parameters
    ----------
    run : RunFolder
    entity : str
        The column.
    value : str
        The one to forget.

    Raises
    ------
    OptionError
        When the run does not look at the history of such entities.
    """
    behaviour = run.behaviour
    if behaviour is None:
        raise OptionError(f"{run.folder} looks at no history of entities, so none is remembered")
    if entity not in behaviour.entities:
        near = nearest(entity, behaviour.entities)
        hint = (
            f"; did you mean {near}?" if near else f"; there are: {', '.join(behaviour.entities)}"
        )
        raise OptionError(f"--entity {entity}: the run looks at no history of that column{hint}")
    history = run.open_history()
    count = 0 if history is None else history.forget(entity, value)
    if history is not None and count:
        with written_or_explained(run.folder):
            write_behaviour(run.folder, history)
    return count
