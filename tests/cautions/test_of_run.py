"""The cautions of a run: the same in command, JSON and page, and acknowledged for good."""

import json
import shutil
from pathlib import Path

import pytest
from quick import quick_train

import anomaly
from anomaly.cautions.of_run import cautions_of

REASON = "the days are few, and known"


@pytest.fixture(scope="module")
def few_frauds(files, tmp_path_factory):
    """A run with few positives, split at random though its rows have a time, and a threshold."""
    out = tmp_path_factory.mktemp("few") / "run"
    run = quick_train(files / "cards.csv", "fraud", "time", split="random", out=out)
    run.pick_threshold("f1", replicates=50)
    return run.folder


@pytest.fixture
def folder(few_frauds, tmp_path):
    return Path(shutil.copytree(few_frauds, tmp_path / "run"))


def codes(cautions):
    return [caution["code"] for caution in cautions]


def test_command_json_and_page_agree(command, folder):
    run = anomaly.load(folder)
    raised = run.cautions
    assert {"AN001", "AN006"} <= {caution.code for caution in raised}
    content = command("pick-threshold", folder, "--replicates=50", "--json").json
    assert content["cautions"] == [caution.to_dict() for caution in raised]
    assert json.loads((folder / "threshold.json").read_text())["cautions"] == content["cautions"]
    words = command("pick-threshold", folder, "--replicates=50").out
    page = run.report().read_text().replace("\u202f%", " %").replace("&#39;", "'")
    for caution in raised[:3]:
        assert f"  {caution.code}  {caution.text}\n" in words
    for caution in raised:
        assert caution.code in words
        assert f'<span class="code">{caution.code}</span> <bdi>{caution.text}</bdi>' in page


def test_a_training_tells_what_needs_no_threshold(folder):
    run = anomaly.load(folder)
    told = codes(run.metrics["cautions"])
    assert told == [caution.code for caution in cautions_of(run)]
    assert "AN006" in told


def test_a_caution_is_acknowledged_through_every_later_pick(command, folder):
    done = command("pick-threshold", folder, "--acknowledge=an006", f"--reason={REASON}")
    assert done.out.startswith(f"Acknowledged AN006 of {folder}\n\nBefore you rely on this:\n")
    assert done.out.endswith(f"(acknowledged: {REASON})\n")
    assert set(json.loads((folder / "acknowledged.json").read_text())) == {"AN006"}
    kept = [json.loads((folder / name).read_text()) for name in ("metrics.json", "threshold.json")]
    kept.append(
        command("pick-threshold", folder, "--objective=fpr", "--at-most=0.01", "--json").json
    )
    for content in kept:
        last = content["cautions"][-1]
        assert (last["code"], last["acknowledged"]["reason"]) == ("AN006", REASON)
        assert [each["acknowledged"] for each in content["cautions"][:-1]] == [None] * (
            len(content["cautions"]) - 1
        )
    page = anomaly.load(folder).report().read_text()
    assert page.index(REASON) > page.index('class="acknowledged"')


def test_a_second_acknowledgement_keeps_the_first(folder):
    run = anomaly.load(folder)
    run.acknowledge("AN006", REASON)
    known = run.acknowledge("AN001", "as many as there are")
    assert known.acknowledged is not None
    assert [c.code for c in run.cautions if c.acknowledged] == ["AN001", "AN006"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--acknowledge=AN099", "--reason=x"), "there is no caution AN099; the codes are AN001 to AN015"),
        (("--acknowledge=AN007", "--reason=x"), "has no caution AN007; it has AN001, "),
        (("--acknowledge=AN006",), "AN006 is acknowledged with a reason; give one as --reason"),
        (("--acknowledge=AN006", "--reason= "), "AN006 is acknowledged with a reason"),
        (("--reason=x",), "--reason says why a caution is known; give --acknowledge CODE too"),
        (("--acknowledge=AN006", "--reason=x", "--beta=2"), "--acknowledge picks nothing; leave --beta out"),
    ],
)  # fmt: skip
def test_what_cannot_be_acknowledged(command, folder, words, complaint):
    assert complaint in command("pick-threshold", folder, *words).complaint
    assert not (folder / "acknowledged.json").exists()


def test_a_damaged_file_is_named(command, folder):
    (folder / "acknowledged.json").write_text("[1]")
    complaint = command("pick-threshold", folder).complaint
    assert complaint == (
        f"{folder}/acknowledged.json is damaged; remove it, and acknowledge the cautions anew"
    )


def test_a_run_of_an_older_version_has_cautions_too(folder):
    details = json.loads((folder / "run.json").read_text())
    for column in details["normal"]["columns"].values():
        column.pop("least", None), column.pop("greatest", None)
    (folder / "run.json").write_text(json.dumps(details))
    run = anomaly.load(folder)
    before = [c.code for c in run.cautions]
    (folder / "sample.parquet").unlink()
    assert "AN006" in before
    assert [c.code for c in run.cautions] == [code for code in before if code != "AN013"]
