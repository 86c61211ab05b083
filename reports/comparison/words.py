"""What a comparison page says in sentences: which is better, judged on what, honest why."""

from collections.abc import Sequence

from reports import formats
from reports.content.comparison import ComparedMethod, ComparisonReport, Gap

MOST_NAMES = 4
OF_METHODS = (
    "Samplers, scalers and classifiers were given training rows and nothing else. Detectors "
    "learned from the normal ones of them, some of which they held back to watch and to calibrate "
    "on, as in anomaly train. Thresholds were picked on validation. Nothing has seen a "
    "test row."
)


def verdict(report: ComparisonReport) -> str:
    """Which one has the highest average precision, and whether that is sure."""
    methods = report.methods
    if not methods:
        return f"No {report.subject} is done yet."
    if len(report.alike) > 1:
        return _of_different_rows(report)
    known = [m for m in methods if m.figures.get("average_precision") is not None]
    if not known:
        return (
            "The test rows have no labels, or labels of one kind only, so which "
            f"{report.subject} is better is not known."
        )
    best = known[0]
    figure = formats.ratio(best.figures["average_precision"])
    if len(known) == 1 < len(methods):
        return (
            f"{formats.text(best.name)} has an average precision of {figure}; of "
            f"{_names([m.name for m in methods if m is not best])} none is known."
        )
    lead = f"{formats.text(best.name)} has the highest average precision, {figure}"
    return lead + _how_sure(report, best, known)


def _how_sure(
    report: ComparisonReport, best: ComparedMethod, known: Sequence[ComparedMethod]
) -> str:
    # Figures are of the same rows, so the highest is the better one of each of its pairs.
    clear = {
        gap.other
        for gap in of_leaders(report)
        if gap.figure == "average_precision" and gap.better == best.name and gap.is_clear
    }
    near = [each.name for each in known if each is not best and each.name not in clear]
    if len(known) == 1:
        return "."
    if near:
        more = f" and {len(near) - MOST_NAMES} more" if len(near) > MOST_NAMES else ""
        others = ", ".join(formats.text(name) for name in near[:MOST_NAMES])
        return f", but these rows cannot tell it from {others}{more}."
    if len(known) == 2:
        return f", clearly more than {formats.text(known[1].name)}."
    return f", clearly more than every other {report.subject}."


def standing(report: ComparisonReport) -> str:
    """Where the method of the run stands whose report shows the comparison; empty without one."""
    names = [method.name for method in report.methods]
    if report.run is not None:
        return _beside(report, report.run)
    if report.own not in names:
        return ""
    place, own = names.index(report.own), formats.text(report.own)
    seeds = f" Its figures here are means of {report.seeds} seeds." if report.seeds > 1 else ""
    if not place:
        return f"This run is of {own}, the one with the highest average precision.{seeds}"
    sentence = f"This run is of {own}, number {place + 1} of {len(names)} by average precision"
    for gap in report.gaps:
        if gap.figure == "average_precision" and {gap.better, gap.other} == {names[0], report.own}:
            low, high = (f"{end:.3f}".replace("-", formats.MINUS) for end in gap.interval)
            unsure = "" if gap.is_clear else ", which these rows cannot tell apart"
            sentence += f": {gap.difference:.3f} ({low} to {high}) below the highest{unsure}"
    return f"{sentence}.{seeds}"


def _beside(report: ComparisonReport, run: ComparedMethod) -> str:
    """Where a run that is none of the methods stands among them."""
    own = run.figures["average_precision"]
    if own is None:
        return ""
    figures = [method.figures.get("average_precision") for method in report.methods]
    place = 1 + sum(figure is not None and figure > own for figure in figures)
    interval = formats.interval(run.intervals.get("average_precision"), formats.ratio)
    within = f" ({interval})" if interval else ""
    rows = " of the first seed" if report.seeds > 1 else ""
    seeds = f" by the methods' means of {report.seeds} seeds" if report.seeds > 1 else ""
    return (
        f"This run is none of them, but is judged on the same test rows{rows}: its average "
        f"precision, {formats.ratio(own)}{within}, would be number {place} of "
        f"{len(figures) + 1}{seeds}."
    )


def _of_different_rows(report: ComparisonReport) -> str:
    together = [names for names in report.alike if len(names) > 1]
    if not together:
        return (
            f"Each {report.subject} is judged on other transactions, so these figures cannot be "
            "compared."
        )
    groups = "; and ".join(_names(names) for names in together)
    return (
        f"These {report.subject}s are not all judged on the same transactions. Figures can be "
        f"compared only within {groups}."
    )


def _names(names: Sequence[str]) -> str:
    shown = [formats.text(name) for name in names]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def about(report: ComparisonReport) -> str:
    """How they came about, and what they are judged on."""
    if report.about:
        return formats.text(report.about, 1000)
    manner = "by time" if report.split_method == "time" else "at random"
    test = next((split for split in report.splits if split.name == "test"), None)
    rows = (
        ""
        if test is None
        else f" on {formats.plural(test.rows, 'test row')}, "
        f"{formats.count(test.positives or 0)} of them {formats.plural_of(report.noun)}"
    )
    seeds = f", means of {report.seeds} seeds" if report.seeds > 1 else ""
    return (
        f"{formats.plural(len(report.methods), 'method')} on {formats.text(report.data_name)}: "
        f"each learned from the same training rows, split {manner}, had its threshold picked on "
        f"validation for F1, and is judged{rows}{seeds}. Intervals are 95 %; of differences "
        "they are paired, row by row."
    )


def costs(report: ComparisonReport) -> str:
    """What a cost is made of, and at which threshold; empty where there is none."""
    if all(method.figures.get("least_cost") is None for method in report.methods):
        return ""
    terms = report.cost_terms
    prices = "the prices were not kept" if terms is None else terms.in_words(report.noun)
    return (
        f"Cost on the test rows: {formats.text(prices, 400)}. Once at the threshold of precision, "
        "recall and F1, picked for F1; and once at the one that is cheapest for the method itself. "
        "Both are picked on validation."
    )


def honesty(report: ComparisonReport) -> str:
    """What has seen which rows."""
    return formats.text(report.honesty or OF_METHODS, 2000)


def warnings(report: ComparisonReport) -> list[str]:
    """What to know before relying on the page."""
    left_out = [f"Left out: {formats.text(reason, 400)}" for reason in report.skipped.values()]
    return _of_the_whole(report) + left_out


def caveats(report: ComparisonReport) -> list[str]:
    """What to know before relying on the comparison, where it is not all that is shown."""
    notes = _of_the_whole(report)
    if report.skipped:
        left_out = formats.plural(len(report.skipped), "method was", "methods were")
        notes.append(f"{left_out} left out; the page of the comparison says why.")
    return notes


def _of_the_whole(report: ComparisonReport) -> list[str]:
    notes = [formats.text(words, 1000) for words in report.warnings]
    if report.unfinished:
        notes.append(
            f"The comparison was stopped with {formats.plural(report.unfinished, 'trial')} to "
            "go; the same command goes on."
        )
    return notes


def curves_note(report: ComparisonReport) -> str:
    """What to know of the curves."""
    if len(report.alike) > 1:
        return (
            f"Not all of the same test rows: where {formats.plural_of(report.noun)} are rarer, a curve "
            "lies lower."
        )
    if report.seeds > 1:
        return (
            "Curves and their average precision (AP) are of the first seed; the table has the "
            f"means of {report.seeds} seeds."
        )
    return ""


def of_leaders(report: ComparisonReport) -> list[Gap]:
    """The differences of the highest average precision, of each group on the same rows."""
    names = [method.name for method in report.methods]
    leaders = {group[0] for group in report.alike} if report.alike else set(names[:1])
    return [gap for gap in report.gaps if gap.better in leaders or gap.other in leaders]
