"""Folders that are no run, or no whole one."""

import json

import onnx
import pytest
from onnx import TensorProto, helper


@pytest.fixture
def on_the_run(refused, run_folder):
    """Run each command on a damaged run; return the complaints of those that need what is gone."""
    words = {
        "score": ["score", run_folder, "cards.csv", "--out=s.csv", "--reasons=1"],
        "pick-threshold": ["pick-threshold", run_folder],
        "report": ["report", run_folder],
    }

    def run(*commands):
        return [refused(*words[name]) for name in commands]

    return run


EVERY_USE = ("score", "pick-threshold", "report")


def test_a_run_that_is_not_there(refused):
    for words in (["score", "r", "cards.csv", "--out=s.csv"], ["pick-threshold", "r"]):
        assert refused(*words) == "there is no run r; train one with: anomaly train DATA"


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        (".", "it has no run.json and no model.onnx; name the folder that anomaly train wrote"),
        ("cards.csv", "it has no run.json and no model.onnx"),
    ],
)
def test_something_that_is_no_run(refused, name, complaint):
    assert complaint in refused("report", name)


@pytest.mark.parametrize("name", ["run.json", "model.onnx"])
def test_a_run_without_one_of_its_files(on_the_run, run_folder, name):
    (run_folder / name).unlink()
    for said in on_the_run(*EVERY_USE):
        assert f"{run_folder} is no run: it has no {name}" in said


def test_a_run_of_a_newer_format(on_the_run, run_folder):
    details = json.loads((run_folder / "run.json").read_text())
    details |= {"format": details["format"] + 1, "version": "9.9"}
    (run_folder / "run.json").write_text(json.dumps(details))
    for said in on_the_run(*EVERY_USE):
        assert f"{run_folder} has format {details['format']}, written by anomaly 9.9" in said
        assert said.endswith("update anomaly")


@pytest.mark.parametrize(
    "content",
    [b"", b'{"format": 1', b"[]", b"{}", b"\xff\xfe", b'{"format": 1}', b'{"format": "1"}'],
)
def test_a_damaged_run_json(on_the_run, run_folder, content):
    (run_folder / "run.json").write_bytes(content)
    for said in on_the_run(*EVERY_USE):
        assert f"{run_folder}/run.json" in said
        assert said.endswith("train again")


@pytest.mark.parametrize("kept", [0, 0.5, 0.99])
def test_a_damaged_graph(on_the_run, run_folder, kept):
    whole = (run_folder / "model.onnx").read_bytes()
    (run_folder / "model.onnx").write_bytes(whole[: int(kept * len(whole))])
    (said,) = on_the_run("score")
    assert said == f"{run_folder}/model.onnx is not a whole ONNX graph; train again"


def test_the_graph_of_another_run(on_the_run, run_folder):
    features = helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, 3])
    score = helper.make_tensor_value_info("score", TensorProto.FLOAT, [None, 1])
    node = helper.make_node("ReduceSum", ["features"], ["score"])
    graph = helper.make_graph([node], "other", [features], [score])
    opsets = [helper.make_opsetid("", 18)]
    onnx.save(
        helper.make_model(graph, ir_version=10, opset_imports=opsets), run_folder / "model.onnx"
    )
    (said,) = on_the_run("score")
    assert "model.onnx takes 3 features and run.json names " in said
    assert "so they are of different runs; train again" in said


@pytest.mark.parametrize("content", [None, b"", b"PAR1", b"rubbish"])
def test_damaged_scores(on_the_run, run_folder, content):
    path = run_folder / "scores.parquet"
    path.unlink() if content is None else path.write_bytes(content)
    for said in on_the_run("pick-threshold", "report"):
        assert said.startswith(f"{path} is {'missing' if content is None else 'damaged'}")
        assert said.endswith("train again")


def test_truncated_scores(on_the_run, run_folder):
    path = run_folder / "scores.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    for said in on_the_run("pick-threshold", "report"):
        assert said.startswith(f"{path} is damaged")


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"threshold": "high"}'])
def test_a_damaged_threshold(on_the_run, run_folder, content):
    path = run_folder / "threshold.json"
    path.write_text(content)
    for said in on_the_run("score", "report"):
        assert said.startswith(f"{path} is damaged")
        assert said.endswith(f"pick it again with: anomaly pick-threshold {run_folder}")


def test_picking_again_mends_a_damaged_threshold(command, run_folder):
    whole = (run_folder / "threshold.json").read_bytes()
    (run_folder / "threshold.json").write_text("{")
    assert command("pick-threshold", run_folder).status == 0
    assert (run_folder / "threshold.json").read_bytes() == whole


@pytest.mark.parametrize("name", ["metrics.json", "history.json"])
def test_a_report_on_a_run_without_its_figures(on_the_run, run_folder, name):
    (run_folder / name).unlink()
    assert on_the_run("report") == [f"{run_folder}/{name} is missing; train again"]
