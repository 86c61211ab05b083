"""Transactions with frauds that stand out, a run trained on them, and the command line."""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from quick import quick_train, uncompiled_steps

N_ROWS = 2_000
N_FRAUDS = 40
ROLES = {"label": "fraud", "time": "time"}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@dataclass(frozen=True)
class Outcome:
    """What a command left: its exit status and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.status == 0, self.err
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line that a refused command prints."""
        assert (self.status, self.out) == (2, ""), self
        assert self.err.endswith("\n"), self.err
        assert self.err.count("\n") == 1, self.err
        assert self.err.startswith("anomaly: ")
        assert "Traceback" not in self.err
        return self.err.removeprefix("anomaly: ").rstrip("\n")


Command = Callable[..., Outcome]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--times", type=Path, help="append the seconds of each test to this file")


def pytest_configure() -> None:
    # Threads of OpenMP wait for each other by spinning, which two processes on two cores pay dear.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # Who starts the tests in the background may have told them to ignore Ctrl-C, which some send.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    path = terminalreporter.config.getoption("--times")
    if path and not hasattr(terminalreporter.config, "workerinput"):
        with path.open("a") as file:
            for report in (each for some in terminalreporter.stats.values() for each in some):
                if hasattr(report, "duration"):
                    file.write(f"{report.duration:8.2f} {report.when:8} {report.nodeid}\n")


# Before pytest-xdist looks at the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Give the tests of a module that share a fixture to one worker, which makes it once."""
    for item in items:
        fixtures = item._fixtureinfo.name2fixturedefs.values()
        is_shared = any(found[-1].scope == "module" for found in fixtures)
        if is_shared and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


@pytest.fixture(scope="session")
def executable() -> Path:
    """The installed `anomaly` command."""
    return Path(sys.executable).parent / "anomaly"


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Run the `anomaly` command in this process: importing TensorFlow once is enough."""
    import cli

    def run(*words: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["anomaly", *map(str, words)])
        before = signal.getsignal(signal.SIGTERM)
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        signal.signal(signal.SIGTERM, before)
        said = capfd.readouterr()
        return Outcome(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture(scope="session")
def transactions() -> pd.DataFrame:
    """2,000 card payments in a month; 2 % are frauds: large and far from home."""
    random = np.random.default_rng(0)
    fraud = np.zeros(N_ROWS, dtype=np.int64)
    fraud[random.choice(N_ROWS, N_FRAUDS, replace=False)] = 1
    moments = np.sort(random.integers(0, 30 * 86_400, N_ROWS))
    amount = random.lognormal(3, 0.7, N_ROWS) * np.where(fraud == 1, 20, 1)
    distance = random.gamma(2, 5, N_ROWS) + 80 * fraud
    return pd.DataFrame(
        {
            "transaction_id": [f"t{number:05d}" for number in range(N_ROWS)],
            "time": pd.Timestamp("2026-01-01") + pd.to_timedelta(moments, unit="s"),
            "amount": amount.round(2),
            "distance": np.where(random.random(N_ROWS) < 0.05, np.nan, distance.round(2)),
            "age": random.integers(18, 80, N_ROWS),
            "online": random.random(N_ROWS) < 0.3,
            "channel": random.choice(["chip", "swipe", "web"], N_ROWS),
            "country": np.where(
                random.random(N_ROWS) < 0.03, None, random.choice(["DE", "FR", "NL"], N_ROWS)
            ),
            "fraud": fraud,
        }
    )


@pytest.fixture(scope="session")
def many_frauds(transactions: pd.DataFrame) -> pd.DataFrame:
    """The transactions with frauds enough for every interval."""
    more = (np.arange(N_ROWS) % 11 == 0) & (transactions["fraud"] == 0)
    amount = transactions["amount"] * np.where(more, 8, 1)
    return transactions.assign(fraud=transactions["fraud"] | more, amount=amount)


@pytest.fixture(scope="session")
def files(transactions: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the transactions as `cards.csv` and `cards.parquet`."""
    folder = tmp_path_factory.mktemp("files")
    transactions.to_csv(folder / "cards.csv", index=False)
    transactions.to_parquet(folder / "cards.parquet", index=False)
    return folder


@pytest.fixture(scope="session")
def trained(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on the transactions, with a threshold: to read, never to change."""
    folder = tmp_path_factory.mktemp("trained") / "run"
    run = quick_train(files / "cards.csv", **ROLES, epochs=3, out=folder)
    run.pick_threshold("f1")
    return folder


@pytest.fixture
def uncompiled() -> Iterator[None]:
    """Take training steps by TensorFlow's own kernels: XLA takes longer to compile a few steps."""
    with uncompiled_steps():
        yield


@pytest.fixture(scope="session")
def _fitted() -> dict[Any, Any]:
    """The detectors that were fitted already, by their options and rows."""
    return {}


@pytest.fixture
def fitted_once(uncompiled: None, monkeypatch: pytest.MonkeyPatch, _fitted: dict[Any, Any]) -> None:
    """Fit a detector once to the same rows: for tests of what comes before and after the fit."""
    from anomaly.api import train
    from anomaly.features.matrix import ChosenRows

    def fit(dataset: Any, options: Any, display: Any, callbacks: Any = ()) -> Any:
        rows = dataset.normal("train")
        if callbacks or isinstance(rows, ChosenRows):
            return fit_anew(dataset, options, display, callbacks)
        numbers = (options.epochs, options.effort, options.batch_size, options.seed)
        key = (options.detector, *numbers, rows.shape, rows.tobytes())
        if key not in _fitted:
            _fitted[key] = fit_anew(dataset, options, display)
        return _fitted[key]

    fit_anew = train.fit_detector
    monkeypatch.setattr(train, "fit_detector", fit)


@pytest.fixture
def run_folder(trained: Path, tmp_path: Path) -> Path:
    """A copy of the trained run, to change at will."""
    return Path(shutil.copytree(trained, tmp_path / "run"))


@pytest.fixture
def workplace(tmp_path: Path, files: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An own current folder with `cards.csv` in it."""
    folder = tmp_path / "workplace"
    folder.mkdir()
    shutil.copy(files / "cards.csv", folder)
    monkeypatch.chdir(folder)
    return folder


@contextmanager
def _unchanged(folder: Path) -> Iterator[None]:
    before = _content(folder)
    yield
    assert _content(folder) == before


def _content(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


@pytest.fixture
def unchanged() -> Callable[[Path], AbstractContextManager[None]]:
    """Check that a folder holds the same files, hidden ones too, with the same bytes after."""
    return _unchanged


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests; they are skipped where there is none."""
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.skip("there is no Chromium; `make browser` installs one where it may")
    # Chromium's sandbox refuses to work for root.
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with driver.sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=arguments)
        except driver.Error as error:
            pytest.skip(f"{path} does not start: {str(error).splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def creditcard() -> Path:
    """The real credit-card set as Parquet: 284,807 rows, 492 positives."""
    beside_the_project = Path(__file__).resolve().parents[2] / "shared" / "data"
    path = Path(os.environ.get("ANOMALY_DATA", beside_the_project)) / "creditcard.parquet"
    if not path.is_file():
        pytest.skip(f"the real credit-card set is not at {path}; name its folder in ANOMALY_DATA")
    return path


@pytest.fixture(scope="session")
def adbench(creditcard: Path) -> Path:
    """The folder of the sets of ADBench, beside the credit-card set."""
    folder = creditcard.parent / "adbench"
    if not folder.is_dir():
        pytest.skip(f"there is no {folder}")
    return folder


@pytest.fixture(scope="session")
def creditcard_csv(creditcard: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same set as CSV, about 90 MB."""
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    path = tmp_path_factory.mktemp("creditcard") / "creditcard.csv"
    pacsv.write_csv(pq.read_table(creditcard), path)
    return path
