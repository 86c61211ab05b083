"""What `make lint` cannot see of the imports' directions: the command line, and names in strings."""

import ast
from configparser import ConfigParser
from importlib import import_module
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


def _rooms() -> list[str]:
    """Return the rooms of `anomaly`, the highest first, as the contract in setup.cfg has them."""
    contracts = ConfigParser()
    contracts.read(ROOT / "setup.cfg", encoding="utf-8")
    layers = contracts["importlinter:contract:rooms"]["layers"]
    return [room for room in layers.split() if room[0].isalpha()]


def test_a_name_that_a_lazy_face_promises_lies_in_its_own_room_or_below():
    rooms = _rooms()
    faces = [room for room in rooms if hasattr(import_module(f"anomaly.{room}"), "_HOMES")]
    assert {"api", "terminal", "detectors", "training"} <= set(faces)
    for face in faces:
        for name, home in import_module(f"anomaly.{face}")._HOMES.items():
            room = home.split(".")[1]
            assert rooms.index(room) >= rooms.index(face), f"anomaly.{face}.{name}"


def test_modules_are_imported_by_strings_in_known_places_alone():
    places = {
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if "import_module(" in path.read_text(encoding="utf-8")
    }
    # The lazy faces, whose names are followed here, and packages that may not be installed.
    assert places == {
        "anomaly/utils/lazy.py",
        "anomaly/comparison/methods/estimators.py",
        "reports/__init__.py",
    }
