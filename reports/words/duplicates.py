"""How many held-out transactions stand in train already, in sentences."""

from collections.abc import Sequence

from reports import formats
from reports.content.duplicates import Duplicates


def duplicates_in_words(parts: Sequence[Duplicates], noun: str) -> list[str]:
    """Say how many rows of each part were in training already, a sentence each."""
    sentences = []
    for part in parts:
        words = (
            f"{formats.count(part.duplicates)} of {formats.plural(part.rows, f'{part.part} row')} "
            f"({formats.percent(part.duplicates / max(part.rows, 1))}) "
            f"{'equals' if part.duplicates == 1 else 'equal'} a training row in every feature"
        )
        if part.positives is not None and part.duplicates:
            words += f", {formats.count(part.positives)} of them {formats.plural_of(noun)}"
        if part.contradictions:
            have = "has" if part.contradictions == 1 else "have"
            words += f"; {formats.count(part.contradictions)} {have} another label there"
        sentences.append(f"{words}.")
    return sentences
