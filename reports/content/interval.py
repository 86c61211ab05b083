"""An interval, as every figure of a report has it."""

Interval = tuple[float, float]
"""Lower and upper end of a 95 % interval."""
