"""A comparison in the report on a run: the one that left it, one that is named, and no other."""

import json
import shutil
from pathlib import Path

import pytest
from reading import labels_and_scores
from sklearn.metrics import average_precision_score

import anomaly
from anomaly.reporting.run import report_of

TWO = ("logistic", "over+logistic")


@pytest.fixture(scope="module")
def kept(files, tmp_path_factory):
    """A comparison of two methods by time: to read, never to change."""
    out = tmp_path_factory.mktemp("kept") / "c"
    options = {"label": "fraud", "time": "time", "methods": TWO, "seeds": 2}
    return anomaly.compare(files / "cards.csv", **options, out=out).folder


@pytest.fixture
def folder(kept, tmp_path):
    """A copy of it, to change at will."""
    return Path(shutil.copytree(kept, tmp_path / "c"))


def shown(run, comparison=None):
    return report_of(anomaly.load(run), comparison).comparison


def test_a_run_that_a_comparison_left_shows_it(kept):
    found = shown(kept / "runs" / "over+logistic")
    content = json.loads((kept / "comparison.json").read_text())
    assert found.own == "over+logistic"
    assert found.page == str(kept / "comparison.html")
    assert found.warnings == ()
    assert [m.name for m in found.methods] == [m["method"] for m in content["methods"]]
    for method, figures in zip(found.methods, content["methods"], strict=True):
        run = anomaly.load(kept / "runs" / method.name)
        labels, scores = labels_and_scores(run, "test")
        assert sorted(method.test.scores) == pytest.approx(sorted(scores))
        assert method.test.labels.sum() == labels.sum()
        assert dict(method.figures) == figures["figures"]
        low, high = method.intervals["average_precision"]
        assert [low, high] == figures["average_precision_interval"]
    assert len(found.gaps) == len(content["differences"])


def test_the_page_of_the_run_has_the_section(kept, tmp_path):
    page = anomaly.load(kept / "runs" / "none+logistic").report(tmp_path / "page.html").read_text()
    assert 'id="comparison-title"' in page
    assert "This run is of none+logistic, " in page
    assert "comparison.html</code>" in page


def test_from_inside_the_comparison_the_path_is_told_from_there(folder, monkeypatch):
    monkeypatch.chdir(folder / "runs")
    assert shown("none+logistic").page == str(folder / "comparison.html")
    monkeypatch.chdir(folder)
    assert shown("runs/none+logistic").page == "comparison.html"


def test_another_run_on_the_same_data_shows_the_one_that_is_named(kept, run_folder):
    assert shown(run_folder) is None
    found = shown(run_folder, kept)
    run = anomaly.load(run_folder)
    assert found.own == found.run.name == run_folder.name
    assert found.warnings == ()
    assert len(found.methods) == 2
    expected = average_precision_score(*labels_and_scores(run, "test"))
    assert found.run.figures["average_precision"] == pytest.approx(expected)
    low, high = found.run.intervals["average_precision"]
    assert low < expected <= high
    page = Path(run.report(comparison=kept)).read_text()
    assert (
        "This run is none of them, but is judged on the same test rows of the first seed: " in page
    )


def test_a_run_with_the_name_of_a_method_is_told_from_it(kept, run_folder, tmp_path):
    other = Path(shutil.copytree(run_folder, tmp_path / TWO[1]))
    assert shown(other, kept).own == f"{TWO[1]} (a run)"


def test_with_other_labels_a_run_has_no_place(kept, run_folder):
    scores = anomaly.load(run_folder).scores().to_pandas()
    scores["label"] = scores["label"].iloc[::-1].to_numpy()
    scores.to_parquet(run_folder / "scores.parquet", index=False)
    assert shown(run_folder, kept).run is None


def test_of_other_test_rows_it_says_so(kept, run_folder):
    run = anomaly.load(run_folder)
    other = run.scores().to_pandas().query("split == 'validation' or row % 2")
    other.to_parquet(run_folder / "scores.parquet", index=False)
    found = shown(run_folder, kept)
    [warning] = found.warnings
    assert warning.startswith("This run was judged on other test rows than these methods")
    assert found.run is None
    assert found.own == ""


def test_the_command_takes_the_folder(command, workplace, kept, run_folder):
    done = command("report", run_folder, "--comparison", kept, "--figures", "f", "--json")
    assert done.json["out"] == str(run_folder / "report.html")
    assert 'id="comparison-title"' in (run_folder / "report.html").read_text()
    assert Path("f/comparison.svg").is_file()


def test_a_folder_that_is_no_comparison_is_refused(command, workplace, run_folder):
    for name in ("nowhere", run_folder):
        said = command("report", run_folder, "--comparison", name).complaint
        assert said == (
            f"{name} is no comparison: it has no comparison.json; name the folder that anomaly "
            "compare wrote"
        )
    assert not (run_folder / "report.html").exists()


def test_a_comparison_of_other_data_is_refused(command, workplace, folder, run_folder):
    content = json.loads((folder / "comparison.json").read_text())
    content["data"]["fingerprint"] = "abc"
    (folder / "comparison.json").write_text(json.dumps(content))
    said = command("report", run_folder, "--comparison", folder).complaint
    assert said.startswith(f"{folder} compares methods on other data than those of {run_folder}: ")


def test_of_several_runs_none_is_shown_in(command, workplace, kept, run_folder):
    runs = [kept / "runs" / "none+logistic", run_folder]
    said = command("report", *runs, "--comparison", kept).complaint
    assert said == (
        "--comparison is for the report on one run; name one run, or leave --comparison out"
    )


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda c: (c / "comparison.json").write_text("{"), "comparison.json is damaged"),
        (lambda c: (c / "comparison.json").write_text("{}"), "comparison.json is damaged"),
        (lambda c: (c / "settings.json").write_text('{"format": 99}'), "has format 99"),
        (
            lambda c: (c / "methods" / "none+logistic-seed-0.json").unlink(),
            "lacks the scores of none+logistic; run anomaly compare again",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_or_only_told(command, workplace, folder, spoil, words):
    spoil(folder)
    run = folder / "runs" / "over+logistic"
    assert words in command("report", run, "--comparison", folder).complaint
    assert command("report", run).status == 0
    page = (run / "report.html").read_text()
    assert "The comparison that left this run is not shown: " in page
    assert words in page
    assert 'id="comparison-title"' not in page


def test_the_page_of_a_comparison_is_written_again(folder, tmp_path):
    before = (folder / "comparison.html").read_text(encoding="utf-8")
    (folder / "comparison.html").unlink()
    assert anomaly.report(folder) == folder / "comparison.html"
    elsewhere = anomaly.report(folder, tmp_path / "page.html").read_text(encoding="utf-8")
    for page in ((folder / "comparison.html").read_text(encoding="utf-8"), elsewhere):
        assert page.startswith("<!doctype html>")
        assert abs(len(page) - len(before)) < 100  # but for the time
    with pytest.raises(anomaly.OptionError, match="is a comparison: --figures and --comparison"):
        anomaly.report(folder, figures=tmp_path / "figures")
