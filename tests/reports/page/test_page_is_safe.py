"""One file that needs nothing else, runs its own script alone, and shows all data as text."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from importlib import resources

import matplotlib as mpl
import numpy as np
import pytest

import reports
from reports import Alert, Caution, Column, Reason, Sample, SampledColumn, Split

NASTY = [
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {% raw %}",
    "&amp; &lt;b&gt;",
    "=cmd()",
    "$x^2$",
    "😀 naïve – Ω",
    "עברית العربية",
]


@pytest.mark.parametrize("nasty", NASTY)
def test_data_are_shown_as_text_wherever_they_stand(page_with, nasty):
    page = page_with(
        title=nasty,
        detector=nasty,
        data_name=nasty,
        created=nasty,
        version=nasty,
        fingerprint=nasty,
        run=nasty,
        columns=[Column(nasty, nasty, nasty, nasty)],
        splits=[Split("train", 5, 1, nasty, nasty)],
        split_method=nasty,
        alerts=[Alert(1, nasty, 2.0, True, 1, nasty, 1.0, {nasty: nasty}, [Reason(nasty, 1.0, nasty, nasty)])],
        sample=Sample([SampledColumn(nasty, np.arange(9.0)), SampledColumn(nasty, np.zeros(9), [nasty])]),
        versions={nasty: nasty},
        options={nasty: nasty, "list": [nasty]},
        seconds={nasty: 1.0},
        warnings=[nasty],
        cautions=[Caution(nasty, nasty), Caution(nasty, nasty, nasty, nasty)],
    )  # fmt: skip
    shown = page.text()
    assert shown.count(" ".join(nasty.split())) >= 20
    assert page.elements("img") == page.elements("b", class_="x") == []
    assert [script.get("type") for script in page.elements("script")] == [
        "application/json"
    ] * 3 + [None]
    assert json.loads(page.elements("script")[2].text)["names"] == [nasty, nasty]
    assert nasty in json.loads(page.elements("script")[0].text)["command"].replace("'\"'\"'", "'")
    assert page.text(page.elements("h1")[0]) == nasty
    assert page.text(page.elements("title")[0]) == nasty


def test_a_very_long_text_is_cut_and_its_length_named(page_with, report):
    long = "x" * 10_000
    page = page_with(columns=[Column(long, "feature", "number")], title=long)
    assert page.text(page.elements("h1")[0]) == "x" * 120 + "… (10,000 characters)"
    assert len(page.text()) < 10_000


def test_characters_that_no_page_may_hold_are_replaced(page_with):
    page = page_with(title="a\x00b\x1b\ud800c\uffff")
    assert page.text(page.elements("h1")[0]) == "a\ufffdb\ufffd\ufffdc\ufffd"


@pytest.mark.parametrize(
    "turn", [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))]
)
def test_no_text_turns_round_the_figures_beside_it(page_with, turn):
    levels = [f"a{turn}b", f"עברית{turn} العربية"]
    sample = Sample([SampledColumn(f"x{turn}", np.arange(9.0) % 2, levels)], np.arange(9) % 2)
    page = page_with(title=f"a{turn}b", sample=sample)
    assert page.text(page.elements("h1")[0]) == "a\ufffdb"
    assert "עברית\ufffd العربية" in page.text()
    assert turn not in page.text()


def test_the_page_refers_to_nothing_outside(report):
    source = reports.render(report)
    assert not re.search(r"https?:|//|@import|url\((?!#)|\bsrc=", source)
    assert set(re.findall(r'\bhref="(.)', source)) == {"#"}


def digest(element):
    """What a policy calls an element with this content."""
    return base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()


def test_the_policy_allows_the_style_sheet_and_the_script_of_the_page_alone(page):
    policy = page.elements("meta", **{"http-equiv": "Content-Security-Policy"})[0].get("content")
    [css], [*_, script] = page.elements("style"), page.elements("script")
    assert sorted(policy.split("; ")) == [
        "base-uri 'none'",
        "default-src 'none'",
        "form-action 'none'",
        "img-src data:",
        f"script-src 'sha256-{digest(script)}'",
        f"style-src 'sha256-{digest(css)}'",
    ]
    assert "unsafe" not in policy


def test_nothing_on_the_page_needs_more_than_the_policy_allows(page):
    assert page.elements("iframe") == page.elements("object") == []
    assert [script.attrib for script in page.elements("script")] == [
        {"type": "application/json", "id": "explorer-data"},
        {"type": "application/json", "id": "listed-data"},
        {},
    ]
    assert len(page.elements("style")) == 1
    names = {name for element in page.root.iter() for name in element.keys()}  # noqa: SIM118
    assert "style" not in names
    assert not [name for name in names if name.startswith("on")]


def test_the_script_is_the_one_of_the_package_whatever_the_data(page_with):
    folder = resources.files("reports") / "page" / "templates"
    source = "\n".join(
        (folder / name).read_text(encoding="utf-8")
        for name in ("report.js", "alerts.js", "explorer.js", "features.js", "compared.js")
    )
    assert not re.search(r"</|<!--|<script|\beval\b|innerHTML|Function\(|\.on\w+ = ", source)
    assert page_with(title="</script>", run="</script>").elements("script")[-1].text == source


def test_data_cannot_end_the_script_element_they_stand_in(page_with):
    page = page_with(run="</script><!--<script>&\u2028\u2029\ud800")
    data = page.elements("script")[0].text
    assert not set(data) & set("<>&\u2028\u2029")
    assert json.loads(data)["command"].startswith("anomaly pick-threshold '</script><!--<script>&")


def test_ids_are_unique_and_every_reference_finds_one(page):
    attributes = [pair for element in page.root.iter() for pair in element.items()]
    ids = [value for name, value in attributes if name == "id"]
    assert len(ids) == len(set(ids))
    references = [value for name, value in attributes if name in ("aria-labelledby", "for")]
    references += [value[1:] for name, value in attributes if name == "href"]
    references += [value[5:-1] for name, value in attributes if value.startswith("url(#")]
    assert set(references) <= set(ids)
    assert len(references) > 20


def test_every_colour_of_a_chart_comes_from_the_style_sheet(page):
    css = page.elements("style")[0].text
    drawn = {name for element in page.root.iter() for name in element.get("class", "").split()}
    colours = {name for name in drawn if re.match("[fs]-", name)}
    assert {"s-ink", "f-accent", "f-normal", "s-hairline"} <= colours
    assert all(f".{name} {{" in css for name in colours)
    for svg in page.elements("svg", class_="chart"):
        assert not [e for e in svg.iter() if e.get("fill", "none") != "none" or e.get("stroke")]


def test_the_same_report_gives_the_same_bytes(report):
    assert reports.render(report) == reports.render(replace(report))


def test_settings_of_matplotlib_neither_reach_the_page_nor_change(report):
    expected = reports.render(report)
    own = {"lines.linewidth": 9, "svg.fonttype": "path", "lines.linestyle": ":", "axes.grid": False}
    with mpl.rc_context(own):
        before = mpl.rcParams.copy()
        assert reports.render(report) == expected
        assert mpl.rcParams.copy() == before
