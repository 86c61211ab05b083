"""What `make lint` cannot see of the imports' directions: the command line, and names in strings."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FACES = {"anomaly", "anomaly.api", "anomaly.desk", "anomaly.terminal"}
SOURCES = [
    path for name in ("anomaly", "reports", "thresholds") for path in (ROOT / name).rglob("*.py")
]


def _imports(path: Path) -> dict[str, list[str]]:
    """Return the modules that a file imports from, anywhere in it, with the names."""
    imported: dict[str, list[str]] = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            imported.setdefault(node.module or "", []).extend(name.name for name in node.names)
        elif isinstance(node, ast.Import):
            imported.update({name.name: [] for name in node.names})
    return imported


def test_the_command_line_imports_faces_alone():
    ours = {
        m
        for m in _imports(ROOT / "cli.py")
        if m.partition(".")[0] in ("anomaly", "thresholds", "reports")
    }
    assert ours <= FACES


def test_nothing_imports_the_command_line():
    importers = {path.name for path in SOURCES if "cli" in _imports(path)}
    assert importers == {"__main__.py"}
