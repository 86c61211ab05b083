"""The figures of a report as files: they stand alone, in real colours, and say what they show."""

import io
import re
import struct
from dataclasses import replace
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest

import reports
from reports import Sample, SampledColumn
from reports.charts.figure import Colour
from reports.page.all_charts import draw_all
from reports.page.export import REAL, figures_of
from reports.page.html import TEMPLATES

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn_once():
    return {}


@pytest.fixture
def files(report, drawn_once):
    if not drawn_once:
        drawn_once.update(figures_of(report))
    return drawn_once


@pytest.fixture
def bare(report):
    """The report without labels and epochs, which has the fewest figures."""
    unlabelled = {
        part: replace(getattr(report, part), labels=None) for part in ("test", "validation")
    }
    return replace(report, **unlabelled, history={})


def words(svg):
    root = ElementTree.fromstring(svg)
    return " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))


def size_of(png):
    return struct.unpack(">II", png[16:24])


def test_each_figure_comes_as_png_and_as_svg(files):
    names = ("loss", "distribution", "sweep", "alerts-sweep", "precision-recall", "roc")
    assert set(files) == {f"{name}.{ending}" for name in names for ending in ("png", "svg")}
    for name, content in files.items():
        assert content.startswith(b"\x89PNG" if name.endswith("png") else b"<?xml")


def test_a_png_is_twice_the_size(files):
    width, height = size_of(files["roc.png"])
    box = ElementTree.fromstring(files["roc.svg"]).get("viewBox").split()
    assert width == pytest.approx(2 * float(box[2]), abs=3)
    assert height == pytest.approx(2 * float(box[3]), abs=3)
    assert size_of(files["distribution.png"])[0] > 1700


def test_a_figure_says_what_it_is_what_its_axes_are_and_which_line_is_which(report, files):
    drawn = draw_all(report, None)
    for name in ("loss", "distribution", "sweep", "alerts_sweep", "precision_recall", "roc"):
        chart = getattr(drawn, name)
        said = words(files[f"{name.replace('_', '-')}.svg"])
        assert chart.title in said
        for label in (*chart.drawings[0].plot.axis_labels, *(key.label for key in chart.legend)):
            assert label in said


def test_an_svg_needs_nothing_else_and_has_real_colours_on_white(files):
    for name, content in files.items():
        if name.endswith("svg"):
            svg = content.decode()
            assert not re.search(r'(?:src|href)="(?!#)', svg)
            assert not any(str(colour) in svg for colour in Colour)
            assert "fill: #ffffff" in svg
            ids = re.findall(r'\bid="([^"]+)"', svg)
            assert len(ids) == len(set(ids))


def test_a_png_has_real_colours_on_white(files):
    import matplotlib.image

    picture = matplotlib.image.imread(io.BytesIO(files["precision-recall.png"]))
    assert (picture[0, 0, :3] == 1).all()
    seen = np.unique((picture[..., :3] * 255).round().astype(int).reshape(-1, 3), axis=0)
    for colour in (Colour.INK, Colour.ACCENT):
        real = [int(REAL[colour][at : at + 2], 16) for at in (1, 3, 5)]
        assert (seen == real).all(axis=1).any()


def test_the_colours_are_those_of_the_page():
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    light = css[: css.index("@media")]
    for colour, real in REAL.items():
        short = "#fff" if real == "#ffffff" else real
        assert f"--{colour.name.lower()}: {short};" in light


def test_the_same_report_gives_the_same_files(report, files):
    with mpl.rc_context({"lines.linewidth": 9, "font.size": 30}):
        assert dict(figures_of(report)) == files


def test_a_report_without_labels_has_the_figures_that_there_are(bare):
    names = ("distribution", "alerts-sweep")
    expected = {f"{name}.{ending}" for name in names for ending in ("png", "svg")}
    assert set(dict(figures_of(bare))) == expected


def test_a_note_is_kept(bare):
    low = bare.test.scores.copy()
    low[0] = 1e-30
    svg = dict(figures_of(replace(bare, test=replace(bare.test, scores=low))))
    assert "Counting 1 score beyond the left end in the first bin." in words(
        svg["distribution.svg"]
    )


def test_the_features_are_figures_too(bare, sample):
    files = dict(figures_of(replace(bare, sample=sample)))
    assert {"errors.svg", "pair.svg", "features-1.svg", "features-2.svg", "features-3.png"} <= set(
        files
    )
    for name, expected in (("pair", {"country", "amount, log scale"}), ("errors", {"channel"})):
        found = words(files[f"{name}.svg"])
        for text in expected:
            assert text in found
    assert str(Colour.ACCENT).encode() not in files["pair.svg"]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["😀", "עברית", "量", "$x^2$", "a\nb", "x" * 10_000])
def test_any_name_can_be_drawn_without_a_warning(bare, name):
    columns = [SampledColumn(name, np.arange(9.0)), SampledColumn("b", np.zeros(9), [name])]
    sample = Sample(columns, None, np.ones((9, 2)))
    files = dict(figures_of(replace(bare, sample=sample)))
    assert "features-2.png" in files
    reports.render(replace(bare, sample=sample))
