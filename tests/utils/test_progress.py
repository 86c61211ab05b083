"""Progress where nothing can be drawn, and where a notebook can."""

import sys
from types import SimpleNamespace

import pytest

from anomaly.utils import progress
from anomaly.utils.progress import ProgressDisplay


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(progress, "_SECONDS_OF_SILENCE", 0.0)


@pytest.mark.usefixtures("at_once")
def test_without_a_terminal_there_is_a_line_now_and_then(capsys):
    display = ProgressDisplay(shown=True)
    with display.stage("Reading"), display.rows("Scoring") as show:
        show(1_234)
    assert capsys.readouterr().err == "Reading\nScoring: 1,234 rows\n"


def test_what_is_done_soon_says_nothing(capsys):
    display = ProgressDisplay(shown=True)
    with display.stage("Reading"), display.epochs(3) as callbacks:
        (callback,) = callbacks
        callback.set_params({"epochs": 3})
        callback.on_epoch_end(0, {"loss": 0.5})
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("at_once")
def test_epochs_are_told_of_how_many_there_are(capsys):
    with ProgressDisplay(shown=True).epochs(47) as callbacks:
        (callback,) = callbacks
        callback.set_params({"epochs": 48})
        callback.on_train_begin()
        callback.on_epoch_end(47, {"loss": 0.5})
    assert capsys.readouterr().err == "Training: epoch 48/48  loss 0.5000\n"


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("shown", [False, None])
def test_unasked_it_says_nothing(capsys, shown):
    display = ProgressDisplay(shown=shown)
    with display.stage("Reading"), display.epochs(3) as callbacks:
        assert callbacks == []
    assert capsys.readouterr().err == ""
    assert not display.draws


def test_in_a_notebook_it_is_on(monkeypatch):
    shell = type("ZMQInteractiveShell", (), {})()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert ProgressDisplay(shown=None).draws
    assert not ProgressDisplay(shown=False).draws
