"""What the results say, as the sections of two READMEs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from anomaly.detectors import DETECTORS
from benchmarks.quality import data, given_split, published
from benchmarks.quality.cells import (
    Column,
    percent,
    rendered,
    seconds,
    three_decimals,
    two_decimals,
)
from benchmarks.quality.dirty import SHARES
from benchmarks.quality.peers import PEERS
from benchmarks.quality.summary import (
    Estimate,
    Grid,
    dirty_fall,
    figure,
    fit_seconds,
    grid,
    right_reasons,
    together,
)
from benchmarks.shared.markdown import PAGE, Section, circumstances
from benchmarks.shared.measurements import Result, Results, results_of

SECTION = Section("quality")
README = Path(__file__).resolve().parent / "README.md"
_PEERS = {peer.name: peer.title for peer in PEERS}
# The default first, then what there is beside it.
_OURS = sorted(DETECTORS, key=lambda name: (name != "denoising", name))
TITLES = {**{name: f"`{name}`" for name in _OURS}, **_PEERS}
_BEST_PEERS = 2
_LEGEND = """\
Means over {} seeds with their 95 % intervals, on rows that training has not seen. AP is average
precision (a score that knows nothing has 0.002 on the credit-card set), F1 is that at the threshold
picked on validation, the rank is among all the detectors measured. Peers are the best of PyOD and
scikit-learn, on the same rows. `make bench-quality` measures them again;
[benchmarks/quality](../benchmarks/quality/README.md) has the protocols and every figure."""

AVERAGE_PRECISION, ROC_AUC = figure("average_precision"), figure("roc_auc")


def sections(document: Mapping[str, Any]) -> dict[tuple[Path, Section], str]:
    """Return the sections of the two pages from the stored results."""
    results = results_of(document)
    return {
        (PAGE, SECTION): short(results, document),
        (README, SECTION): full(results, document),
    }


def short(results: Results, around: Mapping[str, Any]) -> str:
    """Return the table of docs/benchmarks.md: our detectors and the best peers."""
    at_random, by_time = _of(results, "A", ["random"]), _of(results, "A", ["time"])
    of_b, of_c, of_d = (_of(results, name) for name in "BCD")
    picked = [*_OURS, *_best_peers([at_random, of_b, of_c, of_d])]
    grids = [at_random, by_time, of_b, of_c, of_d]
    titles = {name: TITLES[name] for name in picked if any(name in each.methods for each in grids)}
    ranks = of_c.mean_ranks()
    best = f"{published.BEST}, the best published for this protocol"
    titles |= {published.BEST: best} if of_b.seeds else {}
    known = {published.BEST: Estimate(published.AVERAGE_PRECISION[published.BEST] / 100)}
    columns = [
        _column("credit card, split at random: AP", at_random, AVERAGE_PRECISION),
        _column("F1", at_random, figure("f1")),
        _column("split by time: AP", by_time, AVERAGE_PRECISION),
        _column("half of the normal rows: AP", of_b, AVERAGE_PRECISION, known),
        _column(f"{len(of_c.sets)} ADBench sets: AP", of_c, AVERAGE_PRECISION),
        Column("mean rank", ranks, two_decimals, min),
        _column(f"{len(of_d.sets)} OddBench sets: AP", of_d, AVERAGE_PRECISION),
        Column("mean rank", of_d.mean_ranks(), two_decimals, min),
        _column("seconds a fit", at_random, fit_seconds, shown=seconds, best=None),
    ]
    shown = rendered("detector", titles, [column for column in columns if column.values])
    seeds = max(len(each.seeds) for each in grids)
    return "\n\n".join([shown, _LEGEND.format(seeds), circumstances(around)])


def full(results: Results, around: Mapping[str, Any]) -> str:
    """Return every table."""
    parts = [
        *_credit_card(results),
        *_published(results),
        *_of_sets(results, "C", "C. ADBench"),
        *_of_sets(results, "D", "D. OddBench"),
        *_of_sets(results, "D", "D. OddBench, looked at once", given_split.HELD_OUT),
        *_together(results),
        *_dirty(results),
        *_reasons(results),
        *_deletions(results),
        circumstances(around),
    ]
    return "\n\n".join(parts)


def _credit_card(results: Results) -> list[str]:
    names = {"random": "split at random", "time": "split by time"}
    found = []
    for split, words in names.items():
        each = _of(results, "A", [split])
        columns = [
            _column("AP", each, AVERAGE_PRECISION),
            _column("AUROC", each, ROC_AUC),
            *(_column(name, each, figure(name.lower())) for name in ("F1", "precision", "recall")),
            _column("seconds a fit", each, fit_seconds, shown=seconds, best=None),
        ]
        found += _part(f"A. Credit card, {words}", each, columns)
    return found


def _published(results: Results) -> list[str]:
    each = _of(results, "B")
    theirs = {name: _theirs(name) for name in each.methods}
    columns = [
        _column("AP", each, AVERAGE_PRECISION, shown=percent),
        Column("AP published", theirs, percent, None),
        _column("AUROC", each, ROC_AUC, shown=percent),
        _column("seconds a fit", each, fit_seconds, shown=seconds, best=None),
    ]
    quoted = ", ".join(f"{name} {value}" for name, value in published.AVERAGE_PRECISION.items())
    return _part(
        "B. Credit card, the published protocol (in percent)",
        each,
        columns,
        f"Published AP ({published.SOURCE}): {quoted}.",
    )


def _of_sets(results: Results, protocol: str, title: str, sets: Sequence[str] = ()) -> list[str]:
    """Return the figures of a collection of sets, but for those looked at once unless they are named."""
    there = {key.set for key in results if key.protocol == protocol}
    each = _of(results, protocol, sets or there - set(given_split.HELD_OUT))
    medians = {name: Estimate(each.median_seconds(name)) for name in each.methods if each.seeds}
    columns = [
        _column("mean AP", each, AVERAGE_PRECISION),
        _column("mean AUROC", each, ROC_AUC),
        Column("mean rank", each.mean_ranks(), two_decimals, min),
        Column("seconds a fit, median set", medians, seconds, None),
    ]
    by_set = [
        Column(
            TITLES[method],
            {name: each.estimate(method, AVERAGE_PRECISION, [name]) for name in each.sets},
            three_decimals,
            None,
        )
        for method in each.methods
    ]
    rows = {name: name for name in each.sets}
    return _part(title, each, columns, "AP by set:", rendered("set", rows, _without_widths(by_set)))


def _together(results: Results) -> list[str]:
    """Return the sets of both collections as one, seed 0, beside the best method chosen for each."""
    of_c, of_d = (_of(results, name, seeds=[0]) for name in "CD")
    found = together([of_c, of_d])
    if not found.methods or found.methods[0] not in _OURS:
        return []
    first = found.methods[0]
    columns = [
        Column("mean AP", found.means(), three_decimals),
        Column(f"less than {TITLES[first]} by", found.less_than(first), three_decimals, None),
        Column("mean rank", found.mean_ranks(), two_decimals, min),
    ]
    peers = [name for name in found.methods if name in _PEERS]
    oracles = {"of all methods": found.methods, "of the peers": peers}
    words = "; ".join(
        f"{whose} {found.oracle(names):.3f}" for whose, names in oracles.items() if names
    )
    return [
        f"### C and D together\n\nSeed 0, {len(found.sets)} sets; differences with their 95 % intervals "
        "over the sets.",
        rendered("detector", {name: TITLES[name] for name in found.methods}, columns),
        f"The best method for each set, chosen knowing the answer: {words}.",
    ]


def _dirty(results: Results) -> list[str]:
    found = []
    others = {key.set for key in results if key.protocol == "dirty"} - {data.CREDIT_CARD}
    for words, sets in (("ADBench", others), ("credit card", {data.CREDIT_CARD})):
        each = _of(results, "dirty", sets)
        columns = [
            Column(
                f"{100 * share:g} % anomalies",
                {name: dirty_fall(each, name, f"{share:g}") for name in each.methods},
                percent,
                min,
            )
            for share in SHARES
        ]
        found += _part(f"Dirty training data, {words}: AP falls by (percent)", each, columns)
    return found


def _reasons(results: Results) -> list[str]:
    kinds = {"": "all alerts", "new_": "alerts that the swap made"}
    figures = [(words, _right(kind), percent) for kind, words in kinds.items()]
    return _of_alerts(results, "the top one names the swapped feature (percent)", figures)


def _deletions(results: Results) -> list[str]:
    figures = [
        ("values replaced", figure("deletions"), two_decimals),
        ("by a greedy search", figure("deletions_at_best"), two_decimals),
        ("by deviations", figure("deletions_by_deviation"), two_decimals),
        ("one is enough", figure("ended_by_one"), percent),
    ]
    return _of_alerts(results, "until replacing the top values ends the alert", figures)


def _of_alerts(
    results: Results,
    title: str,
    figures: Sequence[tuple[str, Callable[[Result], float], Callable[[float], str]]],
) -> list[str]:
    """Return figures of alerts by set and method, from what they are called and how they are shown."""
    each = _of(results, "reasons")
    if not each.seeds:
        return []
    columns = [
        Column(
            f"{TITLES[method]}, {words}",
            {
                **{name: each.estimate(method, read, [name]) for name in each.sets},
                "mean": each.estimate(method, read),
            },
            shown,
            None,
        )
        for method in each.methods
        for words, read, shown in figures
    ]
    rows = {**{name: name for name in each.sets}, "mean": "mean"}
    return [_head(f"Reasons: {title}", each), rendered("set", rows, columns)]


def _right(kind: str) -> Callable[[Result], float]:
    return lambda result: right_reasons(result, kind)


def _part(title: str, each: Grid, columns: Sequence[Column], *more: str) -> list[str]:
    if not each.seeds:
        return []
    titles = {name: TITLES[name] for name in each.methods}
    failed = _failures(each)
    return [_head(title, each), rendered("detector", titles, columns), *failed, *more]


def _head(title: str, each: Grid) -> str:
    seeds = f"{len(each.seeds)} seed" + ("s" if len(each.seeds) > 1 else "")
    sets = f", {len(each.sets)} sets" if len(each.sets) > 1 else ""
    lacking = ", ".join(TITLES[name] for name in each.left_out)
    left_out = f" Left out, with fewer: {lacking}." if lacking else ""
    return f"### {title}\n\n{seeds}{sets}.{left_out}"


def _failures(each: Grid) -> list[str]:
    found = each.failures()
    lines = [
        f"{TITLES[one.key.method]} on {one.key.set}, seed {one.key.seed}: {one.failed}"
        for one in found
    ]
    return ["Failed, and counted as 0: " + "; ".join(lines) + "."] if lines else []


def _of(
    results: Results, protocol: str, sets: Iterable[str] = (), seeds: Collection[int] = ()
) -> Grid:
    kept = {key: each for key, each in results.items() if not seeds or key.seed in seeds}
    return grid(kept, protocol, list(TITLES), list(sets))


def _column(
    title: str,
    each: Grid,
    read: Callable[[Result], float],
    more: Mapping[str, Estimate] | None = None,
    *,
    shown: Callable[[float], str] = three_decimals,
    best: Callable[[Sequence[float]], float] | None = max,
) -> Column:
    values = {name: each.estimate(name, read) for name in each.methods if each.seeds}
    return Column(title, {**values, **(more or {})} if values else {}, shown, best)


def _without_widths(columns: Sequence[Column]) -> list[Column]:
    """Return the columns without intervals: there are too many for a page."""
    return [
        Column(
            column.title,
            {row: value and Estimate(value.mean) for row, value in column.values.items()},
            column.shown,
            column.best,
        )
        for column in columns
    ]


def _best_peers(grids: Sequence[Grid]) -> list[str]:
    """Return the peers with the best average precision in one of the grids."""
    best: set[str] = set()
    for each in grids:
        found = {name: each.estimate(name, AVERAGE_PRECISION) for name in each.methods}
        there = {name: value.mean for name, value in found.items() if value and name in _PEERS}
        best |= set(sorted(there, key=lambda name: -there[name])[:_BEST_PEERS])
    return [name for name in _PEERS if name in best]


def _theirs(name: str) -> Estimate | None:
    title = TITLES[name].removeprefix("PyOD ")
    value = published.AVERAGE_PRECISION.get(title)
    return None if value is None else Estimate(value / 100)
