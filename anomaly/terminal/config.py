"""Files that hold options of the command line under the same names."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from anomaly.errors import OptionError
from anomaly.utils.spelling import nearest


def take_config(context: Any, path: Path | None) -> Path | None:
    """Make the values of a TOML file the defaults of the command's options.

    Those at the top hold for each command that has such an option, those in the table of a
    command's name for that command, where they win.
    """
    if path is None or context.resilient_parsing:
        return path
    import tomllib  # few need it, and each import delays every command

    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OptionError(f"--config {path} cannot be read: {error}") from error
    commands: Any = getattr(context.find_root().command, "commands", {})
    options = {name: _options_of(command) for name, command in commands.items()}
    own = options[context.info_name or ""]
    every = {option for names in options.values() for option in names}
    top: dict[str, Any] = {}
    table: dict[str, Any] = {}
    for key, value in content.items():
        if isinstance(value, dict):
            command = _known(key, options, f"--config {path}: there is no command")
            known = options[command]
            where = f"--config {path}: [{key}] has no option"
            found = {_known(k, known, where): v for k, v in value.items()}
            table |= found if command == context.info_name else {}
        else:
            top[_known(key, every, f"--config {path}: there is no option")] = value
    values = {name: value for name, value in (top | table).items() if name in own}
    context.default_map = {
        own[name].name: _as_words(own[name], value, f"--config {path}: {name}")
        for name, value in values.items()
    }
    return path


def _options_of(command: Any) -> dict[str, Any]:
    """Return the options that a file may set, by name."""
    options = {option: parameter for parameter in command.params for option in parameter.opts}
    on_the_command_line_only = ("--config", "--debug")
    return {
        option.removeprefix("--"): parameter
        for option, parameter in options.items()
        if option.startswith("--") and option not in on_the_command_line_only
    }


def _known(key: str, names: Collection[str], fault: str) -> str:
    name = key.replace("_", "-")
    if name in names:
        return name
    near = nearest(name, names)
    hint = f"did you mean {near}?" if near else f"there are: {', '.join(sorted(names))}"
    raise OptionError(f"{fault} {key!r}; {hint}")


def _as_words(option: Any, value: Any, where: str) -> str | list[str]:
    """Return a value as it would stand on the command line, so that it is read like there."""
    takes_several = option.multiple or option.nargs != 1
    if isinstance(value, dict) or (isinstance(value, list) and not takes_several):
        raise OptionError(f"{where} takes one value, not {value}")
    words = [str(word) for word in (value if isinstance(value, list) else [value])]
    return words if takes_several else words[0]
