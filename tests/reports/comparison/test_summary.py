"""The comparison page: what it says, that it needs nothing else, and that data stay data."""

import re

import numpy as np
import pytest

from reports import (
    BiasEffect,
    ComparedMethod,
    ComparisonReport,
    Duplicates,
    Gap,
    LeakPair,
    Scores,
    Split,
    render_comparison,
)

NAMES = ("smote+xgboost", "none+mlp", "denoising")


def method(name, average_precision, **more):
    random = np.random.default_rng(0)
    labels = (random.random(300) < 0.1).astype(int)
    figures = {"average_precision": average_precision, "f1": 0.5, "roc_auc": 0.9, "cost": None}
    return ComparedMethod(
        name=name,
        figures=figures | more.pop("figures", {}),
        intervals={"average_precision": (0.1, 0.9), "f1": None},
        fit_seconds=3.0,
        score_seconds=0.1,
        threshold=0.4,
        test=Scores(random.random(300) + labels, labels),
        **more,
    )


def report(**more):
    history = {
        name: [0.5, 0.4, None] for name in ("loss", "val_loss", "precision", "val_precision")
    }
    methods = [
        method(NAMES[0], 0.8, calibration=[{"predicted": 0.1, "observed": 0.2, "rows": 9}]),
        method(NAMES[1], 0.7, history=history, notes=["it did not converge"]),
        method(NAMES[2], 0.6),
    ]
    gaps = [
        Gap("average_precision", NAMES[0], NAMES[1], 0.1, (-0.05, 0.2), False),
        Gap("average_precision", NAMES[0], NAMES[2], 0.2, (0.05, 0.3), True),
    ]
    given = {
        "title": "Methods on cards.csv",
        "data_name": "cards.csv",
        "created": "2026-01-31T12:00:00+00:00",
        "seeds": 1,
        "splits": [Split("train", 900, 90), Split("test", 300, 30)],
        "split_method": "random",
        "methods": methods,
        "gaps": gaps,
        "duplicates": [Duplicates("test", 300, 7, 2, 1)],
        "noun": "fraud",
    }
    return ComparisonReport(**given | more)


@pytest.fixture(scope="module")
def page():
    return render_comparison(report())


def test_the_methods_stand_in_the_order_given(page):
    table = page[page.index('class="methods"') :]
    assert [table.index(f"<bdi>{name}</bdi>") for name in NAMES] == sorted(
        table.index(f"<bdi>{name}</bdi>") for name in NAMES
    )
    assert "0.100 to 0.900" in table


def test_generated_rows_are_told_with_what_they_do():
    made = {"train": {"auroc": 0.61, "copies": 0.0}, "validation": {"auroc": 0.68}}
    methods = [method("none+logistic", 0.7), method("cvae+logistic", 0.6, generated=made)]
    gap = Gap("average_precision", "none+logistic", "cvae+logistic", 0.1, (-0.05, 0.2), False)
    page = render_comparison(report(methods=methods, gaps=[gap]))
    section = page[page.index('id="generated-title"') : page.index('id="leakage-title"')]
    assert "0.610" in section
    assert "0.680" in section
    assert "\u22120.100 (\u22120.200 to 0.050)" in section


def test_without_generated_rows_nothing_is_said_of_them(page):
    assert "Generated rows" not in page


def test_better_is_said_only_where_it_is_clear(page):
    assert "these rows cannot tell it from none+mlp." in page
    rows = re.findall(r"<tr><td>AP</td>.*?</tr>", page)
    assert ["not told apart" in row for row in rows] == [True, False]
    assert ">better<" in rows[1]


def test_duplicates_are_told(page):
    assert "7 of 300 test rows (2.3\u202f%) equal a training row in every feature" in page
    assert "2 of them frauds; 1 has another label there." in page


def test_figures_that_no_method_has_make_no_column(page):
    assert ">ROC AUC<" in page
    assert ">Cost<" not in page


def test_the_curves_of_networks_are_drawn(page):
    assert "none+mlp</bdi>, by epoch" in page
    assert page.count("by epoch: training") == 2


def test_the_leak_is_shown_as_a_pair_with_the_reason():
    leak = LeakPair(
        "cvae+logistic", 10_000, {"f1": 0.93}, {"f1": 0.27}, {"f1": 0.75}, "Because <so>."
    )
    page = render_comparison(report(leak=leak))
    assert "<b>0.930</b>" in page
    assert "<b>0.270</b>" in page
    assert "Because &lt;so&gt;." in page


def test_the_effect_of_the_bias_is_drawn():
    effect = BiasEffect("none+mlp", [0.02, 0.01, 0.008], [0.7, 0.1, 0.01], [0.02], [0.3])
    page = render_comparison(report(bias=effect))
    assert "Where the output begins" in page
    assert "35 times less; after 2 epochs they are 0.0100 and 0.00800." in page
    assert "The same on rows held back" in page


def test_what_is_left_out_or_to_go_comes_first():
    page = render_comparison(report(skipped={"x": "x needs more rows"}, unfinished=3))
    assert "stopped with 3 trials to go" in page
    assert page.index("Left out: x needs more rows") < page.index('class="verdict"')


def test_a_page_without_methods_is_whole():
    page = render_comparison(report(methods=[], gaps=[]))
    assert "No method is done yet." in page
    assert page.rstrip().endswith("</html>")


def test_nothing_from_the_data_becomes_markup():
    nasty = "<script>alert(1)</script>"
    page = render_comparison(
        report(title=nasty, data_name=nasty, options={nasty: nasty}, skipped={"x": nasty})
    )
    assert page.count("<script") == 1
    assert "&lt;script&gt;" in page


def test_the_page_needs_nothing_else(page):
    assert "default-src &#39;none&#39;" in page
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert " style=" not in page


def test_ids_are_unique(page):
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_same_report_gives_the_same_page(page):
    assert render_comparison(report()) == page
