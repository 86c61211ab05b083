"""The folder of a comparison: what each method did with each seed, so that it can go on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from anomaly.comparison.folder.settings import Settings, difference
from anomaly.errors import RunError
from anomaly.runs.held_out import ScoredRows
from anomaly.utils.files import held_alone, replaced_when_done, write_json, written_or_explained

SETTINGS, RESULTS, PAGE = "settings.json", "comparison.json", "comparison.html"
LEAK, BIAS = "leak.json", "bias.json"
RUNS, _TRIALS = "runs", "methods"


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A method with one seed.

    Attributes
    ----------
    method : str
    seed : int
    validation, test : ScoredRows
        With labels.
    is_probability : bool
        Whether scores are probabilities, so that 0.5 is a threshold that means something.
    seconds : dict of str to float
        `fit`, sampling included, and `score`, of validation and test.
    training : dict of str to int
        `rows` and `positives` that the classifier was given.
    history : dict of str to list of float or None
        Losses and metrics by epoch, of a network.
    notes : tuple of str
    generated : dict
        How good the rows are that the sampler made; see `anomaly.comparison.methods.generated_quality`.
    """

    method: str
    seed: int
    validation: ScoredRows
    test: ScoredRows
    is_probability: bool
    seconds: dict[str, float]
    training: dict[str, int]
    history: dict[str, list[float | None]]
    notes: tuple[str, ...] = ()
    generated: dict[str, dict[str, float | None]] = field(default_factory=dict)


class Store:
    """Trials by method and seed, each in a file of figures and one of scores.

    Parameters
    ----------
    folder : path
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def opened(self, settings: Settings, *, overwrite: bool) -> Iterator[None]:
        """Make the folder, or make sure that it is one of the same comparison; keep it alone.

        Raises
        ------
        RunError
            The folder holds something else, or a comparison of other data or options, or another
            process is at work in it.
        """
        with written_or_explained(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        with held_alone(self.folder):
            self._begin(settings, overwrite=overwrite)
            yield

    def _begin(self, settings: Settings, *, overwrite: bool) -> None:
        with written_or_explained(self.folder):
            # What a killed process was writing counts for nothing.
            is_empty = all(path.name.startswith(".") for path in self.folder.iterdir())
        path = self.folder / SETTINGS
        if not is_empty and not path.is_file():
            raise RunError(
                f"{self.folder} exists and is no comparison; name another folder with --out"
            )
        wanted = json.loads(json.dumps(settings.to_dict()))
        found = None if is_empty else self._json(path)
        if found is not None and found != wanted and not overwrite:
            raise RunError(
                f"{self.folder} holds a comparison {difference(found, wanted)}; add --overwrite to "
                "begin anew, or name another folder with --out"
            )
        if found is not None and overwrite:
            self._remove_trials()
        with replaced_when_done(path) as partial:
            write_json(partial, wanted)
        (self.folder / _TRIALS).mkdir(exist_ok=True)
        (self.folder / RUNS).mkdir(exist_ok=True)

    def _remove_trials(self) -> None:
        for path in (self.folder / _TRIALS).glob("*-seed-*"):
            path.unlink()
        shutil.rmtree(self.folder / RUNS, ignore_errors=True)
        for name in (RESULTS, PAGE, LEAK, BIAS):
            (self.folder / name).unlink(missing_ok=True)

    def run_folder(self, method: str) -> Path:
        """Return where the run of a method is, or will be."""
        return self.folder / RUNS / method

    def keep(self, trial: Trial) -> None:
        """Write a trial: the scores first, so that one with figures is whole."""
        parts = {"validation": trial.validation, "test": trial.test}
        table = pa.table(
            {
                "row": np.concatenate([part.rows for part in parts.values()]),
                "split": pa.array(
                    [name for name, part in parts.items() for _ in part.rows]
                ).dictionary_encode(),
                "label": np.concatenate([part.labels for part in parts.values()]),
                "score": np.concatenate([part.scores for part in parts.values()]),
            }
        )
        figures, scores = self._paths(trial.method, trial.seed)
        with replaced_when_done(scores) as partial:
            pq.write_table(table, partial)
        content = {
            name: getattr(trial, name)
            for name in (
                *("method", "seed", "is_probability", "seconds", "training", "history"),
                "generated",
            )
        }
        with replaced_when_done(figures) as partial:
            write_json(partial, content | {"notes": list(trial.notes)})

    def has(self, method: str, seed: int) -> bool:
        """Return whether a method with a seed has been done."""
        return all(path.is_file() for path in self._paths(method, seed))

    def trial(self, method: str, seed: int) -> Trial | None:
        """Return what was kept of a method with a seed; None where it has not been done."""
        if not self.has(method, seed):
            return None
        figures, scores = self._paths(method, seed)
        content = self._json(figures)
        try:
            table = pq.read_table(scores)
            split = table.column("split").to_numpy()
            columns = [table.column(name).to_numpy() for name in ("row", "label", "score")]
            content["notes"] = tuple(content["notes"])
            parts: dict[str, Any] = {
                name: ScoredRows(*(column[split == name] for column in columns))
                for name in ("validation", "test")
            }
            return Trial(**content, **parts)
        except (pa.ArrowException, OSError, KeyError, TypeError) as error:
            words = str(error).partition("\n")[0]
            raise RunError(
                f"{scores} or {figures.name} is damaged ({words}); remove both, and start again"
            ) from error

    def keep_extra(self, name: str, content: Mapping[str, Any]) -> None:
        """Write a file of figures that are of no method."""
        with replaced_when_done(self.folder / name) as partial:
            write_json(partial, content)

    def extra(self, name: str) -> dict[str, Any] | None:
        """Return such a file's content; None where there is none."""
        path = self.folder / name
        return self._json(path) if path.is_file() else None

    def _paths(self, method: str, seed: int) -> tuple[Path, Path]:
        stem = f"{method}-seed-{seed}"
        folder = self.folder / _TRIALS
        return folder / f"{stem}.json", folder / f"{stem}.parquet"

    def _json(self, path: Path) -> dict[str, Any]:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, OSError) as error:
            words = str(error).partition("\n")[0]
            raise RunError(f"{path} is damaged ({words}); remove it, and start again") from error
        if not isinstance(content, dict):
            raise RunError(f"{path} is damaged (no JSON object); remove it, and start again")
        return content
