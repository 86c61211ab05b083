"""The history of entities, as docs/benchmarks.md shows it."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.shared.markdown import PAGE, Section, circumstances, table


def sections(stored: Mapping[str, Any]) -> dict[tuple[Path, Section], str]:
    """Return the text of the section on history."""
    return {(PAGE, Section("history")): _text(stored)}


def _text(stored: Mapping[str, Any]) -> str:
    parts = []
    if {"handbook", "simulated", "transfers"} <= stored.keys():
        parts.append(_detection(stored["handbook"], stored["simulated"], stored["transfers"]))
    if "rows" in stored.get("speed", {}):
        parts.append(_speed(stored["speed"]))
    if "memory" in stored:
        parts.append(_memory(stored["memory"]))
    return "\n\n".join([*parts, circumstances(stored)])


def _detection(
    handbook: Mapping[str, Any], simulated: Mapping[str, Any], transfers: Mapping[str, Any]
) -> str:
    lines = []
    for name, weeks in handbook["ways"].items():
        seeds = simulated["ways"][name]
        lines.append(
            (
                name,
                _mean(weeks, "average_precision"),
                _mean(weeks, "card_precision"),
                _mean(seeds, "average_precision"),
                _mean(transfers["ways"][name], "average_precision"),
            )
        )
    head = ("", "Handbook: AP", "card precision", "simulated: AP", "transfers: AP")
    return (
        f"Mean over {handbook['weeks']} test weeks from {handbook['first']} (seven days to train, seven "
        "until labels are known, seven to test; card precision of the 100 most suspicious cards a day), "
        f"and over {simulated['seeds']} simulated sets of {simulated['rows']:,} rows, split by time; over {transfers['seeds']} sets of "
        f"{transfers['rows']:,} transfers of companies, on which nothing was chosen. The "
        "first four are the default detector.\n\n"
        + table(head, lines)
        + f"\n\nWhat XGBoost gains from history and risk: {_gained(handbook)} on the Handbook's data, "
        f"{_gained(simulated)} on the simulated set, which was made for that before any detector was tried "
        "on it."
    )


def _gained(found: Mapping[str, Any]) -> str:
    """Return what history and risk add to the average precision of XGBoost."""
    alone, with_risk = (
        statistics.mean(each["average_precision"] for each in found["ways"][name])
        for name in ("xgboost, row alone", "xgboost, history and risk")
    )
    return f"{with_risk - alone:.2f}"


def _mean(figures: Any, name: str) -> str:
    return f"{statistics.mean(each[name] for each in figures):.3f}"


def _speed(speed: Mapping[str, Any]) -> str:
    ours = statistics.median(speed["seconds"]["ours"])
    return (
        f"{speed['features']} features of {speed['rows']:,} rows, two entities, windows of 1, 7 and 30 "
        f"days, risk after 7 days: {ours:.1f} s, the Handbook's own way {speed['seconds']['pandas']:.0f} s "
        f"({speed['times_as_fast']:.0f} times as long) for fewer of them. A payment by itself, with a "
        f"month remembered: {speed['microseconds_a_payment']:.0f} µs."
    )


def _memory(memory: Mapping[str, Any]) -> str:
    return (
        f"{memory['rows']:,} rows in pieces, of which {memory['remembered']:,} are remembered at the end: "
        f"{memory['rows_a_second_on_one_core']:,.0f} rows a second of one core, at most "
        f"{memory['peak_mib']:,.0f} MiB."
    )
