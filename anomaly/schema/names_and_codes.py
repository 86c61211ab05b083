"""Whether whole numbers or texts are names and codes, which count nothing, or quantities.

The rules, in this order; `docs/columns.md` states them for users:

1. A name that says quantity (`amount`, `balance`, `count`, `age`, ...) is one, whatever else it says.
2. Numbers with leading zeros, and whole numbers of 12 digits or more that are all as long, are codes.
3. Whole numbers under a name that says code (`card`, `account`, `postcode`, `phone`, `mcc`, ...) are.
4. Texts of which each row has its own are names of rows; of several words, free text.
5. Of e-mail addresses the domain is taken, of IP addresses the network, of user agents the browser.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from anomaly.schema.profiles import ColumnProfile

_QUANTITIES: Final = frozenset(
    """
    amount amt balance bal count cnt sum total avg mean median std rate ratio share days day
    hours hour minutes months month weeks week years year age limit score price value fee cost
    income salary distance dist lat long latitude longitude velocity pop population size len
    length pct percent probability risk since duration seconds diff change delta max min
    """.split()  # noqa: SIM905
)
_CODES: Final = frozenset(
    """
    card cards cc pan account acct acc iban bic swift bin zip zipcode postcode postal postalcode
    plz phone tel telephone mobile fax ssn tin vat mcc sic naics isin sku ean upc gtin imei imsi
    msisdn merchant terminal branch code codes cd
    """.split()  # noqa: SIM905
)
# At the beginning of a name: `n_cards` is how many there are, `card_num` is not.
_NUMBER_OF: Final = frozenset(("n", "num", "no", "nb", "number"))
_LONG_CODE = 1e11
#: How the note of a column of codes begins.
CODES_BEGIN_WITH: Final = "codes"
_MOST_WORDS_OF_A_NAME = 4


def words_of(name: str) -> list[str]:
    """Return the words of a column's name in small letters."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [word for word in re.split(r"[^a-z]+", apart.lower()) if word]


def why_code(profile: ColumnProfile) -> str:
    """Return why a column of whole numbers holds codes; empty where it holds quantities."""
    in_order = words_of(profile.name)
    words = set(in_order)
    if words & _QUANTITIES or (len(in_order) > 1 and in_order[0] in _NUMBER_OF):
        return ""
    if profile.has_leading_zeros:
        return "codes, with leading zeros"
    if profile.has_fractions:
        return ""
    numbers = profile.numbers
    if numbers.size and numbers[0] >= _LONG_CODE:
        digits = np.unique(np.floor(np.log10(numbers)).astype(int) + 1)
        if digits.size == 1:
            return f"codes of {digits[0]} digits"
    if words & _CODES:
        word = sorted(words & _CODES)[0]
        return f"codes, by the word {word!r} in its name"
    return ""


def is_free_text(profile: ColumnProfile) -> bool:
    """Whether texts are sentences rather than names: of many words, and hardly one twice."""
    texts = list(profile.sampled_texts)
    words = np.mean([len(text.split()) for text in texts]) if texts else 0
    return bool(words > _MOST_WORDS_OF_A_NAME and len(texts) > 0.5 * min(profile.n_present, 2_000))
