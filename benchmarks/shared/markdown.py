"""A section of a Markdown file that a program writes: what stands between two comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.shared.results import ROOT

#: What most sections are of.
PAGE = ROOT / "docs" / "benchmarks.md"
SHOWN = {
    "python": "Python",
    "tensorflow": "TensorFlow",
    "keras": "Keras",
    "numpy": "NumPy",
    "pyarrow": "PyArrow",
    "onnxruntime": "ONNX Runtime",
    "pyod": "PyOD",
    "torch": "PyTorch",
}


@dataclass(frozen=True, slots=True)
class Section:
    """The place between `<!-- NAME:begin -->` and `<!-- NAME:end -->`."""

    name: str

    def put_into(self, text: str, content: str) -> str:
        """Return the text with the content in this place.

        Raises
        ------
        ValueError
            When the text has no such place.
        """
        begin, end = f"<!-- {self.name}:begin -->", f"<!-- {self.name}:end -->"
        pattern = re.compile(f"{begin}\n.*?{end}", re.DOTALL)
        if not pattern.search(text):
            raise ValueError(f"there is no {begin} with an {end}")
        return pattern.sub(lambda _: f"{begin}\n{content}\n{end}", text)

    def write(self, file: Path, content: str) -> None:
        """Put the content into the file, and say so."""
        text = file.read_text(encoding="utf-8")
        file.write_text(self.put_into(text, content), encoding="utf-8")
        print(f"wrote {file}")


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; every column but the first is of numbers."""
    rule = ["---", *["--:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, rule, *lines])


def circumstances(*results: Mapping[str, Any]) -> str:
    """Return machine and versions of stored results in words; where they differ, each of them."""
    machines = [
        "{processor}, {cores} cores, {system}".format_map(each["machine"]) for each in results
    ]
    versions: dict[str, list[str]] = {}
    for each in results:
        for package, number in each["versions"].items():
            versions.setdefault(SHOWN.get(package, package), []).append(number)
    packages = ", ".join(f"{name} {' and '.join(_distinct(versions[name]))}" for name in versions)
    return f"Machine: {'; '.join(_distinct(machines))}. Versions: {packages}."


def _distinct(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
