"""The table of the splits as text: how many rows and positive ones, and from when to when."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports import formats
from reports.content.splits import Split

LONGEST_CLOCK = 10 * 365 * 86_400  # seconds; more are likely counted from 1970
LAST_SECOND = 1e12


@dataclass(frozen=True, slots=True)
class SplitRow:
    """A line of the table of splits; `share` of all rows is in percent."""

    name: str
    rows: str
    share: float
    positives: str
    rate: str
    one_in: str
    period: str


def split_rows(splits: Sequence[Split]) -> list[SplitRow]:
    """A line for each split."""
    total = sum(split.rows for split in splits) or 1
    return [_split_row(split, 100 * split.rows / total) for split in splits]


def _split_row(split: Split, share: float) -> SplitRow:
    positives = rate = formats.NOTHING
    one_in = ""
    if split.positives is not None:
        positives = formats.count(split.positives)
        rate = formats.percent(split.positives / split.rows) if split.rows else formats.NOTHING
        if split.positives:
            one_in = f"1 in {formats.count(round(split.rows / split.positives))}"
    return SplitRow(
        name=formats.text(split.name),
        rows=formats.count(split.rows),
        share=round(share, 1),
        positives=positives,
        rate=rate,
        one_in=one_in,
        period=_period(split),
    )


def _period(split: Split) -> str:
    """From when to when, as dates or by the clock of times that are numbers of seconds."""
    ends = [end for end in (split.start, split.end) if end is not None]
    try:
        seconds = [float(end) for end in ends]
    except ValueError:
        seconds = []
    if not seconds or not all(0 <= end < LAST_SECOND for end in seconds):
        return " to ".join(formats.text(end) for end in ends)
    if max(seconds) > LONGEST_CLOCK:
        return f"second {' to '.join(formats.count(round(end)) for end in seconds)}"
    return f"{' to '.join(map(formats.duration, seconds))} after the clock’s start"
