"""The `anomaly` command: parse, call one function, print. No logic."""

from __future__ import annotations

import io
import json
import signal
import sys
import warnings
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

try:
    import anomaly
    from anomaly import defaults
    from anomaly.arguments import without_validation
except ImportError as error:
    # A part of the installation is missing or hidden; the message says what to do.
    print(f"anomaly: {error}", file=sys.stderr)
    sys.exit(2)

app = typer.Typer(
    name="anomaly",
    help="From a file of transactions to alerts that you can defend.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _take_config(context: typer.Context, path: Path | None) -> Path | None:
    """Make the values of a TOML file the defaults of the command's options.

    Those at the top hold for each command that has such an option, those in the table of a
    command's name for that command, where they win.
    """
    if path is None or context.resilient_parsing:
        return path
    import tomllib  # few need it, and each import delays every command

    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise anomaly.OptionError(f"--config {path} cannot be read: {error}") from error
    commands: Any = getattr(context.find_root().command, "commands", {})
    options = {name: _options_of(command) for name, command in commands.items()}
    own = options[context.info_name or ""]
    every = {option for names in options.values() for option in names}
    top: dict[str, Any] = {}
    table: dict[str, Any] = {}
    for key, value in content.items():
        if isinstance(value, dict):
            command = _known(key, options, f"--config {path}: there is no command")
            known = options[command]
            where = f"--config {path}: [{key}] has no option"
            found = {_known(k, known, where): v for k, v in value.items()}
            table |= found if command == context.info_name else {}
        else:
            top[_known(key, every, f"--config {path}: there is no option")] = value
    values = {name: value for name, value in (top | table).items() if name in own}
    context.default_map = {
        own[name].name: _as_words(own[name], value, f"--config {path}: {name}")
        for name, value in values.items()
    }
    return path


def _options_of(command: Any) -> dict[str, Any]:
    """Return the options that a file may set, by name."""
    options = {option: parameter for parameter in command.params for option in parameter.opts}
    on_the_command_line_only = ("--config", "--debug")
    return {
        option.removeprefix("--"): parameter
        for option, parameter in options.items()
        if option.startswith("--") and option not in on_the_command_line_only
    }


def _known(key: str, names: Collection[str], fault: str) -> str:
    name = key.replace("_", "-")
    if name in names:
        return name
    import difflib

    close = difflib.get_close_matches(name, names, 1)
    hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(sorted(names))}"
    raise anomaly.OptionError(f"{fault} {key!r}; {hint}")


def _as_words(option: Any, value: Any, where: str) -> str | list[str]:
    """Return a value as it would stand on the command line, so that it is read like there."""
    takes_several = option.multiple or option.nargs != 1
    if isinstance(value, dict) or (isinstance(value, list) and not takes_several):
        raise anomaly.OptionError(f"{where} takes one value, not {value}")
    words = [str(word) for word in (value if isinstance(value, list) else [value])]
    return words if takes_several else words[0]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"anomaly {anomaly.__version__}")
        raise typer.Exit


RunFolder = Annotated[Path, typer.Argument(help="Folder that `anomaly train` wrote.")]
Data = Annotated[
    str,
    typer.Argument(
        help="CSV, Parquet or Arrow file, a glob of them, - for standard input, "
        "or a built-in set: simulated, creditcard."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help="TOML file with options under the same names.",
        is_eager=True,
        callback=_take_config,
    ),
]


@app.callback(invoke_without_command=True)
def _anomaly(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", is_eager=True, callback=_show_version),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)


@app.command()
def simulate(
    rows: Annotated[int, typer.Option(help="How many transactions.")],
    out: Annotated[Path, typer.Option(help="File to write: .csv or .parquet.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 0,
    as_json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
    debug: Debug = False,
) -> None:
    """Write simulated card transactions with labelled frauds."""
    from anomaly.simulation.writing import write_simulation

    done = write_simulation(rows, out, seed)
    _print(
        asdict(done),
        f"Wrote {done.rows:,} transactions, {done.positives:,} of them fraud, to {done.out}\n"
        f"Next: anomaly train {done.out} {done.options}",
        as_json,
        quiet,
    )


@app.command()
def train(
    data: Data,
    label: Annotated[str | None, typer.Option(help="Column that marks anomalies.")] = None,
    time: Annotated[str | None, typer.Option(help="Column that orders the rows.")] = None,
    entity: Annotated[
        list[str], typer.Option(help="Column whose history matters: a customer, a card.")
    ] = [],  # noqa: B006
    id: Annotated[list[str], typer.Option(help="Column that names a row.")] = [],  # noqa: B006
    drop: Annotated[list[str], typer.Option(help="Column to leave out.")] = [],  # noqa: B006
    category: Annotated[list[str], typer.Option(help="Column to take as a category.")] = [],  # noqa: B006
    number: Annotated[list[str], typer.Option(help="Column to take as a number.")] = [],  # noqa: B006
    positive: Annotated[
        str | None, typer.Option(help="The label's value that marks an anomaly.")
    ] = None,
    split: Annotated[
        str | None, typer.Option(help="time or random; time where --time is given.")
    ] = None,
    fractions: Annotated[
        tuple[float, float, float], typer.Option(help="Shares of train, validation and test.")
    ] = defaults.FRACTIONS,
    detector: Annotated[
        str, typer.Option(help="denoising, variational, or autoencoder: the classic recipe.")
    ] = defaults.DETECTOR,
    epochs: Annotated[int | None, typer.Option(help="At most so many epochs.")] = None,
    fast: Annotated[
        bool, typer.Option("--fast", help="Train for a quarter of the usual length.")
    ] = False,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Train for four times the usual length.")
    ] = False,
    batch_size: Annotated[int | None, typer.Option(help="Rows a training step.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same run.")] = 0,
    out: Annotated[
        Path | None, typer.Option(help="Run folder; by default runs/NAME-1 or the next number.")
    ] = None,
    overwrite: Annotated[bool, typer.Option(help="Replace a run of that name.")] = False,
    log_dir: Annotated[Path | None, typer.Option(help="Folder for TensorBoard logs.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
    debug: Debug = False,
) -> None:
    """Train a detector on transactions and leave a run folder."""
    run = anomaly.train(
        data,
        label,
        time,
        entity=entity,
        id=id,
        drop=drop,
        category=category,
        number=number,
        positive=positive,
        split=split,
        fractions=fractions,
        detector=detector,
        epochs=epochs,
        fast=fast,
        thorough=thorough,
        batch_size=batch_size,
        seed=seed,
        out=out,
        overwrite=overwrite,
        log_dir=log_dir,
        progress=not quiet,
    )
    _print(run.metrics, _training_story(run), as_json, quiet)


@app.command("pick-threshold")
def pick_threshold(
    run: RunFolder,
    objective: Annotated[str, typer.Option(help="What the threshold is picked for.")] = "f1",
    share: Annotated[
        float | None, typer.Option(help="For contamination: at most this share of rows alerts.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
    debug: Debug = False,
) -> None:
    """Pick the threshold on validation and report it on test."""
    opened = anomaly.load(run)
    options = {name: value for name, value in {"share": share}.items() if value is not None}
    opened.pick_threshold(objective, **options)
    content = opened.threshold
    assert content is not None
    _print(content, _threshold_story(opened.folder, content), as_json, quiet)


@app.command()
def score(
    run: RunFolder,
    data: Data,
    out: Annotated[Path, typer.Option(help="File to write: .csv or .parquet.")],
    reasons: Annotated[
        int, typer.Option(help="Name so many columns with the largest share of each score.")
    ] = 0,
    as_json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
    debug: Debug = False,
) -> None:
    """Score transactions into a CSV or Parquet file."""
    done = anomaly.load(run).score_file(data, out, reasons, progress=not quiet)
    if done.new_columns:
        _note(f"left out, since the run does not know them: {', '.join(done.new_columns)}", quiet)
    if done.missing_ids:
        _note(f"the data lack the id columns: {', '.join(done.missing_ids)}", quiet)
    if done.alerts is None:
        _note(f"no alerts yet: pick a threshold with: anomaly pick-threshold {run}", quiet)
    alerts = "" if done.alerts is None else f", {done.alerts:,} alerts"
    problems = f", {done.problems:,} kept without a score (see `problem`)" if done.problems else ""
    _print(
        asdict(done),
        f"Scored {done.scored:,} of {done.rows:,} rows in {done.seconds['total']:.1f} s"
        f"{alerts}{problems}: {done.out}",
        as_json,
        quiet,
    )
    if not done.scored:
        raise anomaly.DataError(f"no row of {data} could be scored: {done.first_problem}")


@app.command()
def report(
    run: RunFolder,
    out: Annotated[
        Path | None, typer.Option(help="File to write; by default report.html in the run.")
    ] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
    debug: Debug = False,
) -> None:
    """Write the run's report: one self-contained HTML page."""
    path = anomaly.load(run).report(out)
    _print({"out": str(path)}, f"Wrote {path}", as_json, quiet)
    if open_page:
        typer.launch(str(path))


def _print(content: dict[str, Any], story: str, as_json: bool, quiet: bool) -> None:
    if as_json:
        typer.echo(json.dumps(content))
    elif not quiet:
        typer.echo(story)


def _note(words: str, quiet: bool) -> None:
    if not quiet:
        typer.echo("note: " + " ".join(words.split()), err=True)


def _training_story(run: anomaly.Run) -> str:
    figures, details = run.metrics, run.details
    needs_no_labels = "" if run.schema.label else " --objective contamination --share 0.01"
    width = max(len(column.name) for column in run.schema.columns)
    lines = [f"Trained {details['detector']['name']} on {details['data']['name']}", ""]
    lines += [
        f"  {c.name:<{width}}  {c.role:<8}  {c.kind:<8}  {c.note}".rstrip()
        for c in run.schema.columns
    ]
    lines += ["", f"  {'':<10}  {'rows':>11}  {'positives':>9}  average precision  ROC AUC"]
    for part, rows in figures["rows"].items():
        positives = figures["positives"][part]
        shown = f"{positives:>9,}" if positives is not None else f"{'-':>9}"
        found = figures.get(part, {})
        ranking = (
            f"{found['average_precision']:>17.3f}  {found['roc_auc']:>7.3f}"
            if found.get("average_precision") is not None
            else ""
        )
        lines.append(f"  {part:<10}  {rows:>11,}  {shown}  {ranking}".rstrip())
    lines += [
        "",
        f"{figures['features']} features, epochs: {figures['epochs']}, "
        f"{figures['seconds']['total']:.1f} s: {run.folder}",
        f"Next: anomaly pick-threshold {run.folder}{needs_no_labels}",
    ]
    return "\n".join(lines)


def _threshold_story(folder: Path, content: dict[str, Any]) -> str:
    lines = [f"Threshold {content['threshold']:.6g} for {content['objective']}", ""]
    for part in ("validation", "test"):
        found = content[part]
        line = f"  {part:<10}  {found['alerts']:>7,} alerts"
        if found["tp"] is not None:
            line += f", {found['tp']:,} of {found['tp'] + found['fn']:,} caught"
        for name in ("precision", "recall", "f1"):
            if found[name] is not None:
                low, high = found["intervals"][name] or (None, None)
                interval = f" ({low:.2f} to {high:.2f})" if low is not None else ""
                line += f"  {name} {found[name]:.3f}{interval}"
        lines.append(line)
    return "\n".join([*lines, "", f"Next: anomaly score {folder} DATA --out alerts.csv"])


def main() -> None:
    """Run the command; an error is one line on standard error and an exit status."""
    # A request to end is met like Ctrl-C: what was half written goes away.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name that the terminal cannot show is no reason to fail.
        sys.stdout.reconfigure(errors="backslashreplace")
    warnings.showwarning = _show_warning
    try:
        status = without_validation(typer.main.get_command(app))(standalone_mode=False)
    except typer.TyperException as error:
        status = _explain(error, _usage(error), 2)
    except anomaly.AnomalyError as error:
        status = _explain(error, str(error), 2)
    except UnicodeEncodeError as error:
        status = _explain(error, f"{error.object!r} is not UTF-8; rename that file or folder", 2)
    except OSError as error:
        status = _explain(error, f"the system says: {error} (--debug shows more)", 2)
    except Exception as error:  # noqa: BLE001 - whatever it is, it gets one line
        words = f"{type(error).__name__}: {error} (--debug shows more)"
        status = _explain(error, f"a fault in anomaly: {words}", 1)
    if status == 130:
        _explain(None, "stopped; nothing was written", status)
    sys.exit(status)


def _show_warning(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
    """Show what concerns the user as a line of words, without its place in the source."""
    if issubclass(category, UserWarning):
        _note(str(message), quiet=False)


def _usage(error: typer.TyperException) -> str:
    context, parameter = getattr(error, "ctx", None), getattr(error, "param", None)
    words = error.format_message().rstrip(".")
    if parameter is not None and context is not None:
        source = context.get_parameter_source(parameter.name)
        is_from_file = source is not None and source.name == "DEFAULT_MAP"
        words = f"--config {context.params['config']}: {words}" if is_from_file else words
    return f"{words}; see: {context.command_path} --help" if context is not None else words


def _explain(error: BaseException | None, message: str, status: int) -> int:
    if error is not None and "--debug" in sys.argv:
        import traceback

        traceback.print_exception(error)
    print("anomaly: " + " ".join(message.split()), file=sys.stderr)
    return status


if __name__ == "__main__":
    main()
