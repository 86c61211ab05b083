"""Numbers as people write them: currencies, thousands, decimal commas, percents, brackets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anomaly.utils.arrow import pc

POINT, COMMA = ".", ","
_CURRENCY_CODES = """
    AED ARS AUD BGN BRL BTC CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HRK HUF IDR ILS INR ISK
    JPY KES KRW MXN MYR NGN NOK NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TRY TWD UAH
    USD UYU VND ZAR
    """.split()  # noqa: SIM905
_CURRENCY_WORDS = r"kr\.?|zł|Kč|Ft|Fr\.?|lei|Rs\.?|R"
_CURRENCY = rf"(?:[A-Z]{{0,3}}\p{{Sc}}|(?i:{'|'.join(_CURRENCY_CODES)})|{_CURRENCY_WORDS})"
# Between digits: points, commas, apostrophes, and spaces of every width.
_SPACES = r" \x{00A0}\x{2007}\x{2009}\x{202F}"
_DIGITS = rf"[0-9](?:[0-9.,'’{_SPACES}]*[0-9.,])?|[.,][0-9]+"
_AMOUNT = (
    rf"^(?P<open>\(?)\s*(?P<sign>[+-]?)\s*(?P<before>{_CURRENCY}?)\s*(?P<second>[+-]?)\s*"
    rf"(?P<digits>(?:{_DIGITS})(?:[eE][+-]?[0-9]+)?)"
    rf"\s*(?P<after>(?:{_CURRENCY}|%)?)\s*(?P<last>[+-]?)\s*(?P<close>\)?)"
    r"\s*(?P<side>(?i:[dc]r)?)\.?$"
)
_MINUS_SIGNS = r"[\x{2010}-\x{2015}\x{2212}\x{FE58}\x{FE63}\x{FF0D}]"


def _grouped(separators: Sequence[str], decimal: str) -> str:
    """Return the pattern of numbers whose thousands one of the separators divides, if any does."""
    grouped = "|".join(
        f"[1-9][0-9]{{0,2}}(?:{each}[0-9]{{2,3}})*{each}[0-9]{{3}}" for each in separators
    )
    return rf"^(?:[0-9]*|{grouped})(?:{decimal}[0-9]*)?(?:[eE][+-]?[0-9]+)?$"


# Of digits whose spaces and apostrophes are one kind each.
_FITS = {
    POINT: _grouped((",", " ", "'"), r"\."),
    COMMA: _grouped((r"\.", " ", "'"), ","),
}


@dataclass(slots=True)
class NumberEvidence:
    """What the texts of a column say about how its numbers are written.

    Attributes
    ----------
    seen : int
        Texts looked at, but for those without a value.
    fits, only : dict of str to int
        How many can be read with that decimal sign; how many cannot be read with the other one.
    read : int
        How many can be read with one sign or the other.
    is_plain : bool
        Whether all that can be read are plain numbers.
    open_example : str or None
        The first text that means two numbers.
    separators : set of str
        Points, commas, spaces and apostrophes between digits.
    currencies : set of str
    percents, negatives : int
        Texts with a percent sign, with a minus elsewhere than before the digits.
    """

    seen: int = 0
    fits: dict[str, int] = field(default_factory=lambda: {POINT: 0, COMMA: 0})
    only: dict[str, int] = field(default_factory=lambda: {POINT: 0, COMMA: 0})
    is_plain: bool = True
    read: int = 0
    open_example: str | None = None
    separators: set[str] = field(default_factory=set)
    currencies: set[str] = field(default_factory=set)
    percents: int = 0
    negatives: int = 0

    def add(
        self, text: pa.Array, counts: NDArray[np.int64], is_plain: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Take in some distinct texts, how often each stands there, and which are plain numbers.

        Return which of them are numbers with one decimal sign or the other.
        """
        self.seen += int(counts.sum())
        parts = _parts(text)
        fits = {decimal: _fits(parts.digits, decimal) for decimal in (POINT, COMMA)}
        is_read = fits[POINT] | fits[COMMA]
        for decimal, other in ((POINT, COMMA), (COMMA, POINT)):
            self.fits[decimal] += int(counts[fits[decimal]].sum())
            self.only[decimal] += int(counts[fits[decimal] & ~fits[other]].sum())
        self.read += int(counts[is_read].sum())
        is_open = fits[POINT] & fits[COMMA] & _matches(parts.digits, r"[., ']")
        if self.open_example is None and is_open.any():
            self.open_example = text[int(np.flatnonzero(is_open)[0])].as_py()
        if not (is_read & ~is_plain).any():
            return is_read
        self.is_plain = False
        self.separators |= {s for s in "., '" if _matches(parts.digits, f"[{s}]").any()}
        affixes = pc.unique(pa.concat_arrays([parts.before, parts.after])).to_pylist()
        self.currencies |= {a for a in affixes if a and a != "%"}
        self.percents += int(counts[_matches(parts.after, "%") & is_read].sum())
        self.negatives += int(counts[parts.has_odd_minus & is_read].sum())
        return is_read

    def decimal(self, least: float) -> str | None:
        """Return the decimal sign with which at least so many texts are numbers; None for neither."""
        likely = [sign for sign in (POINT, COMMA) if self.fits[sign] >= max(least, 1)]
        if not likely:
            return None
        return max(likely, key=lambda sign: (self.only[sign], sign == POINT))

    @property
    def is_open(self) -> bool:
        """Whether both signs would do, and the numbers differ."""
        return self.open_example is not None and not any(self.only.values())


@dataclass(frozen=True, slots=True)
class _Parts:
    """Texts taken apart; null where a text is no number."""

    digits: pa.Array
    before: pa.Array
    after: pa.Array
    has_odd_minus: NDArray[np.bool_]
    is_negative: pa.Array


def _parts(text: pa.Array) -> _Parts:
    with_minus = pc.replace_substring_regex(text, _MINUS_SIGNS, "-")
    # A dash in place of the decimals, as in `12,-`, is no minus.
    with_minus = pc.replace_substring_regex(with_minus, r"([0-9])[.,]-{1,2}(\D|$)", r"\1\2")
    found = pc.extract_regex(with_minus, _AMOUNT)

    def part(name: str) -> pa.Array:
        return pc.struct_field(found, name)

    digits = pc.replace_substring_regex(part("digits"), rf"[{_SPACES}]", " ")
    digits = pc.replace_substring(digits, "’", "'")
    opens, closes = pc.equal(part("open"), "("), pc.equal(part("close"), ")")
    is_sound = pc.equal(opens, closes)
    digits = pc.if_else(is_sound, digits, None)
    # Letters that touch a whole number make a code, such as R01 or EUR5, and no amount.
    is_code = pc.and_(
        pc.match_substring_regex(with_minus, r"^[(+-]*\pL+\.?[0-9]+$|^[0-9]+\pL+$"),
        pc.invert(pc.match_substring_regex(with_minus, r"\p{Sc}")),
    )
    digits = pc.if_else(is_code, None, digits)
    signs = [pc.equal(part(name), "-") for name in ("sign", "second", "last")]
    is_negative = pc.or_(pc.or_(opens, signs[0]), pc.or_(signs[1], signs[2]))
    # Banks write debits and credits.
    is_debit = pc.equal(pc.utf8_lower(part("side")), "dr")
    is_negative = pc.or_(is_negative, is_debit)
    is_odd = pc.or_(pc.or_(opens, signs[2]), is_debit)
    is_typographic = pc.not_equal(with_minus, text)
    has_odd_minus = pc.or_(is_odd.fill_null(False), is_typographic.fill_null(False))
    return _Parts(digits, part("before"), part("after"), _as_mask(has_odd_minus), is_negative)


def _fits(digits: pa.Array, decimal: str) -> NDArray[np.bool_]:
    return _as_mask(pc.match_substring_regex(digits, _FITS[decimal]))


def _matches(text: pa.Array, pattern: str) -> NDArray[np.bool_]:
    return _as_mask(pc.match_substring_regex(text, pattern))


def _as_mask(array: pa.Array) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = array.fill_null(False).to_numpy(zero_copy_only=False)
    return mask


def plain_numbers(text: pa.Array, decimal: str) -> pa.Array:
    """Return texts as plain numbers in text; null where one cannot be read.

    Parameters
    ----------
    text : pyarrow.Array of strings, shape (n,)
    decimal : str
        A point or a comma.
    """
    parts = _parts(text)
    other = COMMA if decimal == POINT else POINT
    digits = pc.if_else(pc.match_substring_regex(parts.digits, _FITS[decimal]), parts.digits, None)
    for separator in (other, " ", "'"):
        digits = pc.replace_substring(digits, separator, "")
    if decimal == COMMA:
        digits = pc.replace_substring(digits, COMMA, POINT)
    return pc.if_else(parts.is_negative, pc.binary_join_element_wise("-", digits, ""), digits)
