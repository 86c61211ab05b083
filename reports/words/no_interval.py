"""Why a dash stands where an interval would."""

from reports import formats
from thresholds import FEWEST_ANOMALIES


def why_no_interval(noun: str) -> str:
    """Say of which figures there is no interval, and which have exact ones.

    Parameters
    ----------
    noun : str
        What a row with label 1 is called.
    """
    return (
        f"A dash stands for an interval where a split holds fewer than {FEWEST_ANOMALIES} "
        f"{formats.plural_of(noun)}, or where all resamples say the same; recall and precision have "
        "exact binomial intervals there (Clopper and Pearson, 1934)."
    )
