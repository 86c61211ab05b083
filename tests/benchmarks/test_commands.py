"""The benchmarks' command line, and that the pages show the stored results. Nothing is measured."""

import json
from types import SimpleNamespace

import pytest

from benchmarks.quality import summary
from benchmarks.shared import commands, measurements
from benchmarks.shared.commands import SUBJECTS, RefusedError, Subject, subject_of
from benchmarks.shared.markdown import PAGE, Section
from benchmarks.shared.results import FOLDER, ROOT, load

WITH_TABLES = [name for name in SUBJECTS if subject_of(name).tables]
SECTION = Section("counts")


@pytest.fixture
def subject(monkeypatch, tmp_path):
    """A subject of two parts that keeps what it was asked for."""
    asked = []

    def measure(parts, options):
        if options.runs < 0:
            raise RefusedError("no runs")
        asked.append((parts, options.runs, options.out))

    page = tmp_path / "page.md"
    page.write_text("<!-- counts:begin -->\n<!-- counts:end -->\n")
    made = Subject(
        title="Count.",
        parts=("first", "second"),
        results=tmp_path / "counts.json",
        measure=measure,
        options={"--runs": {"type": int, "default": 5}, "--quick": {"action": "store_true"}},
        tables=lambda results: {(page, SECTION): f"counted {results['count']}"},
    )
    monkeypatch.setattr(commands, "subject_of", lambda name: made)
    return SimpleNamespace(asked=asked, page=page, results=made.results)


@pytest.fixture
def refused(subject, capsys):
    def run(*words):
        with pytest.raises(SystemExit):
            commands.run("counts", words)
        return capsys.readouterr().err

    return run


def test_all_parts_are_measured_in_order_and_then_the_table_is_written(subject):
    subject.results.write_text(json.dumps({"count": 7}))
    commands.run("counts", [])
    assert subject.asked == [(["first", "second"], 5, subject.results)]
    assert "counted 7" in subject.page.read_text()


def test_a_part_alone_writes_no_table(subject):
    subject.results.write_text(json.dumps({"count": 7}))
    commands.run("counts", ["second", "--runs=2"])
    assert subject.asked == [(["second"], 2, subject.results)]
    assert "counted" not in subject.page.read_text()


def test_the_table_alone_measures_nothing_and_that_of_another_file_is_only_shown(
    subject, tmp_path, capsys
):
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"count": 8}))
    commands.run("counts", ["table", f"--out={other}"])
    assert subject.asked == []
    assert "counted 8" in capsys.readouterr().out
    assert "counted" not in subject.page.read_text()


def test_without_results_there_is_no_table(subject, capsys):
    commands.run("counts", ["table"])
    assert "counts.json holds no results" in capsys.readouterr().out


def test_what_is_not_there_is_refused_with_what_is(refused):
    assert "there is no part third; there are: first, second, table" in refused("third")
    assert "no runs" in refused("--runs=-1")


def test_a_quick_look_is_not_recorded(refused, subject, tmp_path):
    assert "a quick look is not recorded" in refused("first", "--quick")
    commands.run("counts", ["first", "--quick", f"--out={tmp_path / 'quick.json'}"])
    assert len(subject.asked) == 1


@pytest.mark.parametrize("name", SUBJECTS)
def test_every_subject_says_what_it_has(name, capsys):
    with pytest.raises(SystemExit) as ended:
        commands.run(name, ["--help"])
    assert ended.value.code == 0
    assert subject_of(name).title.split()[0] in capsys.readouterr().out


@pytest.mark.parametrize("name", WITH_TABLES)
def test_the_pages_show_the_stored_results(name):
    subject = subject_of(name)
    for (page, section), text in subject.tables(load(subject.results)).items():
        written = page.read_text(encoding="utf-8")
        assert section.put_into(written, text) == written, f"run: python -m benchmarks {name} table"


def test_the_readme_says_what_to_expect():
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    detectors = measurements.load(FOLDER / "quality.json")
    grid = summary.grid(detectors, "A", ["denoising"], ["random"])
    detector = grid.estimate("denoising", summary.average_precision)
    methods = load(FOLDER / "comparison.json")["sets"]["creditcard"]["methods"]
    classifier = methods["none+xgboost"]["figures"]["average_precision"]
    assert f"reaches an average precision of {detector.mean:.2f} (chance: 0.002)" in text
    assert f"XGBoost reaches {classifier:.2f}." in text


def test_simulation_and_report_take_what_the_page_says():
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    simulated = load(FOLDER / "simulate_speed.json")["results"][-1]
    assert simulated["rows"] == 1_000_000
    seconds, peak = simulated["median_seconds"], simulated["peak_mib"]
    assert f"transactions are made in {seconds:.2f} s, in {peak:.0f} MiB" in page
    reports = load(FOLDER / "report_speed.json")["results"]
    told = [f"{each['median_seconds']:.1f} s for {each['scores']:,}" for each in reports]
    assert f"`anomaly report` takes {' scores and '.join(told)}, and its page" in page
    assert max(each["page_bytes"] for each in reports) < 2e6  # with the rows to list
