"""A small report to vary, and its page."""

import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from parsed_page import Page

import reports
from reports import (
    Alert,
    Column,
    ComparedMethod,
    ComparisonReport,
    Gap,
    LeakPair,
    Metrics,
    Reason,
    Report,
    Sample,
    SampledColumn,
    Scores,
    Split,
    Threshold,
    ThresholdFigures,
)
from thresholds import evaluate, pick


@pytest.fixture
def sample() -> Sample:
    """300 transactions, 40 of them frauds: large, mostly abroad, their channel unknown to some."""
    random = np.random.default_rng(5)
    labels = (np.arange(300) < 40).astype(np.int8)
    channel = np.where(random.random(300) < 0.1, np.nan, random.integers(0, 2, 300))
    return Sample(
        columns=[
            SampledColumn("amount", random.lognormal(3, 1, 300) * (1 + 20 * labels)),
            SampledColumn("country", np.where(labels, 2.0, random.integers(0, 3, 300)), ["BE", "FR", "NZ"]),
            SampledColumn("channel", channel, ["web", "chip"]),
        ],
        labels=labels,
        shares=random.gamma(2, 1, (300, 3)) * (1 + 3 * labels[:, np.newaxis]),
    )  # fmt: skip


@pytest.fixture
def report() -> Report:
    """A detector of 40 frauds among 4,000 test transactions, with everything filled in."""
    random = np.random.default_rng(7)
    labels = np.zeros(4000, dtype=np.int8)
    labels[:40] = 1
    scores = np.exp(random.normal(size=4000) + 2.5 * labels)
    figures = ThresholdFigures(
        alerts=58,
        precision=18 / 58,
        recall=18 / 40,
        f1=36 / 98,
        tp=18,
        fp=40,
        fn=22,
        tn=3920,
        intervals={"precision": (0.2, 0.43), "recall": (0.31, 0.6), "f1": (0.25, 0.48)},
    )
    return Report(
        title="Cards in May",
        detector="autoencoder",
        data_name="cards.csv",
        created="2025-11-21T20:24:11+00:00",
        version="0.1.0",
        seed=42,
        fingerprint="sha256:6f1c0c6f",
        run="runs/may",
        columns=[
            Column("when", "time", "time"),
            Column("amount", "feature", "number", "long tail: logarithm"),
            Column("country", "feature", "category"),
            Column("channel", "feature", "category"),
            Column("fraud", "label", "flag"),
        ],
        features="6 features from 4 columns",
        splits=[
            Split("train", 12_000, 24, "2025-05-01", "2025-05-18"),
            Split("validation", 4000, 40, "2025-05-18", "2025-05-24"),
            Split("test", 4000, 40, "2025-05-24", "2025-05-31"),
        ],
        split_method="time",
        history={"loss": [1.5, 0.9, 0.7, 0.65], "val_loss": [1.4, 0.8, 0.75, 0.78]},
        validation=Scores(scores[::-1].copy(), labels[::-1].copy()),
        test=Scores(scores, labels),
        metrics={"validation": Metrics(0.4123, 0.951), "test": Metrics(0.3876, 0.9444)},
        threshold=Threshold("f1", 7.25, {"validation": figures, "test": figures}),
        alerts=[
            Alert(
                row=1_204_311,
                split="test",
                score=31.5,
                is_alert=True,
                label=1,
                time="2025-05-25 03:12:00",
                amount=1912.5,
                ids={"transaction": "T-77"},
                reasons=[Reason("amount", 21.0, 1912.5, 40.25), Reason("country", 6.3, "NZ", "BE")],
            ),
            Alert(row=9, split="test", score=12.0, is_alert=True, label=0),
        ],
        seconds={"read": 0.4, "fit": 91.0},
        versions={"numpy": "2.4.6"},
        options={"epochs": 100, "learning_rate": 0.001, "drop": [], "overwrite": False},
        warnings=["81 transactions appear twice."],
        noun="fraud",
    )


def _card_scores(rows: int, frauds: int, seed: int) -> Scores:
    """So many scores, a hundredth of them with ties, over ten days, with amounts."""
    random = np.random.default_rng(seed)
    labels = np.zeros(rows, dtype=np.int8)
    labels[random.choice(rows, frauds, replace=False)] = 1
    scores = np.exp(random.normal(size=rows) + 2.5 * labels)
    scores[:: rows // 100] = scores[:: rows // 100].round(1)
    days = np.sort(random.integers(20_000, 20_010, rows))
    return Scores(scores, labels, days, random.lognormal(4, 1, rows).round(2))


@pytest.fixture(scope="session")
def figures_at() -> Callable[[float, Scores], ThresholdFigures]:
    """What `thresholds` says of a value on some scores, as a report has it."""

    def found(value: float, scores: Scores) -> ThresholdFigures:
        content = evaluate(value, scores.labels, scores.scores, days=scores.days).to_dict()
        intervals = content.pop("intervals")
        del content["rows"]
        known = {name: tuple(ends) for name, ends in intervals.items() if ends is not None}
        return ThresholdFigures(**content, intervals=known)

    return found


@pytest.fixture(scope="session")
def _many_scores(
    figures_at: Callable[[float, Scores], ThresholdFigures],
) -> tuple[dict[str, Scores], Threshold]:
    """More scores than the explorer can show, and their best threshold."""
    parts = {"validation": _card_scores(9_000, 80, 1), "test": _card_scores(11_000, 70, 2)}
    picked = pick(parts["validation"].labels, parts["validation"].scores, "f1").value
    figures = {name: figures_at(picked, scores) for name, scores in parts.items()}
    return parts, Threshold("f1", picked, figures)


@pytest.fixture
def explorable(
    report: Report, sample: Sample, _many_scores: tuple[dict[str, Scores], Threshold]
) -> Report:
    """The report of more scores than the explorer can show, with days, amounts and features."""
    parts, threshold = _many_scores
    return replace(report, **parts, threshold=threshold, sample=sample)


@pytest.fixture(scope="session")
def rendered() -> Callable[[Report | ComparisonReport], str]:
    """Render a report, each of other content once."""
    pages: dict[bytes, str] = {}

    def render(report: Report | ComparisonReport) -> str:
        content = pickle.dumps(report)
        if content not in pages:
            is_comparison = isinstance(report, ComparisonReport)
            pages[content] = (reports.render_comparison if is_comparison else reports.render)(
                report
            )
        return pages[content]

    return render


@pytest.fixture
def page_of(rendered: Callable[[Report], str]) -> Callable[[Report], Page]:
    """Render a report and parse the page, which must be well-formed."""

    def parse(report: Report) -> Page:
        page = Page(rendered(report))
        assert page.faults == []
        return page

    return parse


@pytest.fixture
def page(report: Report, page_of: Callable[[Report], Page]) -> Page:
    """The small report as a page."""
    return page_of(report)


@pytest.fixture
def page_with(report: Report, page_of: Callable[[Report], Page]) -> Callable[..., Page]:
    """The page of the small report with some of its fields replaced."""

    def parse(**fields: Any) -> Page:
        return page_of(replace(report, **fields))

    return parse


@pytest.fixture(scope="session")
def comparison() -> ComparisonReport:
    """Eight methods on the same 600 rows, each worse than the one before; the last is the run's."""
    random = np.random.default_rng(3)
    labels = (np.arange(600) < 60).astype(np.int8)
    noise = random.normal(size=600)
    methods = []
    for place in range(8):
        scores = (noise + random.normal(size=600) / 2 + (4 - place / 3) * labels + 4) / 12
        precision = 0.9 - place / 20
        methods.append(
            ComparedMethod(
                name="autoencoder" if place == 7 else f"sampler-{place}+xgboost",
                figures={"average_precision": precision, "f1": 0.5, "brier": 0.01},
                intervals={"average_precision": (precision - 0.1, precision + 0.05)},
                fit_seconds=3.0,
                score_seconds=0.1,
                threshold=0.5,
                test=Scores(scores, labels),
                calibration=[{"predicted": x, "observed": x * x, "rows": 9} for x in (0.1, 0.5, 0.9)],
                history={"loss": [0.5, 0.4], "val_loss": [0.6, 0.5]},
            )
        )  # fmt: skip
    names = [method.name for method in methods]
    return ComparisonReport(
        title="Methods on cards.csv",
        data_name="cards.csv",
        created="2026-01-31T12:00:00+00:00",
        seeds=1,
        splits=[Split("train", 1800, 180), Split("test", 600, 60)],
        split_method="random",
        methods=methods,
        gaps=[
            Gap("average_precision", names[0], name, 0.05 * place, (-0.02, 0.4), place > 4)
            for place, name in enumerate(names)
            if place
        ],
        leak=LeakPair(
            "cvae+logistic", 10_000, {"f1": 0.93}, {"f1": 0.27}, {"f1": 0.75}, "Because <so>."
        ),
        own="autoencoder",
        page="comparisons/cards/comparison.html",
        noun="fraud",
    )
