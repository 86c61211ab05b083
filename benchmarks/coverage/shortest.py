"""The shortest interval of a proportion that is known to be exact and of one piece."""

from __future__ import annotations

from functools import cache

from scipy.optimize import brentq
from scipy.stats import binom


@cache
def blaker(x: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the interval of H. Blaker, "Confidence curves and improved exact confidence intervals
    for discrete distributions", *Canadian Journal of Statistics* 28, 2000.

    Parameters
    ----------
    x, n : int
        Successes and trials.
    confidence : float, default=0.95
    """
    level = 1 - confidence

    def acceptability(p: float) -> float:
        upper, lower = binom.sf(x - 1, n, p), binom.cdf(x, n, p)
        if upper <= lower:
            return float(upper + binom.cdf(binom.ppf(upper, n, p) - 1, n, p))
        return float(lower + binom.sf(n - binom.ppf(lower, n, 1 - p), n, p))

    def end(outside: float, inside: float) -> float:
        # Acceptability jumps, so the first crossing from outside is looked for in small steps.
        steps = 200
        before = outside
        for step in range(1, steps + 1):
            p = outside + (inside - outside) * step / steps
            if acceptability(p) >= level:
                low, high = sorted((before, p))
                crossing = lambda q: acceptability(q) - level  # noqa: E731
                if crossing(before) < 0:
                    return float(brentq(crossing, low, high, xtol=1e-7))
                return before
            before = p
        return inside

    mean = x / n
    return (0.0 if x == 0 else end(1e-9, mean), 1.0 if x == n else end(1 - 1e-9, mean))
