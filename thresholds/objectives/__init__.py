"""What a threshold is picked for: one file an objective or family, which registers itself.

To add an objective that needs labels, write its utility: a function from `Counts` to one number
for each, higher is better and never NaN, and put ``@maximised`` over it. Its keyword-only arguments
are its options. Only the corners of the curve are offered (see `PrecisionRecallCurve.corners`), so a
false alarm must never raise the utility.

    @maximised
    def caught_less_false(counts: Counts) -> Ratios:
        "Maximise what is caught less the false alarms."
        return counts.tp - counts.fp

An objective that is a limit, or has options to check, is a function from its options to a `Goal`
under ``@with_goal(...)`` (see `alert_budgets`). One that looks at unlabelled scores alone is a
function from the ascending scores to the threshold under ``@from_scores`` (see `mad`); what it takes
for granted stands in a paragraph of its docstring that starts with "Assumes". A function beside it
under ``@resampled(it)`` gives it an interval. In each case the function's name is the objective's
name, with a hyphen for each underscore, and the file is named below.
"""

# In the order in which they are shown.
# isort: off
from thresholds.objectives import precision_recall as precision_recall
from thresholds.objectives import alert_budgets as alert_budgets
from thresholds.objectives import false_positive_rate as false_positive_rate
from thresholds.objectives import card_precision as card_precision
from thresholds.objectives import f_scores as f_scores
from thresholds.objectives import mcc as mcc
from thresholds.objectives import youden_and_gmean as youden_and_gmean
from thresholds.objectives import cost as cost
from thresholds.objectives import mad as mad
from thresholds.objectives import evt as evt
from thresholds.objectives import mixture as mixture
from thresholds.objectives import conformal as conformal
