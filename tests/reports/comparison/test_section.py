"""The comparison in the report on a run: where the run stands, error bars, a curve for each."""

from dataclasses import replace

import pytest
from sklearn.metrics import average_precision_score

import reports
from reports import Gap
from reports.charts.overlays import STYLES, calibration, precision_recall
from reports.comparison.section import MOST_ROWS, summarise_compared
from reports.page.export import figures_of


@pytest.fixture
def compared(page_with, comparison):
    return page_with(comparison=comparison)


def entries(page, figure=0):
    """The legend of a figure: by place, the style at first and the words."""
    legend = page.elements("figure", class_="overlay")[figure]
    return {
        int(item.get("data-method")): (item.get("data-style"), page.text(item))
        for item in legend.iter("li")
        if item.get("data-method")
    }


def test_a_report_without_a_comparison_says_nothing_of_it(page):
    assert "comparison-title" not in [e.get("id") for e in page.elements("h2")]
    assert not page.elements("a", href="#comparison-title")


def test_the_section_comes_before_the_question_of_trust(compared):
    heads = [head.get("id") for head in compared.elements("h2")]
    assert heads.index("comparison-title") == heads.index("trust-title") - 1
    assert compared.elements("a", href="#comparison-title")


def test_it_says_which_is_best_and_where_this_run_stands(compared):
    shown = compared.text()
    assert "sampler-0+xgboost has the highest average precision, 0.900" in shown
    assert (
        "This run is of autoencoder, number 8 of 8 by average precision: 0.350 (−0.020 to 0.400) "
        "below the highest."
    ) in shown


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ("sampler-0+xgboost", "This run is of sampler-0+xgboost, the one with the highest"),
        ("sampler-1+xgboost", "below the highest, which these rows cannot tell apart."),
        ("", ""),
    ],
)
def test_the_run_may_be_the_best_or_near_it_or_another_one(comparison, own, words):
    standing = summarise_compared(replace(comparison, own=own)).standing
    assert words in standing
    assert bool(words) == bool(standing)


def test_of_several_seeds_the_figures_are_means(comparison):
    standing = summarise_compared(replace(comparison, seeds=5)).standing
    assert standing.endswith("Its figures here are means of 5 seeds.")


def test_every_method_has_its_average_precision_with_an_error_bar(compared, comparison):
    [table] = compared.elements("table", class_="ranking")
    rows = [[compared.text(cell) for cell in row] for row in table.iter("tr")][1:]
    assert [row[0] for row in rows[:-1]] == [method.name for method in comparison.methods[:-1]]
    assert rows[0][1:3] == ["0.900", "0.800 to 0.950"]
    assert rows[-1][0] == "autoencoder this run"
    assert len([svg for svg in table.iter("svg") if "span" in svg.get("class", "")]) == 8


def drawn_of(method):
    """The average precision of a method's curve."""
    return f"{average_precision_score(method.test.labels, method.test.scores):.3f}"


def test_of_several_seeds_the_legend_has_the_figure_of_the_curve_that_is_drawn(comparison):
    several = summarise_compared(replace(comparison, seeds=5))
    for entry in several.curves.entries:
        assert entry.figure == f"AP {drawn_of(comparison.methods[entry.place])}"
    assert several.curves.chart.note == (
        "Curves and their average precision (AP) are of the first seed; the table has the means of "
        "5 seeds."
    )
    assert several.rows[0].average_precision == "0.900"


def test_each_curve_is_in_both_drawings_and_the_runs_own_stands_out(compared, comparison):
    wide, narrow = [
        [group.get("class") for group in svg.iter("g") if "method-" in group.get("class", "")]
        for svg in compared.elements("svg", class_="chart")
        if svg.get("data-chart", "").startswith("curves-")
    ]
    assert wide == narrow
    assert {name.split()[0] for name in wide} == {f"method-{place}" for place in range(8)}
    found = entries(compared)
    assert next(iter(found)) == 7
    assert found[7] == ("0", f"autoencoder this run AP {drawn_of(comparison.methods[7])}")
    assert [place for place, (style, _) in found.items() if style is None] == [5, 6]
    assert "2 others" in compared.text(compared.elements("figure", class_="overlay")[0])


def test_a_method_looks_the_same_in_every_chart_of_the_page(comparison):
    drawn = [precision_recall(comparison.methods), calibration(comparison.methods, "fraud")]
    styles = [{entry.place: entry.style for entry in overlay.entries} for overlay in drawn]
    assert styles[0] == styles[1]
    assert sum(style is not None for style in styles[0].values()) == len(STYLES)


def test_without_a_label_of_each_kind_there_are_no_curves(comparison):
    bare = [
        replace(method, test=replace(method.test, labels=None)) for method in comparison.methods
    ]
    assert precision_recall(bare) is None


def test_the_leak_is_shown_as_a_pair(compared):
    rows = compared.table(
        "A leak on purpose, where probabilities of 0.5 or more alert: cvae+logistic"
    )
    assert [row[-1] for row in rows] == ["F1", "0.930", "0.270", "0.750"]
    assert "Because <so>." in compared.text()


def test_the_whole_page_is_pointed_at_without_a_link(compared):
    [path] = [code for code in compared.elements("code") if "comparisons" in compared.text(code)]
    assert compared.text(path) == "comparisons/cards/comparison.html"


def test_of_many_methods_the_best_are_listed_and_the_runs_own(comparison):
    first = comparison.methods[0]
    many = [replace(first, name=f"m{place}") for place in range(MOST_ROWS + 5)]
    found = summarise_compared(replace(comparison, methods=many, own="m27"))
    assert [row.name for row in found.rows] == [*(f"m{place}" for place in range(24)), "m27"]
    assert found.more == "The best 24 and this run's of 29 methods."
    assert len(found.curves.entries) == len(many)


def test_what_is_left_out_is_counted(comparison):
    stopped = replace(comparison, skipped={"x": "x <needs> more"}, unfinished=2)
    assert summarise_compared(stopped).notes == [
        "The comparison was stopped with 2 trials to go; the same command goes on.",
        "1 method was left out; the page of the comparison says why.",
    ]


def test_names_of_methods_stay_text(page_with, comparison):
    nasty = "<img src=x>"
    methods = [replace(comparison.methods[0], name=nasty), comparison.methods[1]]
    gaps = [Gap("average_precision", nasty, methods[1].name, 0.1, (0.0, 0.2), False)]
    page = page_with(comparison=replace(comparison, methods=methods, gaps=gaps, page=nasty))
    assert page.elements("img") == []
    assert nasty in page.text()


def test_the_curves_are_among_the_figures(report, comparison):
    files = dict(figures_of(replace(report, comparison=comparison)))
    assert files["comparison.png"].startswith(b"\x89PNG")
    expected = f"autoencoder, AP {drawn_of(comparison.methods[7])}"
    assert expected.encode() in files["comparison.svg"]


def test_a_run_that_is_no_method_stands_among_them(page_with, comparison):
    run = replace(comparison.methods[3], name="cards", figures={"average_precision": 0.72})
    compared = replace(comparison, own="cards", run=run)
    page = page_with(comparison=compared)
    [table] = page.elements("table", class_="ranking")
    rows = [[page.text(cell) for cell in row] for row in table.iter("tr")][1:]
    assert rows[4][:3] == ["cards this run", "0.720", "0.650 to 0.800"]
    assert len(rows) == 9
    assert entries(page)[4][1].startswith("cards this run AP ")
    assert (
        "This run is none of them, but is judged on the same test rows: its average precision, "
        "0.720 (0.650 to 0.800), would be number 5 of 9."
    ) in page.text()
    assert "sampler-0+xgboost has the highest average precision" in page.text()
    assert "means of 3 seeds" in summarise_compared(replace(compared, seeds=3)).standing


def test_the_same_comparison_gives_the_same_bytes(report, comparison):
    with_one = replace(report, comparison=comparison)
    assert reports.render(with_one) == reports.render(replace(with_one))
