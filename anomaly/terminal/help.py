"""Help in groups of options, with examples at its end."""

from __future__ import annotations

import os
from typing import Any

import typer
from typer.core import TyperCommand

_GROUPS = {
    "Columns": (
        *("label", "time", "entity", "id", "drop", "category", "number", "positive", "unlabelled"),
        *("clock", "amount", "schema", "drop_leaks"),
    ),
    "History of entities": ("windows", "label_delay", "behaviour", "update_behaviour"),
    "Reading": (
        *("decimal", "date_order", "time_unit", "missing", "encoding", "delimiter", "sheet"),
        *("table", "query"),
    ),
    "Split": ("split", "fractions"),
    "Training": (
        *("detector", "epochs", "fast", "thorough", "batch_size", "log_dir", "method"),
        *("all_methods", "seeds", "ratio", "show_leak", "seed"),
    ),
    "Objective": (
        "objective",
        "beta",
        "at_least",
        "at_most",
        "also",
        "robust",
        "replicates",
    ),
    "Costs": ("false_alarm_cost", "missed_cost", "missed_cost_column", "recovered"),
    "Budgets": ("per_day", "total", "share"),
    "Without labels": ("deviations", "probability", "tail", "posterior"),
    "Labels that came later": ("labels",),
    "Scores from elsewhere": ("scores", "score"),
    "Instead of picking": ("compare", "set_to", "history", "acknowledge", "reason"),
}
_OTHERS = "Output"
# What an option means depends on the command.
_OF_COMMAND = {
    ("pick-threshold", "entity"): "Budgets",
    ("pick-threshold", "seed"): "Objective",
    ("pick-threshold", "label"): "Labels that came later",
    ("report", "threshold"): "Scores from elsewhere",
    ("report", "overwrite"): "Scores from elsewhere",
    ("forget", "entity"): _OTHERS,
    ("simulate", "rows"): _OTHERS,
    ("simulate", "seed"): _OTHERS,
}
_EXAMPLES = {
    "simulate": (
        "anomaly simulate --rows 20000 --out transactions.parquet",
        "anomaly simulate --rows 1000000 --seed 1 --out many.parquet",
        "anomaly simulate --rows 5000 --out few.csv",
    ),
    "inspect": (
        "anomaly inspect transactions.csv",
        "anomaly inspect transactions.csv --label fraud --out schema.json",
        "anomaly inspect postgresql://ann@host/bank --table payments",
    ),
    "train": (
        "anomaly train transactions.csv --label fraud --time time",
        "anomaly train transactions.csv --label fraud --time time --entity customer_id --label-delay 7d",
        "anomaly train transactions.csv --detector gaussian --out runs/quick",
    ),
    "pick-threshold": (
        "anomaly pick-threshold RUN",
        "anomaly pick-threshold RUN --objective alerts --per-day 100",
        "anomaly pick-threshold RUN --objective cost --false-alarm-cost 5 --missed-cost-column amount",
    ),
    "score": (
        "anomaly score RUN today.csv",
        "anomaly score RUN today.parquet --out alerts.parquet --reasons 3",
        "anomaly score RUN 'days/*.csv' --out postgresql://ann@host/bank --out-table scores",
    ),
    "forget": (
        "anomaly forget RUN --entity customer_id=C17",
        "anomaly forget RUN --entity card=1234 --entity card=5678",
        "anomaly forget RUN --entity terminal_id=T9 --json",
    ),
    "compare": (
        "anomaly compare transactions.csv --label fraud",
        "anomaly compare transactions.csv --label fraud --method xgboost --method smote+logistic --seeds 5",
        "anomaly compare transactions.csv --label fraud --show-leak",
    ),
    "report": (
        "anomaly report RUN",
        "anomaly report RUN OTHER_RUN --out both.pdf",
        "anomaly report --scores bank.csv --score points --label fraud --time time",
    ),
    "serve": (
        "anomaly serve RUN",
        "anomaly serve RUN --port 8080",
        "anomaly serve RUN --open",
    ),
}


class GroupedCommand(TyperCommand):
    """A command whose help has its options in groups, and examples."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, then the options group by group."""
        groups: dict[str, list[tuple[str, str]]] = {"Arguments": []}
        groups |= {name: [] for name in (*_GROUPS, _OTHERS)}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                groups[_group_of(self.name or "", parameter)].append(record)
        for name, records in groups.items():
            if records:
                with formatter.section(_heading(name)):
                    formatter.write_dl(records)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples, a line each, however long."""
        with formatter.section(_heading("Examples")):
            for example in _EXAMPLES.get(self.name or "", ()):
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


def _group_of(command: str, parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return "Arguments"
    name = parameter.name
    if (command, name) in _OF_COMMAND:
        return _OF_COMMAND[command, name]
    return next((group for group, names in _GROUPS.items() if name in names), _OTHERS)


def _heading(name: str) -> str:
    # Where nothing shows colours, Typer takes them out.
    return name if "NO_COLOR" in os.environ else typer.style(name, bold=True)
