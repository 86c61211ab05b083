"""The `anomaly` command: parse, call one function, print. No logic."""

from __future__ import annotations

import io
import json
import signal
import sys
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

try:
    import anomaly
    from anomaly import defaults, terminal
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


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"anomaly {anomaly.__version__}")
        raise typer.Exit


RunFolder = Annotated[Path, typer.Argument(help="Folder that `anomaly train` wrote.")]
Data = Annotated[
    str,
    typer.Argument(
        help="CSV, JSON, Parquet, Arrow or workbook file, a glob, - for standard input, a built-in "
        "set (simulated, creditcard), or a database, with --table or --query: "
        "postgresql://user@host/database, sqlite:///file.db, duckdb:///file.duckdb."
    ),
]
DropLeaks = Annotated[
    bool, typer.Option("--drop-leaks", help="Leave out columns that give the label away.")
]
SplitBy = Annotated[str | None, typer.Option(help="time or random; time where --time is given.")]
Fractions = Annotated[
    tuple[float, float, float], typer.Option(help="Shares of train, validation and test.")
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
        callback=terminal.take_config,
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


@app.command(cls=terminal.GroupedCommand)
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
    from anomaly.api import write_simulation

    done = write_simulation(rows, out, seed)
    _print(
        asdict(done),
        f"Wrote {done.rows:,} transactions, {done.positives:,} of them fraud, to {done.out}\n"
        f"Next: anomaly train {done.out} {done.options}",
        as_json,
        quiet,
    )


@app.command(cls=terminal.GroupedCommand)
@terminal.takes(terminal.TABLE, before="out")
def inspect(
    data: Data,
    out: Annotated[
        Path | None, typer.Option(help="Write the schema there, to edit and to train with.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
    debug: Debug = False,
    **table: Any,
) -> None:
    """Show how each column of a table is understood, before training."""
    found = anomaly.inspect(
        data,
        out=out,
        **table,
    )
    _print(found.to_dict(), terminal.words_of_inspection(found, data), as_json, quiet)


@app.command(cls=terminal.GroupedCommand)
@terminal.takes(terminal.TABLE, before="drop_leaks")
def train(
    data: Data,
    drop_leaks: DropLeaks = False,
    split: SplitBy = None,
    fractions: Fractions = defaults.FRACTIONS,
    detector: Annotated[
        str,
        typer.Option(
            help="denoising, deep-denoising, gaussian, variational, or autoencoder: the classic "
            "recipe.",
            autocompletion=terminal.detectors,
        ),
    ] = defaults.DETECTOR,
    epochs: Annotated[
        int | None, typer.Option(help="At most so many, of a detector that has epochs.")
    ] = None,
    fast: Annotated[
        bool, typer.Option("--fast", help="Train for a quarter of the usual length.")
    ] = False,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Train for four times the usual length.")
    ] = False,
    batch_size: Annotated[int | None, typer.Option(help="Rows a training step.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same run on one machine.")] = 0,
    out: Annotated[
        Path | None, typer.Option(help="Run folder; by default runs/NAME-1 or the next number.")
    ] = None,
    overwrite: Annotated[bool, typer.Option(help="Replace a run of that name.")] = False,
    log_dir: Annotated[Path | None, typer.Option(help="Folder for TensorBoard logs.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
    debug: Debug = False,
    **table: Any,
) -> None:
    """Train a detector on transactions and leave a run folder."""
    run = anomaly.train(
        data,
        drop_leaks=drop_leaks,
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
        **table,
    )
    for reading in run.readings:
        _note(reading, quiet)
    _print(run.metrics, terminal.words_of_training(run), as_json, quiet)


@app.command("pick-threshold", cls=terminal.GroupedCommand)
def pick_threshold(
    run: RunFolder,
    objective: Annotated[
        str | None,
        typer.Option(
            help="What the threshold is picked for, by default f1. With labels: f1, fbeta, "
            "precision, recall, cost, alerts, fpr, mcc, youden, gmean, card-precision. Without: "
            "alerts, fpr, contamination, mad, evt, mixture, conformal.",
            autocompletion=terminal.objectives,
        ),
    ] = None,
    beta: Annotated[
        float | None, typer.Option(help="fbeta: how many times as important recall is.")
    ] = None,
    at_least: Annotated[
        float | None, typer.Option(help="precision, recall: no lower than this.")
    ] = None,
    at_most: Annotated[
        float | None,
        typer.Option(help="fpr: of the normal rows; conformal: of the alerts, no more are false."),
    ] = None,
    false_alarm_cost: Annotated[
        float | None, typer.Option(help="cost: of one false alarm.")
    ] = None,
    missed_cost: Annotated[float | None, typer.Option(help="cost: of one missed anomaly.")] = None,
    missed_cost_column: Annotated[
        str | None, typer.Option(help="cost: column that holds it, such as the amount.")
    ] = None,
    recovered: Annotated[
        float | None, typer.Option(help="cost: share of it that an alert saves, by default 1.")
    ] = None,
    per_day: Annotated[
        float | None, typer.Option(help="alerts, card-precision: at most so many a day.")
    ] = None,
    total: Annotated[
        float | None, typer.Option(help="alerts: at most so many on validation.")
    ] = None,
    share: Annotated[
        float | None, typer.Option(help="alerts, contamination: at most this share of the rows.")
    ] = None,
    entity: Annotated[
        str | None, typer.Option(help="card-precision: column of the cards, of several entities.")
    ] = None,
    deviations: Annotated[
        float | None, typer.Option(help="mad: robust standard deviations, by default 3.5.")
    ] = None,
    probability: Annotated[
        float | None, typer.Option(help="evt: share of rows to alert on, by default 0.0001.")
    ] = None,
    tail: Annotated[
        float | None, typer.Option(help="evt: share of rows to fit the tail on, by default 0.02.")
    ] = None,
    posterior: Annotated[
        float | None, typer.Option(help="mixture: chance of the upper group, by default 0.5.")
    ] = None,
    also: Annotated[
        list[str],
        typer.Option(
            "--and", help="A further constraint: alerts, or with options precision:at-least=0.5."
        ),
    ] = [],  # noqa: B006
    robust: Annotated[
        bool | None,
        typer.Option(
            "--robust/--no-robust",
            help="Take the median of the picks on resamples; so by default for f1 and fbeta.",
        ),
    ] = None,
    replicates: Annotated[
        int | None,
        typer.Option(help="Resamples that the threshold is picked on again, by default 1000."),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of the resamples, by default 0.")] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Show every objective side by side; pick none.")
    ] = False,
    set_to: Annotated[
        float | None, typer.Option("--set", help="Take this threshold, and show what it does.")
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Show all that were picked; the last one counts.")
    ] = False,
    acknowledge: Annotated[
        str | None,
        typer.Option(help="Code of a caution that is known, such as AN004; pick nothing."),
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="acknowledge: why the run is used all the same.")
    ] = None,
    labels: Annotated[
        str | None,
        typer.Option(
            "--labels",
            help="Table of ids and labels that came later; the run keeps them. Where only some rows "
            "have one, figures are of those.",
        ),
    ] = None,
    label: Annotated[
        str | None,
        typer.Option(
            help="labels: their column, by default the run's, or the only one beside ids."
        ),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
    debug: Debug = False,
) -> None:
    """Pick the threshold on validation and report it on test."""
    request = terminal.ThresholdRequest(
        objective=objective,
        also=also,
        options=_given(
            beta=beta,
            at_least=at_least,
            at_most=at_most,
            false_alarm_cost=false_alarm_cost,
            missed_cost=missed_cost,
            recovered=recovered,
            per_day=per_day,
            total=total,
            share=share,
            deviations=deviations,
            probability=probability,
            tail=tail,
            posterior=posterior,
        ),
        columns=_given(missed_cost_column=missed_cost_column, entity=entity),
        draws=_given(robust=robust, replicates=replicates, seed=seed),
        set_to=set_to,
        compares=compare,
        looks_back=history,
        acknowledges=acknowledge,
        reason=reason,
        labels=labels,
        label=label,
    )
    content, words = request.answer(anomaly.load(run))
    _print(content, _with_options(words), as_json, quiet)


@app.command(cls=terminal.GroupedCommand)
@terminal.takes(terminal.SOURCE, before="out_table")
def score(
    run: RunFolder,
    data: Data,
    out: Annotated[
        str | None,
        typer.Option(
            help="File to write: .csv or .parquet; by default one named after the data. Or a "
            "database, with --out-table."
        ),
    ] = None,
    reasons: Annotated[
        int, typer.Option(help="Name so many columns with the largest share of each score.")
    ] = 0,
    threshold: Annotated[
        float | None, typer.Option(help="Alert from this score on, whatever the run's threshold.")
    ] = None,
    out_table: Annotated[str | None, typer.Option(help="Table of a database to write.")] = None,
    if_exists: Annotated[
        str | None,
        typer.Option(
            help="Where that table exists: fail (the default), append, or replace its rows."
        ),
    ] = None,
    update_behaviour: Annotated[
        bool, typer.Option(help="Keep in the run what the history of its entities is afterwards.")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
    debug: Debug = False,
    **source: Any,
) -> None:
    """Score transactions into a CSV or Parquet file, or a table of a database."""
    opened = anomaly.load(run)
    done = opened.score_file(
        data,
        out,
        reasons,
        threshold=threshold,
        out_table=out_table,
        if_exists=if_exists,
        update_behaviour=update_behaviour,
        progress=not quiet,
        **source,
    )
    for reading in done.readings:
        _note(reading, quiet)
    if done.new_columns:
        _note(f"left out, since the run does not know them: {', '.join(done.new_columns)}", quiet)
    if done.missing_ids:
        _note(f"the data lack the id columns: {', '.join(done.missing_ids)}", quiet)
    if done.alerts is None:
        _note(f"no alerts yet: pick a threshold with: anomaly pick-threshold {run}", quiet)
    _print(asdict(done), terminal.words_of_scoring(done), as_json, quiet)
    if done.rows and not done.scored:
        raise anomaly.DataError(f"no row of {done.data} could be scored: {done.first_problem}")


@app.command(cls=terminal.GroupedCommand)
def forget(
    run: RunFolder,
    entity: Annotated[
        list[str], typer.Option(help="Whom to forget, such as customer_id=C17; as often as needed.")
    ],
    as_json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
    debug: Debug = False,
) -> None:
    """Forget what a run remembers of a customer, a card or a terminal."""
    forgotten = terminal.forgotten(anomaly.load(run), entity)
    _print(
        {"run": str(run), "forgotten": forgotten},
        terminal.words_of_forgetting(forgotten),
        as_json,
        quiet,
    )


@app.command(cls=terminal.GroupedCommand)
@terminal.takes(terminal.TABLE, before="drop_leaks")
def compare(
    data: Data,
    drop_leaks: DropLeaks = False,
    split: SplitBy = None,
    fractions: Fractions = defaults.FRACTIONS,
    method: Annotated[
        list[str],
        typer.Option(
            help="SAMPLER+CLASSIFIER, with +anomaly-score for a detector's score as one more "
            "feature, or a detector. Samplers: none, class-weight, under, over, balanced-batches, "
            "smote, smote-nc, cvae, cgan, focal, balanced-bagging. Classifiers: logistic, "
            "random-forest, xgboost, mlp, deep-mlp, lstm, cnn1d. By default a choice of them.",
            autocompletion=terminal.methods,
        ),
    ] = [],  # noqa: B006
    all_methods: Annotated[bool, typer.Option("--all", help="Run every method; hours.")] = False,
    seeds: Annotated[
        int, typer.Option(help="Repetitions, of a random split each with another one.")
    ] = 1,
    seed: Annotated[int, typer.Option(help="The first seed.")] = 0,
    ratio: Annotated[
        float | None, typer.Option(help="Positive rows that samplers make for each normal one.")
    ] = None,
    fast: Annotated[
        bool, typer.Option("--fast", help="Train detectors for a quarter of the usual length.")
    ] = False,
    false_alarm_cost: Annotated[float | None, typer.Option(help="Of one false alarm.")] = None,
    missed_cost: Annotated[float | None, typer.Option(help="Of one missed anomaly.")] = None,
    missed_cost_column: Annotated[
        str | None, typer.Option(help="Column that holds it, such as the amount.")
    ] = None,
    recovered: Annotated[float, typer.Option(help="Share of it that an alert saves.")] = 1.0,
    show_leak: Annotated[
        bool,
        typer.Option(
            "--show-leak", help="Show also what generated rows in the test set would feign."
        ),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder; by default comparisons/NAME. It goes on there.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option(help="Begin anew where the folder has a comparison.")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
    debug: Debug = False,
    **table: Any,
) -> None:
    """Compare methods on the same rows, without leakage."""
    try:
        comparison = anomaly.compare(
            data,
            drop_leaks=drop_leaks,
            split=split,
            fractions=fractions,
            methods=method,
            every_method=all_methods,
            seeds=seeds,
            seed=seed,
            ratio=ratio,
            fast=fast,
            false_alarm_cost=false_alarm_cost,
            missed_cost=missed_cost,
            missed_cost_column=missed_cost_column,
            recovered=recovered,
            show_leak=show_leak,
            out=out,
            overwrite=overwrite,
            progress=not quiet,
            **table,
        )
    except KeyboardInterrupt:
        raise _Stopped("stopped; what was done is kept, and the same command goes on") from None
    for reason in comparison.skipped.values():
        _note(f"left out: {reason}", quiet)
    _print(comparison.to_dict(), terminal.words_of_comparison(comparison), as_json, quiet)


@app.command(cls=terminal.GroupedCommand)
@terminal.takes(terminal.SCORED, before="as_json")
def report(
    run: Annotated[
        list[Path],
        typer.Argument(
            help="Folder that `anomaly train` wrote; of several, one page with them side by side. Or "
            "a folder that `anomaly compare` wrote."
        ),
    ] = [],  # noqa: B006
    out: Annotated[
        Path | None,
        typer.Option(
            help="File to write: .html or .pdf. By default report.html in the run; of several "
            "runs, side-by-side.html in the current folder. With --scores the run folder; by default "
            "runs/NAME-1 or the next number."
        ),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            help="html or pdf, by default as --out ends. An installed Chromium, Chrome or Edge "
            "prints the PDF."
        ),
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option(help="Folder for each figure of one run's report, as PNG and as SVG."),
    ] = None,
    comparison: Annotated[
        Path | None,
        typer.Option(
            help="Folder that `anomaly compare` wrote, to be shown in one run's report; by "
            "default the one that the run lies in, if it lies in one."
        ),
    ] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    scores: Annotated[
        str | None,
        typer.Option(
            "--scores",
            help="In place of a run: a table with scores of anything else, made into a run without a "
            "model.",
        ),
    ] = None,
    score: Annotated[
        str | None, typer.Option(help="scores: their column; higher is more anomalous.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(help="scores: where the alerts begin, if that is set already.")
    ] = None,
    overwrite: Annotated[bool, typer.Option(help="scores: replace a run of that name.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
    debug: Debug = False,
    **table: Any,
) -> None:
    """Write the report on a run, a comparison, or scores from elsewhere: one HTML page."""
    request = terminal.ReportRequest(
        runs=run,
        scores=scores,
        of_scores=_given(score=score, threshold=threshold, overwrite=overwrite or None, **table),
        out=out,
        of_page=_given(format=format, figures=figures, comparison=comparison),
    )
    path, content, words, readings = request.answer(anomaly.report, anomaly.report_scores)
    for reading in readings:
        _note(reading, quiet)
    _print(content, words, as_json, quiet)
    if open_page:
        typer.launch(str(path))


@app.command(cls=terminal.GroupedCommand)
def serve(
    run: RunFolder,
    host: Annotated[
        str, typer.Option(help="Address to listen at; 0.0.0.0 lets other machines in.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at; 0 takes a free one.")] = 8000,
    open_page: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
    debug: Debug = False,
) -> None:
    """Serve the run's report to browsers, until Ctrl-C."""
    from anomaly.desk import Desk

    desk = Desk(run, host, port, debug=debug)

    def tell() -> None:
        if desk.is_public:
            _note("everybody on the network can read the report, without a password", quiet)
        content = {"url": desk.url, "run": str(run)}
        _print(content, f"Serving {run} at {desk.url} until Ctrl-C", as_json, quiet)
        if open_page:
            typer.launch(desk.url)

    desk.serve(once_ready=tell)


class _Stopped(Exception):  # noqa: N818 - it is no error
    """Ctrl-C, with what became of the work."""


def _given(**options: Any) -> dict[str, Any]:
    """Return the options that have a value."""
    return {name: value for name, value in options.items() if value is not None}


def _print(
    content: dict[str, Any] | list[dict[str, Any]], story: str, as_json: bool, quiet: bool
) -> None:
    if as_json:
        typer.echo(json.dumps(content))
    elif not quiet:
        typer.echo(story)


def _with_options(words: str) -> str:
    """Return words that name parameters as the command line spells them."""
    if "`" not in words:
        return words
    return terminal.with_options(words, typer.main.get_command(app))


def _note(words: str, quiet: bool) -> None:
    if not quiet:
        typer.echo("note: " + " ".join(words.split()), err=True)


def main() -> None:
    """Run the command; an error is one line on standard error and an exit status."""
    # A request to end is met like Ctrl-C: what was half written goes away.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name that the terminal cannot show is no reason to fail.
        sys.stdout.reconfigure(errors="backslashreplace")
    warnings.showwarning = _show_warning
    try:
        command = terminal.without_validation(typer.main.get_command(app))
        status = command(prog_name="anomaly", standalone_mode=False)
    except typer.TyperException as error:
        status = _explain(error, _usage(error), 2)
    except anomaly.AnomalyError as error:
        status = _explain(error, _with_options(str(error)), 2)
    except _Stopped as stopped:
        _explain(None, str(stopped), 130)
        sys.exit(130)
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
    if issubclass(category, anomaly.AssumptionWarning):
        return  # what a command prints has them in full
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
