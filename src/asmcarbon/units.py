"""Text to quantity and back, by a small grammar: `number space unit`.

Text from outside never reaches pint's expression parser, which would run `9**9**9**9 L` until the machine gives up and
reads `ton` as the US short ton. A number is finite decimal text; a unit is made of the names in `units.txt`, joined
by `/` and `*` (or `·`), each with an exponent of at most 3. Forty characters in all.
"""

import difflib
import math
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple, cast

import pint

from asmcarbon.errors import Problem, UnitError
from asmcarbon.messages import _
from asmcarbon.registry import NUMBER, registry

LONGEST_TEXT = 40
# Of a quantity, where nothing is known of its kind.
EXAMPLE = "'1200 L/month'"
LONGEST_WORD = 20  # of a site's own

_TERM = re.compile(r" *([A-Za-z_%][A-Za-z_0-9]*)(?:\^([23]))? *\Z")
_SPACED = re.compile(r" *[0-9]+[^0-9/]* [^ ]")
_JOINED = re.compile(r"([-+]?[0-9.]*[0-9][0-9.]*(?:[eE][+-]?[0-9]+)?)([A-Za-z%].*)\Z")

# Names that differ between countries or trades, with the choices spelled out.
_AMBIGUOUS = {
    "ton": "t (1000 kg), short_ton (907.2 kg) or long_ton (1016 kg)",
    "tons": "t (1000 kg), short_ton (907.2 kg) or long_ton (1016 kg)",
    "mt": "t (1000 kg) or kt (1000 t)",
    "MT": "t (1000 kg) or kt (1000 t)",
    "oz": "troy_oz (31.10 g), as gold is weighed, or g",
    "ounce": "troy_oz (31.10 g), as gold is weighed, or g",
    "ounces": "troy_oz (31.10 g), as gold is weighed, or g",
    "gal": "gal_us (3.785 L) or gal_uk (4.546 L)",
    "gallon": "gal_us (3.785 L) or gal_uk (4.546 L)",
    "gallons": "gal_us (3.785 L) or gal_uk (4.546 L)",
    "barrel": "drum (55 US gallons, 208.2 L) or L",
    "barrels": "drum (55 US gallons, 208.2 L) or L",
    "bbl": "drum (55 US gallons, 208.2 L) or L",
    "arroba": "arroba_es (11.50 kg), arroba_br (15 kg) or kg",
    "arrobas": "arroba_es (11.50 kg), arroba_br (15 kg) or kg",
    "quintal": "quintal_metric (100 kg) or quintal_es (46.01 kg)",
    "quintales": "quintal_metric (100 kg) or quintal_es (46.01 kg)",
    "onza": "troy_oz (31.10 g), as gold is weighed, or g",
    "onzas": "troy_oz (31.10 g), as gold is weighed, or g",
    "libra": "lb (453.6 g), libra_es (460.1 g) or g",
    "libras": "lb (453.6 g), libra_es (460.1 g) or g",
    "galon": "gal_us (3.785 L) or gal_uk (4.546 L)",
    "galones": "gal_us (3.785 L) or gal_uk (4.546 L)",
    "baht": "baht_bar (15.244 g of gold), baht_ornament (15.16 g) or g",
}

# What people fill, of no size that holds elsewhere: English, Spanish, Portuguese, French, Indonesian.
_CONTAINERS = {
    "sack", "bag", "bucket", "basket", "wheelbarrow", "headpan", "cart", "can", "saco", "costal", "costales", "bolsa",
    "balde", "lata", "carretilla", "carote", "sac", "seau", "seaux", "brouette", "bidon", "karung", "ember",
}  # fmt: skip


# Where the symbol that pint would print is not the word people use.
_SHOWN = {"percent": "%", "year": "year", "day": "day", "fraction": "1"}


class UnitInfo(NamedTuple):
    """One unit as `asmcarbon units` prints it."""

    name: str
    aliases: tuple[str, ...]
    definition: str
    dimension: str
    source: str


@cache
def unit_names() -> frozenset[str]:
    """Return every name of a unit that may be written."""
    return frozenset({*registry()._units} - {"percent", ""}) | {"%"}


@lru_cache(maxsize=4096)
def unit_of(text: str) -> pint.Unit:
    """Return the unit that a text names.

    text    names of `units.txt` joined by / and *, such as `L/month`, `USD/kW/year`, `kWh/m2`

    UnitError where the text is too long, is not of that form, or names no unit.
    """
    unit = registry().Unit("")
    for sign, term in _terms(text):
        unit = unit / _term(term, text) if sign == "/" else unit * _term(term, text)
    return unit


def _terms(text: str) -> Iterator[tuple[str, str]]:
    """Yield the terms of a unit's text, each with what joins it to those before: `*` or `/`."""
    if len(text) > LONGEST_TEXT:
        raise _unit_error(text[:LONGEST_TEXT] + "…", _("'{text}' is longer than {n} characters"))
    plain = text.strip(" ").replace("**", "^").replace("²", "^2").replace("³", "^3").replace("·", "*")
    sign = "*"
    for token in re.split(r"([/*])", re.sub(r" +per +", "/", plain)):
        if token in ("/", "*"):
            sign = token
        else:
            yield sign, token


# What the words of a site's own hold, by word: a sack of 45 kg.
Words = Mapping[str, "pint.Quantity[Any]"]


def words_in(unit: str, words: Words) -> tuple[str, ...]:
    """Return which of a site's own words a unit's text uses: `sack` in `sack/week`, and in `sacks/week`."""
    found = (_word(term, words) for _sign, term in _terms(unit)) if words else ()
    return tuple(dict.fromkeys(word for word in found if word is not None))


def _word(term: str, words: Words) -> str | None:
    name = term.strip(" ")
    return next((word for word in (name, name.removesuffix("s")) if word in words), None)


def _in_words(value: float, unit: str, words: Words) -> "pint.Quantity[Any]":
    """Return a quantity whose unit uses words of a site, each as what it holds."""
    whole: Any = registry().Quantity(value, "")
    for sign, term in _terms(unit):
        word = _word(term, words)
        factor: Any = _term(term, unit) if word is None else words[word]
        whole = whole / factor if sign == "/" else whole * factor
    return whole


def _term(term: str, text: str) -> pint.Unit:
    if term.strip(" ") == "1":
        return registry().Unit("")
    match = _TERM.match(term)
    if match is None:
        raise _unit_error(text, _("'{text}' is not a unit: write names joined by / and *"))
    name, exponent = match[1], int(match[2] or 1)
    if (
        exponent == 1
        and name not in unit_names()
        and name[-1] in "23"
        and name[:-1] in unit_names()
        and name[-2].isalpha()
    ):
        name, exponent = name[:-1], int(name[-1])
    return cast("pint.Unit", registry().Unit(_known(name, text)) ** exponent)


def _known(name: str, text: str) -> str:
    if name in _AMBIGUOUS:
        what = _("'{name}' differs between countries; write {choices}").format(name=name, choices=_AMBIGUOUS[name])
        raise UnitError(Problem("", what))
    if name in _CONTAINERS or name.removesuffix("s") in _CONTAINERS:
        what = _("'{name}' is of no fixed size; write kg or L: weigh one, and define it under containers")
        raise UnitError(Problem("", what.format(name=name), "", container_example(name)))
    if name in ("%", "percent"):
        return "percent"
    for candidate in (name, name.removesuffix("s")):
        if candidate in unit_names() and (candidate == name or len(candidate) > 2):
            return candidate
    what = _("'{text}': '{name}' is not a unit asmcarbon knows").format(text=text, name=name)
    by_fold = {known.casefold(): known for known in sorted(unit_names())}
    close = difflib.get_close_matches(name.casefold(), by_fold, 2, 0.7)
    if close:
        choices = _(" or ").join(f"'{by_fold[fold]}'" for fold in close)
        what = _("{what}; did you mean {choices}?").format(what=what, choices=choices)
    elif name.isalpha() and 2 < len(name) <= LONGEST_WORD:
        what = _("{what}; a container of your own is defined under containers").format(what=what)
    raise UnitError(Problem("", what))


def container_example(name: str) -> str:
    """Return how a site defines a container of its own."""
    return f"containers: {{{name}: {{value: 45 kg, basis: measured, source: weighed ten}}}}"


def _unit_error(text: str, message: str) -> UnitError:
    return UnitError(Problem("", message.format(text=text, n=LONGEST_TEXT), "", EXAMPLE))


def number_of(text: str) -> float:
    """Return the finite number that a text states; UnitError otherwise.

    >>> number_of("1.2e3")
    1200.0
    """
    if len(text) > LONGEST_TEXT or not NUMBER.match(text):
        if re.fullmatch(r"[+-]?[0-9]{1,3}([,'\u00a0\u202f][0-9]{3})+(\.[0-9]+)?|[0-9]+,[0-9]+", text):
            what = _("'{text}': write the number without separators, with a point for decimals").format(text=text)
            raise UnitError(Problem("", what, "", "'36500' or '0.84'"))
        shown = text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"
        raise UnitError(Problem("", _("'{text}' is not a number").format(text=shown), _("a finite number"), EXAMPLE))
    value = float(text)
    if not math.isfinite(value):
        raise UnitError(Problem("", _("'{text}' is too large to be a number").format(text=text), _("a finite number")))
    return value


def quantity_of(text: str, words: Words | None = None) -> pint.Quantity[float]:
    """Return the quantity that a text states: a number, a space, a unit.

    words   what the words of a site's own hold, which may stand among the units: `30 sack/week`

    UnitError where the number is not finite, the unit is not known, or the text is of another form.
    """
    return quantity(*split(text), words)


def split(text: str) -> tuple[float, str]:
    """Return the number of a quantity's text, and the text of its unit."""
    shown = text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"
    if len(text) > LONGEST_TEXT:
        raise _unit_error(shown, _("'{text}' is longer than {n} characters"))
    number, _space, unit = text.strip(" ").partition(" ")
    if _SPACED.match(unit) and NUMBER.match(number):
        what = _("'{text}': write the number without spaces in it").format(text=text)
        raise UnitError(Problem("", what, "", "'36500 L/year'"))
    if not unit:
        joined = None if NUMBER.match(number) else _JOINED.match(number)
        if joined is None:
            value = number_of(number)
            what = _("'{text}' has no unit").format(text=number)
            raise UnitError(Problem("", what, _("a number, a space and a unit"), f"'{value:g} L/month'"))
        number, unit = joined.groups()
    return number_of(number), unit.strip(" ")


def quantity(value: float, unit: str, words: Words | None = None) -> pint.Quantity[float]:
    """Return a quantity from its number and the text of its unit, in which words of a site's own may stand."""
    if words and words_in(unit, words):
        return _in_words(value, unit, words)
    return cast("pint.Quantity[float]", registry().Quantity(value, unit_of(unit)))


def is_of(value: "pint.Quantity[Any]", unit: str) -> bool:
    """Whether a quantity is of the dimension of a unit.

    >>> is_of(quantity(1200.0, "L/month"), "m3/year")
    True
    """
    return _are_alike(value._units, unit)


@lru_cache(maxsize=4096)
def _are_alike(powers: Any, unit: str) -> bool:
    return registry().get_dimensionality(powers) == unit_of(unit).dimensionality


# What a dimension is called in a message, by a unit that has it.
_DIMENSIONS = {
    "time": "h", "length": "m", "area": "m2", "volume": "L", "mass": "kg", "energy": "kWh", "people": "person",
    "jobs": "job", "kgCO2": "kgCO2", "kgCH4": "kgCH4", "kgN2O": "kgN2O", "kgSF6": "kgSF6", "kgCO2e": "kgCO2e",
    "money": "USD", "money per mass": "USD/kg", "money per volume": "USD/L", "money per energy": "USD/kWh",
    "money per power": "USD/kW", "mass per volume": "kg/L", "energy per mass": "GJ/t", "volume per energy": "L/kWh",
    "a plain number or share": "1",
}  # fmt: skip
_RATES = {"volume", "mass", "area", "energy", "money", "people", "kgCO2e"}


@cache
def _dimension_words() -> dict[object, str]:
    words: dict[object, str] = {unit_of(unit).dimensionality: name for name, unit in _DIMENSIONS.items()}
    for name in _RATES:
        words[(unit_of(_DIMENSIONS[name]) / unit_of("year")).dimensionality] = f"{name} per time"
    return words


def dimension_name(unit: Any) -> str:
    """Return the dimension of a unit in words: `volume per time`, or its base dimensions where it has no name."""
    named = _dimension_words().get(unit.dimensionality)
    if named is not None:
        return named
    if any(unit_of(name).dimensionality == unit.dimensionality for name in currencies()):
        return "money"
    return _("a quantity in {unit}").format(unit=text_of_unit(unit))


def currencies() -> tuple[str, ...]:
    """Return the ISO 4217 codes of the currencies that may be written."""
    return tuple(sorted(name for name in unit_names() if re.fullmatch(r"[A-Z]{3}", name)))


def text_of_unit(unit: Any) -> str:
    """Return a unit, or that of a quantity, as it may be written: `L/month`, `kWh/m2`.

    >>> text_of_unit(unit_of("USD/kW/year"))
    'USD/kW/year'
    """
    return _text_of_powers(unit._units)


@lru_cache(maxsize=1024)
def _text_of_powers(powers: Any) -> str:
    factors = powers.items()
    up = [_shown(name, power) for name, power in factors if power > 0]
    down = [_shown(name, -power) for name, power in factors if power < 0]
    return "/".join(["*".join(up) or "1", *down])


def _shown(name: str, power: Any) -> str:
    symbol = _SHOWN.get(name) or registry().get_symbol(name)
    return symbol if power == 1 else f"{symbol}^{power:g}"


def text_of(value: "pint.Quantity[float]") -> str:
    """Return a quantity as text that `quantity_of` reads back to the same value."""
    return f"{repr(float(value.magnitude)).removesuffix('.0')} {text_of_unit(value)}"


def unit_list() -> list[UnitInfo]:
    """Return every unit with its other names, definition, dimension and source, in the order of `units.txt`."""
    found: list[UnitInfo] = []
    for line in Path(__file__).with_name("units.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        stated, _mark, source = line.partition("#")
        name, definition, *aliases = (part.strip() for part in stated.split(" = "))
        dimension = dimension_name(registry().Unit(name))
        shown = "%" if name == "percent" else name
        found.append(UnitInfo(shown, tuple(aliases), definition, dimension, source.strip()))
    return found
