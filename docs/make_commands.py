"""Write docs/commands.md, the reference of every command and option, from the help texts.

python docs/make_commands.py
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COMMANDS = ("simulate", "inspect", "train", "pick-threshold", "score", "compare", "report", "serve")
PAGE = Path(__file__).parent / "commands.md"


def help_of(*words: str) -> str:
    """Return what the command prints for --help, at a fixed width."""
    command = [Path(sys.executable).parent / "anomaly", *words, "--help"]
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def page() -> str:
    """Return the reference as Markdown."""
    parts = [
        "# Commands",
        "Written by `python docs/make_commands.py` from the help texts; a test keeps it true.",
        f"```text\n{help_of()}\n```",
    ]
    for name in COMMANDS:
        parts += [f"## anomaly {name}", f"```text\n{help_of(name)}\n```"]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE}")
