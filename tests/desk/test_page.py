"""The page follows the files of the run: rendered once, again when they change, and never half."""

import json
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import anomaly

MANY = 8
LONG = 60


@pytest.fixture
def pool():
    with ThreadPoolExecutor(MANY) as pool:
        yield pool


def count(server):
    return server.complaints.count("rendering\n")


def test_a_new_threshold_makes_a_new_page(serve, written, run_folder):
    server = serve(run_folder)
    before = server.get("/report")
    anomaly.load(run_folder).set_threshold(7.125)
    after = server.get("/report", If_None_Match=before.headers["ETag"])
    assert (after.status, after.body) == (200, written(run_folder))
    assert "7.125" in after.text
    assert before.body != after.body


def test_the_page_is_rendered_when_asked_for_and_kept_while_nothing_changes(serve, run_folder):
    server = serve(run_folder, slow=0)
    assert server.get("/health").status == 200
    assert count(server) == 0
    for _ in range(3):
        server.get("/report")
    assert count(server) == 1
    anomaly.load(run_folder).set_threshold(7.125)
    server.get("/report")
    assert count(server) == 2


def test_a_comparison_that_changes_makes_a_new_page_of_its_runs(serve, command, written, workplace):
    words = ("--label=fraud", "--out=c", "--quiet")
    methods = ("--method=logistic", "--method=over+logistic")
    assert command("compare", "cards.csv", *words, *methods).status == 0
    run = Path("c/runs/none+logistic")
    server = serve(run)
    before = server.get("/report").body
    assert before == written(run)
    Path("c/comparison.json").rename("aside.json")
    after = server.get("/report").body
    assert after == written(run)
    assert after != before


def test_those_who_ask_at_once_wait_for_one_page(serve, pool, trained):
    server = serve(trained, slow=0.5)
    pages = [page.body for page in pool.map(lambda _: server.get("/report"), range(MANY))]
    assert set(pages) == {server.get("/report").body}
    assert count(server) == 1


def wait_until_it_renders(server):
    until = time.monotonic() + LONG
    while not count(server):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_others_are_answered_while_the_page_is_rendered(serve, pool, trained):
    server = serve(trained, slow=1)
    coming = pool.submit(server.get, "/report")
    wait_until_it_renders(server)
    assert server.get("/health").status == 200
    assert not coming.done()
    assert coming.result().status == 200


def test_a_page_that_takes_long_does_not_hold_up_the_end(serve, pool, trained):
    server = serve(trained, slow=LONG)
    pool.submit(server.get, "/report")
    wait_until_it_renders(server)
    start = time.monotonic()
    assert server.end(signal.SIGINT) == (0, "", "rendering\n")
    assert time.monotonic() - start < 5


def test_a_file_that_goes_missing_is_named_until_it_is_back(serve, run_folder):
    server = serve(run_folder)
    page = server.get("/report").body
    scores = run_folder / "scores.parquet"
    scores.rename(aside := run_folder.parent / "aside")
    for _ in range(2):
        answer = server.get("/report")
        assert (answer.status, answer.text) == (503, f"{scores} is missing; train again\n")
    assert server.complaints == f"anomaly: {scores} is missing; train again\n" * 2
    aside.rename(scores)
    assert server.get("/report").body == page


def test_a_run_that_goes_missing_is_named(serve, run_folder):
    server = serve(run_folder)
    assert server.get("/report").status == 200
    shutil.rmtree(run_folder)
    answer = server.get("/report")
    assert answer.status == 503
    assert answer.text == f"there is no run {run_folder}; train one with: anomaly train DATA\n"
    assert server.get("/health").status == 200


@pytest.mark.parametrize("debug", [False, True])
def test_a_fault_is_one_line_and_its_traceback_is_for_debug(serve, run_folder, debug):
    server = serve(run_folder, *["--debug"] * debug)
    (run_folder / "metrics.json").write_text(json.dumps({"validation": {}, "test": {"x": 1}}))
    answer = server.get("/report")
    assert answer.status == 500
    assert answer.text.startswith("a fault in anomaly: KeyError: ")
    assert answer.text.count("\n") == 1
    assert server.complaints.startswith(f"anomaly: {answer.text}")
    assert ("Traceback" in server.complaints) == debug
    assert (server.complaints.count("\n") == 1) != debug
    assert server.get("/health").status == 200
