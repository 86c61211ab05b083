"""Data for the scripts of a page, as they may stand in it."""

import json

from markupsafe import Markup

_ESCAPES = str.maketrans({letter: f"\\u{ord(letter):04x}" for letter in "<>&"})


def script_data(content: object) -> Markup:
    """Return JSON that can stand in a script element, whatever it holds.

    Raises
    ------
    ValueError
        A number is infinite or none.
    """
    # ASCII, so that no unpaired surrogate of a path can spoil the file.
    text = json.dumps(content, allow_nan=False, separators=(",", ":"))
    return Markup(text.translate(_ESCAPES))
