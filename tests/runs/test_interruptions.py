"""Kills, Ctrl-C, full disks, two at once: nothing half done is left, and the older stays whole."""

import json
import os
import pty
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import forked
import pandas as pd
import pytest
import quick

import anomaly
from anomaly.features import matrix as matrices
from anomaly.utils.files import exchange_in_steps

WRITTEN = (
    "scores.parquet",
    "sample.parquet",
    "model.onnx",
    "model.keras",
    "history.json",
    "metrics.json",
    "run.json",
)
PAGE = 4096


@pytest.fixture
def start(executable, workplace):
    """Start the installed command, which imports all that it needs."""
    started = []

    def run(*words):
        process = subprocess.Popen(
            [executable, *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def wait_until(is_running, condition):
    """Look every millisecond until the condition is met, or the process is at its end."""
    until = time.monotonic() + 120
    while is_running() and not condition():
        assert time.monotonic() < until
        time.sleep(0.001)


def partials(folder):
    return [path for path in folder.glob(".*") if ".partial-" in path.name]


def has_partial(folder, name=""):
    """Whether a hidden folder or file grows in the folder, and has a file of the name."""
    return any((path / name).exists() for path in partials(folder))


TRAIN = (*quick.TRAIN, "--epochs=2", "--out=run")


@pytest.fixture
def fork(workplace, tmp_path):
    """Start the command in a process that has imported TensorFlow; it prints to `tmp_path`."""
    started = []

    def run(*words, err=tmp_path / "err", **options):
        started.append(forked.start(words, workplace, tmp_path / "out", err, **options))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.join()


def kill_at(fork, moment):
    """Kill a training so many seconds after its start, or as soon as a file is in its folder."""
    process = fork(*TRAIN, "--overwrite")
    if isinstance(moment, float):
        time.sleep(moment)
    else:
        wait_until(process.is_alive, lambda: has_partial(Path.cwd(), moment))
    process.kill()
    process.join()


def check_that_the_next_training_works(command):
    assert command(*TRAIN, "--overwrite", "--json").json["epochs"] == 2
    assert {path.name for path in Path.cwd().iterdir()} == {"cards.csv", "run"}
    assert {path.name for path in Path("run").iterdir()} == set(WRITTEN)


# Killed at once: nothing can be tidied up.


@pytest.mark.slow
@pytest.mark.usefixtures("fitted_once")
def test_a_killed_training_leaves_no_half_run(command, fork):
    for moment in (1.0, "scores.parquet", "run.json"):
        kill_at(fork, moment)
        if Path("run").exists():  # the kill came too late
            assert anomaly.load("run").metrics["epochs"] == 2
            shutil.rmtree("run")
    check_that_the_next_training_works(command)


@pytest.mark.slow
@pytest.mark.usefixtures("fitted_once")
def test_a_killed_overwriting_leaves_the_older_run_or_the_new_one(command, fork, trained):
    shutil.copytree(trained, "run")
    older = anomaly.load("run").metrics
    for moment in ("", "model.onnx", "metrics.json"):
        kill_at(fork, moment)
        run = anomaly.load("run")
        assert run.metrics == older or run.metrics["epochs"] == 2
        assert len(run.score("cards.csv")) == 2000
    check_that_the_next_training_works(command)


def test_a_killed_scoring_leaves_the_older_file_and_the_next_removes_the_rest(
    command, start, transactions, trained
):
    pd.concat([transactions] * 200).to_parquet("many.parquet", index=False)
    Path("scored.csv").write_text("older")
    process = start("score", trained, "many.parquet", "--out=scored.csv")
    wait_until(lambda: process.poll() is None, lambda: has_partial(Path.cwd()))
    process.kill()
    process.wait()
    assert Path("scored.csv").read_text() == "older"
    assert len(partials(Path.cwd())) == 1
    assert command("score", trained, "cards.csv", "--out=scored.csv").status == 0
    assert partials(Path.cwd()) == []
    assert len(pd.read_csv("scored.csv")) == 2000


def test_folders_change_places_also_where_the_system_needs_steps_for_it(tmp_path):
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    exchange_in_steps(tmp_path / "new", tmp_path / "old")
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")} == {
        *("new", "new/old"),
        *("old", "old/new"),
    }
    with pytest.raises(FileNotFoundError):
        exchange_in_steps(tmp_path / "nowhere", tmp_path / "old")
    assert (tmp_path / "old" / "new").exists()


# Asked to stop: everything is tidied up.


STOPPED = (130, "", "anomaly: stopped; nothing was written\n")


@pytest.mark.parametrize("seconds_later", [0.0, 0.5, 1.5])
def test_a_training_stopped_while_it_starts_leaves_nothing(
    start, trained, unchanged, seconds_later
):
    shutil.copytree(trained, "run")
    with unchanged(Path.cwd()):
        process = start(*TRAIN, "--overwrite")
        wait_until(lambda: process.poll() is None, lambda: has_partial(Path.cwd()))
        time.sleep(seconds_later)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == STOPPED


LONG_TRAINING = (*TRAIN, "--epochs=100000", "--batch-size=1")


@pytest.fixture
def start_patient(fork):
    """Start a training that never stops early, on a terminal, and wait for its first epoch."""
    controller, terminal = pty.openpty()
    with os.fdopen(controller, "rb", buffering=0) as seen:

        def run(*words, **options):
            path = os.ttyname(terminal)
            process = fork(*LONG_TRAINING, *words, err=path, is_patient=True, **options)
            read_until(seen, b"loss")
            os.close(terminal)
            return process, seen

        yield run


def read_until(seen, words):
    shown = b""
    while words not in shown:
        shown += seen.read(1 << 16)
    return shown


def rest_of(seen):
    shown = b""
    with suppress(OSError):  # which is how the end of a terminal shows
        while read := seen.read(1 << 16):
            shown += read
    return shown


@pytest.mark.parametrize(
    ("request_", "detector"), [(signal.SIGINT, "deep-denoising"), (signal.SIGTERM, "autoencoder")]
)
def test_a_training_stopped_in_an_epoch_keeps_the_best_weights_and_says_so(
    start_patient, tmp_path, request_, detector
):
    process, seen = start_patient(f"--detector={detector}", "--json")
    os.kill(process.pid, request_)
    shown = rest_of(seen)
    process.join(60)
    assert process.exitcode == 0
    figures = json.loads((tmp_path / "out").read_text())
    assert figures["interrupted"]
    assert figures["epochs"] >= 1
    best = figures["best_epoch"]
    words = f"; the weights of epoch {best}, the best so far, are kept"
    assert words.encode() in shown.replace(b"\r\n", b" ")
    run = anomaly.load("run")
    losses = run.history["val_loss"]
    assert losses[best - 1] == min(losses)
    assert len(run.score("cards.csv")) == 2000
    assert "was stopped by hand" in run.report().read_text()


def test_a_training_stopped_again_afterwards_leaves_nothing(start_patient, unchanged):
    with unchanged(Path.cwd()):
        process, seen = start_patient(pause=forked.CONTEXT.Event())
        os.kill(process.pid, signal.SIGINT)
        read_until(seen, b"paused")
        os.kill(process.pid, signal.SIGINT)
        shown = rest_of(seen)
        process.join(60)
        assert process.exitcode == 130
    assert shown.endswith(b"anomaly: stopped; nothing was written\r\n")
    assert b"Traceback" not in shown


def test_a_scoring_that_is_stopped_leaves_nothing(start, transactions, trained, unchanged):
    pd.concat([transactions] * 200).to_parquet("many.parquet", index=False)
    with unchanged(Path.cwd()):
        process = start("score", trained, "many.parquet", "--out=scored.csv")
        wait_until(lambda: process.poll() is None, lambda: has_partial(Path.cwd()))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == STOPPED


# Two at once.


@pytest.mark.slow
@pytest.mark.usefixtures("fitted_once")
def test_a_run_that_is_being_written_is_refused_or_passed_over(command, fork, tmp_path):
    written = forked.CONTEXT.Event()
    process = fork(*quick.TRAIN, "--epochs=2", pause=written)
    runs = Path("runs")
    wait_until(process.is_alive, lambda: runs.exists() and has_partial(runs))
    for more in ([], ["--overwrite"]):
        assert command(*quick.TRAIN, "--out=runs/cards-1", *more).complaint == (
            "another process is writing runs/cards-1 at this moment; "
            "wait until it is done, or name another folder with --out"
        )
    assert command(*quick.TRAIN, "--json").json["run"] == "runs/cards-2"
    written.set()
    process.join(60)
    assert (process.exitcode, (tmp_path / "err").read_text()) == (0, "paused\n")
    assert anomaly.load("runs/cards-1").metrics["epochs"] == 2
    assert anomaly.load("runs/cards-2").metrics["epochs"] == 1
    assert partials(runs) == []


# A full disk.


@pytest.fixture
def disk(workplace: Path) -> Iterator[Callable[[int], Path]]:
    """Mount a disk of some pages."""
    folder = (workplace / "disk").absolute()
    folder.mkdir()

    def mount(pages: int) -> Path:
        size = f"size={max(1, pages) * PAGE}"
        words = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"a disk cannot be mounted here: {done.stderr.strip()}")
        return folder

    yield mount
    while folder.is_mount():
        subprocess.run(["umount", folder], check=True)


def pages_of(path):
    return -(-path.stat().st_size // PAGE)


def no_space(target):
    return (
        f"{target} cannot be written: no space is left on the disk of {target.parent}; "
        "free some or write elsewhere"
    )


def fill(folder):
    try:
        with (folder / "filling").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(PAGE))
    except OSError:
        pass


@pytest.mark.usefixtures("fitted_once")
@pytest.mark.parametrize("failing", range(len(WRITTEN)), ids=WRITTEN)
def test_a_full_disk_stops_a_training_at_each_file(command, disk, trained, unchanged, failing):
    sizes = [pages_of(trained / name) for name in WRITTEN]
    folder = disk(sum(sizes[: failing + 1]) - 1)
    words = [*quick.TRAIN, "--time=time", "--epochs=3"]
    with unchanged(Path.cwd()):
        assert command(*words, "--out", folder / "run").complaint == no_space(folder / "run")


def test_a_full_disk_stops_a_training_whose_features_go_into_a_file(
    command, disk, unchanged, monkeypatch
):
    monkeypatch.setattr(matrices, "HELD_BYTES", 0)
    folder = disk(5)
    with unchanged(Path.cwd()):
        done = command("train", "cards.csv", "--label=fraud", "--out", folder / "run")
    assert done.complaint == no_space(folder / "run")


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_full_disk_stops_a_scoring(command, disk, trained, unchanged, form, share):
    assert command("score", trained, "cards.csv", f"--out=whole.{form}").status == 0
    folder = disk(1 + int(share * (pages_of(Path(f"whole.{form}")) - 1)))
    target = folder / f"scored.{form}"
    target.write_text("older")  # takes the one page more
    with unchanged(Path.cwd()):
        assert command("score", trained, "cards.csv", "--out", target).complaint == no_space(target)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_full_disk_stops_a_report(command, disk, run_folder, unchanged, share):
    assert command("report", run_folder, "--out=whole.html").status == 0
    folder = disk(1 + int(share * (pages_of(Path("whole.html")) - 1)))
    target = folder / "page.html"
    target.write_text("older")
    with unchanged(Path.cwd()):
        assert command("report", run_folder, "--out", target).complaint == no_space(target)


def test_a_full_disk_leaves_the_older_threshold(command, disk, trained, unchanged):
    folder = disk(100)
    target = Path(shutil.copytree(trained, folder / "run")) / "threshold.json"
    fill(folder)
    words = ["pick-threshold", folder / "run", "--objective=contamination", "--share=0.1"]
    with unchanged(folder):
        assert command(*words).complaint == no_space(target)
