"""Why a dash stands for an interval."""

from reports import formats
from thresholds import FEWEST_DAYS, FEWEST_FOR_COST, FEWEST_FOR_RANKING


def why_no_interval(noun: str) -> str:
    """Say of which figures there is no interval.

    Parameters
    ----------
    noun : str
        What a row with label 1 is called.
    """
    several = formats.plural_of(noun)
    return (
        "A dash stands for an interval that would not hold: of figures of validation, where the "
        f"threshold was picked by them and they look better than elsewhere; of alerts a day over fewer "
        f"than {FEWEST_DAYS} days; of average precision and ROC AUC with fewer than "
        f"{FEWEST_FOR_RANKING} {several}, of cost with fewer than {FEWEST_FOR_COST}."
    )
