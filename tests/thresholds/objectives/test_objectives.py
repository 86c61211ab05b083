import pytest

from thresholds import OBJECTIVES, ThresholdError, pick
from thresholds.objectives.registry import from_scores, maximised

LABELS, SCORES = [0, 0, 1, 0, 1], [1.0, 2.0, 3.0, 4.0, 5.0]


@pytest.fixture
def registry():
    """The registry, put back as it was afterwards."""
    before = dict(OBJECTIVES)
    yield OBJECTIVES
    OBJECTIVES.clear()
    OBJECTIVES.update(before)


@pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES)
def test_every_objective_explains_itself(objective):
    assert objective.function.__doc__.splitlines()[0].endswith(".")


def test_a_function_of_the_counts_becomes_an_objective(registry):
    @maximised
    def caught_less_false(counts, *, price=2.0):
        """Maximise what is caught less what false alarms cost."""
        return counts.tp - price * counts.fp

    picked = pick(LABELS, SCORES, "caught-less-false", price=0.5)
    assert (picked.value, picked.options) == (2.5, {"price": 0.5})
    assert pick(LABELS, SCORES, "caught-less-false").value == 4.5


def test_a_function_of_the_scores_becomes_an_objective(registry):
    @from_scores
    def fixed(ordered, *, at):
        """Take the threshold as given.

        Assumes that the analyst
        knows.
        """
        return at

    picked = pick(None, SCORES, "fixed", at=3.5)
    assert (picked.alerts, picked.assumption) == (2, "Assumes that the analyst knows.")


@pytest.mark.parametrize(
    ("objective", "options", "message"),
    [
        (
            "f11",
            {},
            r"there is no objective 'f11' \(did you mean 'f1'\?\); choose one of: alerts, card",
        ),
        ("F1", {}, r"there is no objective 'F1' \(did you mean 'f1'\?\)"),
        ("xyz", {}, r"there is no objective 'xyz'; choose one of: alerts, card"),
        ("contamination", {}, "objective 'contamination' needs the option `share`; give it"),
        ("contamination", {"shar": 1}, r"no option `shar` \(did you mean `share`\?\)"),
        ("f1", {"share": 1}, r"no option `share` \(alerts and contamination have\); it takes none"),
        ("f1", {"confidance": 0.9}, r"no option `confidance` \(did you mean `confidence`\?\)"),
    ],
)
def test_a_wrong_name_gets_a_suggestion(objective, options, message):
    with pytest.raises(ThresholdError, match=message):
        pick(LABELS, SCORES, objective, **options)


def test_missing_labels_name_the_objectives_that_need_none():
    message = "objective 'f1' needs labels; give them, or choose one of: alerts, con"
    with pytest.raises(ThresholdError, match=message):
        pick(None, SCORES)
