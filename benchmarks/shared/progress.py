"""How much is left to do, in seconds."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from benchmarks.shared.measurements import Key, Result, Results


class Estimate:
    """Expects of each piece of work what its like has taken.

    Parameters
    ----------
    results : dict of Key to Result
        What is known at the start.
    """

    def __init__(self, results: Results) -> None:
        self._seconds: dict[tuple[str, ...], list[float]] = {}
        for result in results.values():
            if result.measured is not None:
                taken = result.measured.fit_seconds + result.measured.score_seconds
                self.learn(result.key, taken)

    def learn(self, key: Key, seconds: float) -> None:
        """Keep what a piece of work took."""
        for like in _likes(key):
            self._seconds.setdefault(like, []).append(seconds)

    def left(self, keys: Sequence[Key]) -> float | None:
        """Return the seconds that the work will take; None as long as nothing is known."""
        if not self._seconds:
            return None
        return sum(self._expected(key) for key in keys)

    def _expected(self, key: Key) -> float:
        # The same on other seeds; else the method on other sets; else the set by other methods.
        known = next(self._seconds[like] for like in _likes(key) if like in self._seconds)
        return statistics.mean(known)


def line(place: int, total: int, result: Result, seconds_left: float | None) -> str:
    """Return what is said of a result."""
    return f"[{place}/{total}] {result.key}: {_said(result)}; {in_words(seconds_left)} left"


def in_words(seconds: float | None) -> str:
    """Return seconds as a reader wants them."""
    if seconds is None:
        return "an unknown time"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def _said(result: Result) -> str:
    if result.measured is None:
        return f"failed, {result.failed}"
    found = result.measured.figures
    if "average_precision" in found:
        said = f"AP {found['average_precision']:.3f}"
    elif "shares" in found:
        said = "AP " + ", ".join(
            f"{share} {each['dirty']:.3f} of {each['clean']:.3f}"
            for share, each in found["shares"].items()
        )
    else:
        said = f"{found['named']} of {found['alerts']} reasons are right"
    return f"{said} ({result.measured.fit_seconds:.1f} s)"


def _likes(key: Key) -> list[tuple[str, ...]]:
    return [
        (key.protocol, key.set, key.method),
        (key.protocol, "", key.method),
        (key.protocol, key.set),
        (key.protocol,),
        (),
    ]
