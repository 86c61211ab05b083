"""A button of the page picks exactly what the command beside it picks."""

import shlex

import numpy as np
import pytest
from quick import quick_train

import anomaly
from anomaly.reporting.run import report_of
from reports.explorer.explorer import explore
from thresholds import OBJECTIVES

ROLES = {"entity": "customer", "time": "time"}


@pytest.fixture(scope="module", params=["labelled", "unlabelled", "random"])
def run(request, transactions, tmp_path_factory):
    """A run of its own, for each way to suggest."""
    customers = np.random.default_rng(1).integers(0, 200, len(transactions))
    table = transactions.assign(customer=[f"c {number}" for number in customers])
    roles = {"label": "fraud", **ROLES}
    if request.param == "unlabelled":
        table, roles = table.drop(columns="fraud"), ROLES
    if request.param == "random":
        roles = roles | {"split": "random", "behaviour": "none"}
    folder = tmp_path_factory.mktemp(request.param) / "run"
    return quick_train(table, **roles, epochs=2, out=folder)


def asked(words):
    """The objective and its options, as the command's words have them."""
    pairs = shlex.split(words)
    options = {
        name[2:].replace("-", "_"): value
        for name, value in zip(pairs[::2], pairs[1::2], strict=True)
    }
    named = {name: options.pop(name) for name in ("objective", "entity") if name in options}
    return named | {name: float(value) for name, value in options.items()}


def test_each_button_picks_what_its_command_picks(run):
    explorer = explore(report_of(run))
    assert len(explorer.suggested) >= 6
    for suggested in explorer.suggested:
        if suggested.value is None:
            with pytest.raises(anomaly.AnomalyError):
                run.pick_threshold(**asked(suggested.objective))
        else:
            found = run.pick_threshold(**asked(suggested.objective))
            assert suggested.value == found.value, suggested.objective
            assert suggested.value in explorer.thresholds


def test_the_options_of_buttons_and_of_the_comparison_are_the_usual_ones(run):
    rows = {row["objective"]: row for row in run.compare_objectives()}
    has_days = run.details["split"]["method"] == "time"
    for suggested in explore(report_of(run)).suggested:
        options = asked(suggested.objective)
        name = options.pop("objective")
        options.pop("entity", None)
        usual = OBJECTIVES[name].usual_options(with_days=has_days)
        assert options == (usual or ({"at_most": 0.05} if name == "conformal" else {}))
        assert rows[name]["threshold"] == suggested.value
