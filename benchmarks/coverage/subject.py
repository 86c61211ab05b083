"""How often each 95 % interval holds the truth, on rows whose truth is known."""

from __future__ import annotations

from argparse import Namespace
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.coverage.population import Population
from benchmarks.coverage.shortest import blaker
from benchmarks.coverage.trials import (
    CUT_SHORT,
    Looked,
    one_trial,
    one_trial_of_days,
    one_trial_of_others,
)
from benchmarks.shared.commands import Subject
from benchmarks.shared.markdown import PAGE, Section, table
from benchmarks.shared.markdown import circumstances as words_of_circumstances
from benchmarks.shared.results import FOLDER, circumstances, load, write

ROWS = 5000
POSITIVES = (3, 5, 10, 20, 50, 100, 500)
SEPARATIONS = "2.5,4,6"
PARTS = ("rows", "others", "days")
DAYS = (7, 14, 30)
KINDS = ("alike", "busy and quiet", CUT_SHORT)
POSITIVES_OF_OTHERS = (10, 20, 50, 100, 500)
POSITIVES_OF_DAYS = (20, 100, 500)
# Intervals whose width is held against the shortest exact ones of so many trials.
_HELD_AGAINST = 40


def measure(parts: Sequence[str], options: Namespace) -> None:
    """Simulate every case; each case has a seed of its own."""
    separations = [float(each) for each in options.separations.split(",")]
    cells = {
        "rows": [(s, p, None, "") for s, p in product(separations, POSITIVES)],
        "others": [(s, p, None, "others") for s, p in product(separations, POSITIVES_OF_OTHERS)],
        "days": [
            (s, p, d, k) for s, p, d, k in product(separations, POSITIVES_OF_DAYS, DAYS, KINDS)
        ],
    }
    stored = load(options.out)
    with ProcessPoolExecutor(options.workers) as pool:
        for part in parts:
            cell = partial(_cell, seed=options.seed, trials=options.trials)
            stored[part] = [line for lines in pool.map(cell, cells[part]) for line in lines]
            settings = {"seed": options.seed, "trials": options.trials, "rows": ROWS}
            content = stored | {"settings": settings} | circumstances(("numpy", "scipy"))
            write(options.out, content)


def _cell(
    cell: tuple[float, int, int | None, str], *, seed: int, trials: int
) -> list[dict[str, Any]]:
    """Return what was seen of each interval in one case."""
    separation, positives, days, kind = cell
    population = Population(ROWS, positives, separation)
    random = np.random.default_rng([seed, round(10 * separation), positives, days or 0, len(kind)])
    seen: dict[str, list[Looked]] = defaultdict(list)
    for _ in range(trials):
        if days is not None:
            found = one_trial_of_days(population, days, kind, random)
        else:
            found = (one_trial_of_others if kind else one_trial)(population, random)
        for each in found:
            seen[each.name].append(each)
    return [
        {
            "separation": separation,
            "positives": positives,
            "days": days,
            "interval": name,
            **_summary(looked_at),
        }
        for name, looked_at in seen.items()
    ]


def _summary(looked_at: Sequence[Looked]) -> dict[str, Any]:
    shown = [each for each in looked_at if each.is_shown]
    counted = [each for each in shown if each.counts is not None][:_HELD_AGAINST]
    ours = [each.width for each in counted]
    shortest = [
        np.ptp(blaker(each.counts[0], sum(each.counts)))
        for each in counted
        if each.counts is not None and sum(each.counts)
    ]
    return {
        "trials": len(looked_at),
        "shown": len(shown) / len(looked_at),
        "covers": float(np.mean([each.holds for each in shown])) if shown else None,
        "width": float(np.median([each.width for each in shown])) if shown else None,
        "width_against_shortest": float(np.sum(ours) / np.sum(shortest)) if shortest else None,
    }


def tables(results: Mapping[str, Any]) -> Mapping[tuple[Path, Section], str]:
    """Return the coverage by interval and number of positives."""
    texts = []
    for part, title in (("rows", "positives"), ("others", "positives"), ("days", "days")):
        lines = results.get(part, [])
        if lines:
            texts.append(_table(lines, title))
    texts.append(_worst(results))
    settings = results["settings"]
    texts.append(
        f"Coverage in percent; of several cases in a cell (separations of the classes, positives) the "
        f"lowest and the highest. {settings['trials']} drawings of {settings['rows']:,} rows a case, "
        f"so that a coverage of 95 strays by {100 * np.sqrt(0.95 * 0.05 / settings['trials']):.1f}; a "
        f"dash where no interval is shown in at least half of them. {words_of_circumstances(results)} "
        "Again: `make bench-coverage`."
    )
    return {(PAGE, Section("coverage")): "\n\n".join(texts)}


def _table(lines: Sequence[Mapping[str, Any]], column: str) -> str:
    columns = sorted({line[column] for line in lines})
    names = list(dict.fromkeys(line["interval"] for line in lines))
    rows = []
    for name in names:
        cells = []
        for value in columns:
            covers = [
                100 * line["covers"]
                for line in lines
                if line["interval"] == name and line[column] == value and line["shown"] >= 0.5
            ]
            cells.append(f"{min(covers):.0f} to {max(covers):.0f}" if covers else "-")
        rows.append([name, *cells])
    head = [f"interval of the / {column}", *(f"{value}" for value in columns)]
    return table(head, rows)


def _worst(results: Mapping[str, Any]) -> str:
    lines = [line for part in PARTS for line in results.get(part, [])]
    shown = [line for line in lines if line["shown"] >= 0.5]
    under = [line for line in shown if line["covers"] < 0.93]
    ratios = [line["width_against_shortest"] for line in lines if line["width_against_shortest"]]
    worst = min(shown, key=lambda line: line["covers"])
    return (
        f"Of {len(shown)} cases, {len(shown) - len(under)} cover 93 % or more; the lowest is "
        f"{worst['interval']} with {100 * worst['covers']:.1f} % at {worst['positives']} positives "
        f"{worst['separation']:g} standard deviations apart"
        + (f" over {worst['days']} days. " if worst["days"] else ". ")
        + (
            f"The exact intervals of precision and recall are {min(ratios):.2f} to "
            f"{max(ratios):.2f} times as wide as Blaker's, the shortest that are exact."
            if ratios
            else ""
        )
    )


SUBJECT = Subject(
    title="Measure how often each 95 % interval holds the truth.",
    parts=PARTS,
    results=FOLDER / "coverage.json",
    measure=measure,
    options={
        "--trials": {"type": int, "default": 400, "help": "drawings of each case"},
        "--seed": {"type": int, "default": 0, "help": "of all drawings"},
        "--separations": {"default": SEPARATIONS, "help": "of the classes, with commas"},
        "--workers": {"type": int, "default": 2, "help": "processes"},
    },
    tables=tables,
)
