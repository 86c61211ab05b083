"""The `anomaly` command in processes forked from one that has imported TensorFlow already."""

import multiprocessing
import os
import sys

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["cli", "anomaly.api.train", "anomaly.detectors.trained"])


def start(words, folder, out, err, *, is_patient=False, pause=None):
    """Start the command in a folder, with files or terminals to print to.

    A patient one never stops a training early. With an event as `pause` it waits for that where
    the scores are written, and says so.
    """
    arguments = (list(map(str, words)), folder, out, err, is_patient, pause)
    process = CONTEXT.Process(target=_run, args=arguments)
    process.start()
    return process


def _run(words, folder, out, err, is_patient, pause):
    import cli

    os.chdir(folder)
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOCTTY), number)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", buffering=1) for number in (1, 2))
    os.environ |= {"TERM": "xterm", "COLUMNS": "100"}
    if is_patient:
        _never_stop_early()
    if pause is not None:
        _pause(pause)
    sys.argv = ["anomaly", *words]
    cli.main()


def _never_stop_early():
    from anomaly.detectors.trained import TrainedDetector

    early_stopping = TrainedDetector._early_stopping

    def without_end(detector):
        callback = early_stopping(detector)
        callback.patience = sys.maxsize
        return callback

    TrainedDetector._early_stopping = without_end


def _pause(event):
    from anomaly.runs import writing

    write_scores = writing.write_scores

    def paused(*given, **options):
        print("paused", file=sys.stderr, flush=True)
        event.wait()
        return write_scores(*given, **options)

    writing.write_scores = paused
