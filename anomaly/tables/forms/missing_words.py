"""Words that say that a value is missing, where the others are numbers or times."""

from __future__ import annotations

from typing import Final

#: Words by which people say that a value is missing, where the other values are numbers or times.
MISSING_LIKE: Final = frozenset(
    r"""
    ? ?? - -- --- – — . .. \n missing unknown undefined unbekannt inconnu desconocido none
    null nil na nan nat n.a. n.a n/a n/d nd n.d. k.a. tbd tba empty blank void leer vide unavailable
    #value! #ref! #div/0! #name? #null! #num! 0000-00-00 (null) (none) (missing) (empty) (blank)
    (unknown) <null> <none> <missing> [null] -nan(ind)
    """.split()  # noqa: SIM905
) | {"not available", "not applicable", "not known", "no data", "no value", "0000-00-00 00:00:00"}
