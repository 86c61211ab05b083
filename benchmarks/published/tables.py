"""What the results say, as the section of the README."""

from __future__ import annotations

import statistics
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.published.sources import (
    BEST,
    CLASSIFIERS,
    SAMPLERS,
    SOURCES,
    Figure,
    Source,
    method,
)
from benchmarks.published.variants import HONEST, PUBLISHED, TRIAL
from benchmarks.quality.cells import Column, rendered, three_decimals
from benchmarks.quality.summary import Estimate, estimate
from benchmarks.shared.markdown import Section, circumstances, table
from benchmarks.shared.measurements import Results, results_of

SECTION = Section("published")
README = Path(__file__).resolve().parent / "README.md"
NOTES = Path(__file__).resolve().parent / "notes.toml"
_SHOWN = {"average_precision": "AP", "roc_auc": "AUROC", "f1": "F1"}
_PLACES = {"within": "yes", "above": "no, it is above", "below": "no, it is below"}


def load_notes() -> dict[str, dict[str, str]]:
    """Return the words that explain a source's figures, by its name and theirs."""
    return tomllib.loads(NOTES.read_text(encoding="utf-8"))


def sections(document: Mapping[str, Any]) -> dict[tuple[Path, Section], str]:
    """Return the section of the README from the stored results."""
    return {(README, SECTION): render(results_of(document), document, load_notes())}


def render(
    results: Results, around: Mapping[str, Any], notes: Mapping[str, Mapping[str, str]]
) -> str:
    """Return everything between the markers of the README."""
    parts = []
    for name, source in SOURCES.items():
        if any(key.protocol == name for key in results):
            parts += [f"### {source.title}", source.split]
            parts += _repeated(name, source, results)
            parts += ["\n".join(f"- {note}" for note in notes.get(name, {}).values())]
            parts += _compared(results) if name == "cgan" else _others(name, source, results)
            parts += _failures(name, results)
    parts.append(circumstances(around))
    return "\n\n".join(filter(None, parts))


def outside(results: Results) -> list[str]:
    """Return the variants, as `source.variant`, with a figure that is not within our seeds'."""
    found = [
        f"{name}.{figure.variant}"
        for name, source in SOURCES.items()
        for figure in source.figures
        if (values := _ours(results, name, figure)) and figure.place(values) != "within"
    ]
    return list(dict.fromkeys(found))


def shown(name: str) -> str:
    """Return a figure's name as the tables have it."""
    first, space, rest = name.partition(" ")
    return _SHOWN.get(first, first) + space + rest


def _repeated(name: str, source: Source, results: Results) -> list[str]:
    lines = [
        _line(figure, values)
        for figure in source.figures
        if (values := _ours(results, name, figure))
    ]
    head = ["figure", "published", "ours, mean", "lowest", "highest", "published is within"]
    return [table(head, lines)] if lines else []


def _line(figure: Figure, values: Sequence[float]) -> list[str]:
    return [
        f"{figure.variant}: {shown(figure.name)}",
        figure.published,
        *(_number(figure, each(values)) for each in (statistics.mean, min, max)),
        _PLACES[figure.place(values)],
    ]


def _others(name: str, source: Source, results: Results) -> list[str]:
    honest = _honest(name, source, results)
    return [
        *_trials(name, source, results),
        *(["The honest version:", honest] if honest else []),
    ]


def _trials(name: str, source: Source, results: Results) -> list[str]:
    """Return lowest and highest of every trial, for the figures that there is something to find."""
    names = list(dict.fromkeys(figure.name for figure in source.figures))
    missed = {
        figure.name
        for figure in source.figures
        if (values := _ours(results, name, figure)) and figure.place(values) != "within"
    }
    columns = [each for each in names if each in missed] or names
    lines = []
    for trial in source.trials:
        about = {each.name: each for each in source.figures if trial.startswith(f"{each.variant},")}
        found = {each: _values(results, name, TRIAL, trial, each) for each in columns}
        if all(found.values()):
            lines.append([trial, *(_range(about[each], found[each]) for each in columns)])
    said = "Trials, lowest to highest; bold where the published figure is within:"
    return [said, table(["trial", *map(shown, columns)], lines)] if lines else []


def _range(figure: Figure, values: Sequence[float]) -> str:
    text = f"{_number(figure, min(values))} to {_number(figure, max(values))}"
    return f"**{text}**" if figure.place(values) == "within" else text


def _number(figure: Figure, value: float) -> str:
    return f"{value:.{max(figure.digits, 3) if figure.digits else 0}f}"


def _ours(results: Results, source: str, figure: Figure) -> list[float]:
    return _values(results, source, PUBLISHED, figure.variant, figure.name)


def _names_honest(name: str, results: Results) -> list[str]:
    found = [
        figure
        for key, result in results.items()
        if (key.protocol, key.set) == (name, HONEST) and result.measured
        for figure in result.measured.figures
    ]
    return list(dict.fromkeys(found))


def _honest(name: str, source: Source, results: Results) -> str:
    columns = [
        Column(
            shown(figure),
            {
                variant: _estimate(_values(results, name, HONEST, variant, figure))
                for variant in source.honest
            },
            three_decimals,
            None,
        )
        for figure in _names_honest(name, results)
    ]
    there = {
        variant: variant
        for variant in source.honest
        if any(column.values[variant] is not None for column in columns)
    }
    return rendered("variant", there, columns) if there else ""


def _compared(results: Results) -> list[str]:
    """Return the study's table, and what stands against its conclusion."""
    by_seed = {name: _by_seed(results, "cgan", HONEST, name) for name in SOURCES["cgan"].honest}
    columns = [
        Column(
            title,
            {
                sampler: _estimate(list(by_seed[method(sampler, classifier)].values()))
                for sampler in SAMPLERS
            },
            three_decimals,
            max,
        )
        for classifier, title in CLASSIFIERS.items()
    ]
    differences = {
        name: _difference(by_seed[BEST], values)
        for name, values in by_seed.items()
        if name != BEST and values
    }
    return [
        "AP on test:",
        rendered("sampler", SAMPLERS, columns),
        "How much higher AP of random forest with CGAN is, seed by seed:",
        rendered("sampler", SAMPLERS, _difference_columns(differences)),
        _conclusion(by_seed, differences),
    ]


def _difference_columns(differences: Mapping[str, Estimate | None]) -> list[Column]:
    return [
        Column(
            title,
            {sampler: differences.get(method(sampler, classifier)) for sampler in SAMPLERS},
            three_decimals,
            None,
        )
        for classifier, title in CLASSIFIERS.items()
    ]


def _difference(ours: Mapping[int, float], theirs: Mapping[int, float]) -> Estimate | None:
    return _estimate([ours[seed] - theirs[seed] for seed in ours if seed in theirs])


def _conclusion(
    by_seed: Mapping[str, Mapping[int, float]], differences: Mapping[str, Estimate | None]
) -> str:
    means = {name: statistics.mean(each.values()) for name, each in by_seed.items() if each}
    if BEST not in means:
        return f"`{BEST}` is not measured yet."
    rank = 1 + sum(mean > means[BEST] for mean in means.values())
    known = {name: each for name, each in differences.items() if each and each.half_width}
    better = [name for name, each in known.items() if each.mean > each.half_width]
    worse = [name for name, each in known.items() if -each.mean > each.half_width]
    even = [name for name in known if name not in (*better, *worse)]
    best = max(means, key=lambda name: means[name])
    beaten = ", ".join(f"`{name}`" for name in worse) or "no other"
    level = ", ".join(f"`{name}`" for name in even) or "no other"
    holds = "holds" if not even and not worse else "does not hold here"
    return (
        f"Random forest with CGAN has rank {rank} of {len(means)}; the highest mean has `{best}`. "
        f"The 95 % interval of the paired difference says that it is better than {len(better)} of "
        f"the others and worse than {len(worse)} ({beaten}); of the other {len(even)} it says "
        f"neither ({level}). That it is the best {holds}."
    )


def _failures(name: str, results: Results) -> list[str]:
    lines = [
        f"{key.set} {key.method}, seed {key.seed}: {result.failed}"
        for key, result in results.items()
        if key.protocol == name and result.measured is None
    ]
    return ["Failed: " + "; ".join(lines) + "."] if lines else []


def _values(results: Results, source: str, kind: str, variant: str, figure: str) -> list[float]:
    return list(_by_seed(results, source, kind, variant, figure).values())


def _by_seed(
    results: Results, source: str, kind: str, variant: str, figure: str = "average_precision"
) -> dict[int, float]:
    return {
        key.seed: float(result.measured.figures[figure])
        for key, result in results.items()
        if (key.protocol, key.set, key.method) == (source, kind, variant)
        and result.measured
        and figure in result.measured.figures
    }


def _estimate(values: Sequence[float]) -> Estimate | None:
    return estimate(values) if values else None
