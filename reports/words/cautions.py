"""Which cautions the page tells in full, which it folds away, and which are known already."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports import formats
from reports.content.cautions import Caution
from reports.content.report import Report

MOST_IN_FULL = 3
_LONGEST = 1500


@dataclass(frozen=True, slots=True)
class CautionWords:
    """A caution in words, and who knows it."""

    code: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cautions:
    """The cautions of a report.

    Attributes
    ----------
    in_full, others, acknowledged : sequence of CautionWords
    more : str
        How many `others` there are, with their codes.
    """

    in_full: Sequence[CautionWords]
    others: Sequence[CautionWords]
    acknowledged: Sequence[CautionWords]
    more: str

    @property
    def any(self) -> bool:
        return bool(self.in_full or self.acknowledged)


def cautions(report: Report) -> Cautions:
    """Divide the cautions of a report, whose order stays."""
    is_open = [not caution.acknowledged_at for caution in report.cautions]
    told = [_words(caution) for caution in report.cautions]
    unknown = [words for words, is_ in zip(told, is_open, strict=True) if is_]
    others = unknown[MOST_IN_FULL:]
    codes = ", ".join(words.code for words in others)
    return Cautions(
        in_full=unknown[:MOST_IN_FULL],
        others=others,
        acknowledged=[words for words, is_ in zip(told, is_open, strict=True) if not is_],
        more=f"and {formats.count(len(others))} more: {codes}" if others else "",
    )


def _words(caution: Caution) -> CautionWords:
    text = formats.text(caution.text, _LONGEST).replace(" %", f"{formats.NARROW_SPACE}%")
    note = ""
    if caution.acknowledged_at:
        reason = formats.text(caution.reason, _LONGEST)
        note = f"Acknowledged {formats.moment(caution.acknowledged_at)}: {reason}"
    return CautionWords(formats.text(caution.code), text, note)
