"""The help of pick-threshold says of each option what the objectives themselves say of it."""

import inspect
import re

import pytest
import typer

import cli
from thresholds import OBJECTIVES, Plan, pick

COMMAND = typer.main.get_command(cli.app).commands["pick-threshold"]
HELP = {each.name: each.help for each in COMMAND.params if each.name in {
    option for objective in OBJECTIVES.values() for option in objective.options
}}  # fmt: skip

# Without usual values.
NEEDED = {"cost": {"false_alarm_cost": 1.0}}


def help_of(name):
    return next(each.help for each in COMMAND.params if each.name == name)


def test_every_option_of_an_objective_is_one_of_the_command():
    options = {option for objective in OBJECTIVES.values() for option in objective.options}
    assert options - set(HELP) == {"normal"}  # it comes from the run


@pytest.mark.parametrize("option", HELP)
def test_the_help_names_the_objectives_that_take_the_option(option):
    named = re.findall(r"([a-z0-9, -]+): ", HELP[option])
    takers = {name for name, objective in OBJECTIVES.items() if option in objective.options}
    assert {name.strip() for part in named for name in part.split(",")} == takers


@pytest.mark.parametrize("option", HELP)
def test_a_default_in_the_help_is_that_of_the_objective(option):
    told = re.search(r"by default ([\d.]+\d|\d)", HELP[option])
    defaults = {
        objective.options[option]
        for objective in OBJECTIVES.values()
        if option in objective.options
    }
    if told:
        assert {float(told[1])} == defaults


def test_the_help_says_which_objectives_need_no_labels():
    labelled, free = help_of("objective").split("With labels: ")[1].split(" Without: ")
    words = [set(re.split(r", ", part.rstrip("."))) for part in (labelled, free)]
    assert words[1] == {name for name, each in OBJECTIVES.items() if not each.needs_labels}
    assert words[0] >= {name for name, each in OBJECTIVES.items() if each.needs_labels}


def test_the_help_says_which_objectives_are_robust_by_default():
    robust = {
        name
        for name, objective in OBJECTIVES.items()
        if name != "conformal"
        and Plan.checked(name, objective.usual_options() | NEEDED.get(name, {})).robust
    }
    assert set(re.findall(r"f\w+", help_of("robust").split("for ")[1])) == robust


@pytest.mark.parametrize("option", ["replicates", "seed"])
def test_the_defaults_of_the_resamples_are_those_of_pick(option):
    default = inspect.signature(pick).parameters[option].default
    assert f"by default {default}." in help_of(option)
