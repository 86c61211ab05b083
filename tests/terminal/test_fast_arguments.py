"""Values of the command line without Typer's validation, and with it where it is needed."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated

import pytest
import typer

from anomaly.terminal.fast_arguments import without_validation

app = typer.Typer()


@app.command()
def show(
    path: Path,
    name: str,
    count: Annotated[int, typer.Option()] = 3,
    most: Annotated[int, typer.Option(max=5)] = 1,
    share: Annotated[float | None, typer.Option()] = None,
    many: Annotated[list[str], typer.Option()] = [],  # noqa: B006
    pair: Annotated[tuple[float, float], typer.Option()] = (0.5, 0.5),
    out: Annotated[Path | None, typer.Option()] = None,
    flag: Annotated[bool, typer.Option("--flag")] = False,
    least: Annotated[int, typer.Option(min=0)] = 1,
    below: Annotated[int, typer.Option(max=0)] = 0,
    folder: Annotated[Path | None, typer.Option(file_okay=False)] = None,
    file: Annotated[Path | None, typer.Option(dir_okay=False)] = None,
    word: Annotated[Path | None, typer.Option(path_type=str)] = None,
) -> None:
    """Print what was understood."""
    print((path, name, count, most, share, many, pair, out, flag))
    print((least, below, folder, file, word))


@app.command()
def nothing() -> None:
    """Print nothing."""


def outcome(command, words, capsys):
    try:
        command(list(words), standalone_mode=False, prog_name="show")
    except typer.TyperException as error:
        return type(error), error.format_message()
    return capsys.readouterr()


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--count", "12"],
        ["--count", "-12"],
        ["--count", " 7 "],
        ["--count", "007"],
        ["--count", "1_000"],
        ["--count", "99999999999999999999"],
        ["--most", "5"],
        ["--most", "6"],
        ["--share", "0.25", "--many", "a", "--many", "b", "--pair", "1", "2"],
        ["--out", "new.csv", "--flag"],
        ["--out", "."],
        ["--out", ""],
        ["--least", "0"],
        ["--least", "-1"],
        ["--below", "0"],
        ["--below", "1"],
        ["--folder", "."],
        ["--folder", __file__],
        ["--file", __file__],
        ["--file", "."],
        ["--word", "new.csv"],
        ["--nope"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_values_and_complaints_are_typers_own(options, capsys):
    words = ["show", "a/./b", "text", *options]
    expected = outcome(typer.main.get_command(app), words, capsys)
    assert outcome(without_validation(typer.main.get_command(app)), words, capsys) == expected


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--count", "٣"], "'--count': give a whole number, not '٣'"),
        (["--count", "many"], "'--count': give a whole number, not 'many'"),
        (["--count", "1.5"], "'--count': give a whole number, not '1.5'"),
        (["--share", "half"], "'--share': give a number, not 'half'"),
        (["--pair", "1", "b"], "'--pair': give numbers, not '1 b'"),
    ],
)
def test_what_is_no_number_is_told_in_our_words(options, complaint, capsys):
    words = ["show", "a", "b", *options]
    kind, _ = outcome(typer.main.get_command(app), words, capsys)
    found = outcome(without_validation(typer.main.get_command(app)), words, capsys)
    assert found == (kind, f"Invalid value for {complaint}")


def test_a_missing_value_is_told(capsys):
    kind, words = outcome(without_validation(typer.main.get_command(app)), ["show", "a"], capsys)
    assert (kind.__name__, words) == ("MissingParameter", "Missing argument 'name'.")


def test_a_file_that_cannot_be_read_is_left_to_typer(tmp_path, capsys, monkeypatch):
    path = tmp_path / "secret"
    path.touch()
    monkeypatch.setattr("os.access", lambda *_: False)
    words = ["show", "a", "b", "--out", str(path)]
    expected = outcome(typer.main.get_command(app), words, capsys)
    assert "is not readable" in expected[1]
    assert outcome(without_validation(typer.main.get_command(app)), words, capsys) == expected


def test_a_typer_that_keeps_its_parameters_in_another_way_is_left_alone():
    class Parameter(SimpleNamespace):
        def get_runtime_param(self):
            return "typer's own"

    info = SimpleNamespace(parser=None)  # and nothing of min, max and the others
    descriptors = (None, SimpleNamespace(annotation=int, parameter_info=info))
    parameters = [Parameter(nargs=1, multiple=False, type_descriptor=it) for it in descriptors]
    parameters.append(Parameter())
    command = SimpleNamespace(get_params=lambda _: parameters)
    found = without_validation(command).get_params(None)
    assert [parameter.get_runtime_param() for parameter in found] == ["typer's own"] * 3


def test_scoring_a_clean_file_imports_neither_pydantic_nor_pandas(trained, files, tmp_path):
    words = ["anomaly", "score", trained, files / "cards.csv", "--out", tmp_path / "scored.csv"]
    code = (
        f"import sys; sys.argv = {[str(word) for word in words]}\n"
        "import cli\n"
        "try:\n    cli.main()\n"
        "except SystemExit as ended:\n    assert not ended.code\n"
        "assert not {'pydantic', 'pandas', 'tomllib', 'thresholds', 'rich'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
