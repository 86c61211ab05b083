"""The style sheet keeps its promises: contrast in both themes, a phone's width, paper."""

import re
from importlib import resources
from itertools import product

import pytest

CSS = (resources.files("reports") / "page" / "templates" / "report.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))
    for block in re.findall(r":root \{(.*?)\}", CSS, flags=re.DOTALL)
)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(theme):
    for text, ground in product(("ink", "muted", "accent"), ("paper", "tint", "accent-tint")):
        assert contrast(theme[text], theme[ground]) >= 4.5, (text, ground)
    for text in ("good", "amber"):
        assert contrast(theme[text], theme["paper"]) >= 4.5, text


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_lines_and_areas_have_the_contrast_of_graphics(theme):
    for colour in ("normal", "accent", "ink", "muted"):
        assert contrast(theme[colour], theme["paper"]) >= 3, colour


def test_contrast_of_black_on_white_is_21():
    assert contrast("#000", "#ffffff") == pytest.approx(21)


def test_both_themes_name_the_same_colours():
    assert LIGHT.keys() == DARK.keys()
    assert len(LIGHT) == 10


def test_nothing_moves_by_itself():
    folder = resources.files("reports") / "page" / "templates"
    styles = [path for path in folder.iterdir() if path.name.endswith(".css")]
    assert len(styles) >= 2
    for path in styles:
        assert not re.search("transition|animation|@keyframes|smooth", path.read_text("utf-8"))


def test_paper_is_always_light():
    assert "@media screen and (prefers-color-scheme: dark)" in CSS
    assert "@media print" in CSS
