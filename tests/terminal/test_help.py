"""The help of the commands: options in groups, examples that could be typed."""

import re
import shlex

import pytest
import typer

import cli
from anomaly.terminal.help import _EXAMPLES, _GROUPS

COMMANDS = typer.main.get_command(cli.app).commands


def test_every_grouped_option_is_one_of_a_command():
    there = {parameter.name for command in COMMANDS.values() for parameter in command.params}
    assert {name for names in _GROUPS.values() for name in names} <= there


@pytest.mark.parametrize("name", COMMANDS)
def test_there_are_three_examples_with_options_that_exist(name, command):
    examples = _EXAMPLES[name]
    assert len(examples) == 3
    shown = command(name, "--help").out
    options = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    for example in examples:
        assert f"  {example}\n" in shown
        program, said, *words = shlex.split(example)
        assert (program, said) == ("anomaly", name)
        assert {word for word in words if word.startswith("--")} <= options


def test_options_stand_under_what_they_are_about(command):
    shown = command("pick-threshold", "--help").out
    order = [
        *("Arguments:", "Objective:", "--objective", "Costs:", "--recovered", "Budgets:"),
        *("--per-day", "--entity", "Without labels:", "Instead of picking:", "--set", "Output:"),
    ]
    places = [re.search(rf"^ *{word}", shown, re.MULTILINE).start() for word in order]
    assert places == sorted(places)


def test_headings_are_bold_where_the_terminal_shows_it(monkeypatch):
    context = typer.Context(COMMANDS["score"], info_name="score")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[1mOutput" in COMMANDS["score"].get_help(context)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in COMMANDS["score"].get_help(context)
