"""Countries as tables name them: by a code of ISO 3166, or by name in English, Spanish, French or Portuguese."""

import unicodedata
from functools import cache

from babel import Locale

from asmcarbon.factors.countries import COUNTRIES, alpha_2

_LANGUAGES = ("en", "es", "fr", "pt")

# As people also write them; the first are the short names of the United Nations (M49).
_OTHERS = {
    "BOL": ("Bolivia (Plurinational State of)",),
    "CIV": ("Cote d'Ivoire", "Ivory Coast"),
    "COD": ("Democratic Republic of the Congo", "DR Congo", "DRC", "Congo (Kinshasa)"),
    "COG": ("Congo (Brazzaville)", "Republic of the Congo"),
    "LAO": ("Lao People's Democratic Republic",),
    "MMR": ("Burma",),
    "TZA": ("United Republic of Tanzania",),
    "VEN": ("Venezuela (Bolivarian Republic of)",),
    "VNM": ("Viet Nam",),
}


def code_of(text: str) -> str | None:
    """Return the three letters of a country; None where a text names none, or more than one.

    >>> code_of("Perú"), code_of("tz"), code_of("DR Congo"), code_of("Atlantis")
    ('PER', 'TZA', 'COD', None)
    """
    return _codes().get(_plain(text))


@cache
def _codes() -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for language in _LANGUAGES:
        names = Locale(language).territories
        for code in COUNTRIES:
            name = names.get(alpha_2(code))
            if name is not None:
                found.setdefault(_plain(name), set()).add(code)
    for code, names in _OTHERS.items():
        for name in names:
            found.setdefault(_plain(name), set()).add(code)
    known = {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}
    return known | {alpha_2(code).lower(): code for code in COUNTRIES} | {code.lower(): code for code in COUNTRIES}


def _plain(text: str) -> str:
    """Return a name without accents, in small letters, with plain apostrophes and hyphens, and single spaces."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("–", "-"))
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).split())
