"""The names of a run's files, and who leaves them."""

import json

import anomaly
from anomaly.runs import folder as names


def test_every_file_of_a_run_has_its_name_in_one_place(run_folder):
    known = {value for name, value in vars(names).items() if name.isupper()}
    assert {path.name for path in run_folder.iterdir()} <= known


def test_a_detector_and_a_method_leave_a_run_of_the_same_form(run_folder, transactions, tmp_path):
    anomaly.compare(transactions, label="fraud", methods=["logistic"], out=tmp_path / "c")
    method = tmp_path / "c" / "runs" / "none+logistic"
    own = {names.GRAPH, names.NETWORK}  # a classifier leaves no graph that could score others
    left = {path.name for path in run_folder.iterdir()}
    assert {path.name for path in method.iterdir()} - {names.THRESHOLD, names.THRESHOLDS} == (
        left - own - {names.THRESHOLD, names.THRESHOLDS}
    )
    of_detector, of_method = (
        json.loads((place / names.METRICS).read_text()) for place in (run_folder, method)
    )
    assert list(of_method) == [name for name in of_detector if name != "best_epoch"]
    assert list(of_method["seconds"]) == list(of_detector["seconds"])
