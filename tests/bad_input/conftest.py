"""What bad input gets: one clear line, nothing made, changed or removed, and no traceback."""

from pathlib import Path

import pandas as pd
import pytest


@pytest.fixture
def refused(command, workplace, unchanged):
    """Run a command that must be refused: one line, and nothing made, changed or removed."""

    def run(*words):
        with unchanged(Path.cwd().parent):
            return command(*words).complaint

    return run


@pytest.fixture
def train_on(refused):
    """Train on a file with the content, which must be refused, and return the complaint."""

    def run(content, *words, name="data.csv"):
        if isinstance(content, pd.DataFrame):
            content.to_csv(name, index=False)
        elif isinstance(content, bytes):
            Path(name).write_bytes(content)
        else:
            Path(name).write_text(content)
        return refused("train", name, *words)

    return run
