"""Which cautions the page tells in full, which it folds away, and which are known already."""

import re
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


@dataclass(frozen=True, slots=True)
class Badge:
    """Whether the figures can be trusted, in a line; `code` names the gravest open caution."""

    is_green: bool
    text: str
    code: str = ""


def badge(report: Report) -> Badge:
    """Green where no caution is open and labels can judge; else amber with the gravest caution."""
    told = cautions(report)
    warnings = [formats.text(warning, longest=600) for warning in report.warnings]
    count = len(told.in_full) + len(told.others) + len(warnings)
    more = f" And {formats.count(count - 1)} more." if count > 1 else ""
    if told.in_full:
        gravest = told.in_full[0]
        return Badge(False, f"{_first_sentence(gravest.text)}{more}", gravest.code)
    if warnings:
        return Badge(False, f"{_first_sentence(warnings[0])}{more}")
    parts = (report.validation, report.test)
    if not any(part is not None and part.labels is not None for part in parts):
        return Badge(False, "There are no labels, so nothing says how good the alerts are.")
    if report.test is None:
        return Badge(
            False, "There is no test split: figures of validation look better than new data."
        )
    if told.acknowledged:
        return Badge(True, "All cautions are acknowledged.")
    return Badge(True, "No caution is raised.")


def _first_sentence(words: str) -> str:
    first = re.split(r"(?<=[.!?:;]) (?=\D)", words, maxsplit=1)[0]
    return f"{first[:-1]}." if first[-1:] in ":;" else first


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
