"""Everything that settles a training but the data."""

from __future__ import annotations

from dataclasses import dataclass

from anomaly import defaults
from anomaly.dataset.splits import METHODS, check_fractions
from anomaly.errors import OptionError
from anomaly.schema.roles import Roles
from anomaly.tables import AS_IT_IS, Source

EFFORTS = {"fast": 0.25, "thorough": 4.0}


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a training; see `anomaly.train`."""

    roles: Roles
    split: str
    fractions: tuple[float, float, float]
    detector: str
    epochs: int | None
    fast: bool
    thorough: bool
    batch_size: int | None
    seed: int
    source: Source = AS_IT_IS

    @property
    def has_history(self) -> bool:
        """Whether features are made of the history of entities."""
        roles = self.roles
        return bool(roles.entity and roles.time) and roles.behaviour != "none"

    @property
    def effort(self) -> float | None:
        """How many times as long to train as usual; None leaves it to the detector."""
        return next((EFFORTS[name] for name in EFFORTS if getattr(self, name)), None)

    def check(self) -> None:
        """Raise `OptionError` when an option cannot be met, before any data are read."""
        if self.split not in METHODS:
            raise OptionError(f"--split {self.split}: choose {' or '.join(METHODS)}")
        if self.split == "random" and self.has_history:
            raise OptionError(
                "--split random with --entity: the history of training rows would hold rows of "
                "validation and test, and theirs training rows' labels; leave --split out, or "
                "--behaviour none leaves history out"
            )
        if self.split == "time" and not self.roles.time:
            raise OptionError("--split time needs --time: name the column that orders the rows")
        if not 0 <= self.seed < 2**32:
            raise OptionError(f"--seed {self.seed}: give a whole number from 0 to {2**32 - 1}")
        for name in ("epochs", "batch_size"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise OptionError(f"--{name.replace('_', '-')} {value}: give 1 or more")
        lengths = [f"--{name}" for name in (*EFFORTS, "epochs") if getattr(self, name)]
        if len(lengths) > 1:
            raise OptionError(f"{' and '.join(lengths)}: each says how long to train; give one")
        check_fractions(self.fractions)
        if self.detector not in defaults.DETECTORS:
            from anomaly.detectors import detector_class

            detector_class(self.detector)  # unless it was added, this says which name is near
