"""Text for people, in their language: `_("...")` marks a message and looks up its translation.

Messages carry named places (`{given}`), never joined pieces, so that a translator sees a whole sentence. A number whose
place has a comma or a percent sign in its format (`{money:,.0f}`, `{share:.1%}`) is told to people and written as their
language does; any other (`{limit:g}`) is written as an input has it, with a point.

A message may not be looked up while a module is imported, when nobody's language is known: there it is `marked`, and
looked up where it is told.
"""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

# The languages that there are catalogues of, and the name that each gives itself.
LANGUAGES = {"en": "English", "pt": "Português"}

_HERE = Path(__file__).parent
_spoken: ContextVar[str] = ContextVar("language", default="en")


def language() -> str:
    """Return the language that is spoken here and now: en, es, es_PE ..."""
    return _spoken.get()


@contextmanager
def speaking(language: str) -> Generator[None]:
    """Speak a language within."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def speak(language: str) -> None:
    """Speak a language from now on."""
    _spoken.set(language)


def known_language(given: str) -> str | None:
    """Return a language as it is called here, with its territory; None for one that there is no catalogue of.

    >>> known_language("pt-MZ"), known_language("pt_BR.UTF-8"), known_language("PT"), known_language("C")
    ('pt_MZ', 'pt_BR', 'pt', None)
    """
    name, _dot, _encoding = given.partition(".")
    name, _at, _variant = name.partition("@")
    tongue, _line, rest = name.replace("-", "_").partition("_")
    if tongue.lower() not in LANGUAGES:
        return None
    if tongue.lower() == "en":
        return "en"
    territory = rest.upper() if len(rest) == 2 and rest.isalpha() and rest.isascii() else ""
    return f"{tongue.lower()}_{territory}" if territory else tongue.lower()


def language_of(environment: Mapping[str, str] = os.environ) -> str:
    """Return the language that a user's environment asks for: ASMCARBON_LANGUAGE, or the first of POSIX's."""
    for name in ("ASMCARBON_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if given := environment.get(name, ""):
            return known_language(given) or "en"
    return "en"


def marked(message: str) -> str:
    """Return a message as it stands, to be looked up where it is told."""
    return message


def _(message: str) -> str:
    """Return the message in the language that is spoken, or as it stands where no catalogue has it."""
    spoken = _spoken.get()
    if spoken == "en":
        return message
    told = _catalogue(spoken[:2]).get(message, message)
    return _Told(told) if "{" in told else told


def numeral(value: float, form: str = ",") -> str:
    """Return a number as the language writes it.

    form   of Python's format, with a comma or a percent sign

    >>> numeral(1234.5, ",.1f"), numeral(0.125, ".1%")
    ('1,234.5', '12.5%')
    """
    text = format(value, form)
    spoken = _spoken.get()
    if spoken == "en":
        return text
    decimal, group, percent = _signs(spoken)
    return text.translate({ord("."): decimal, ord(","): group, ord("%"): percent})


class _Told(str):
    """A message whose numbers are written as the language does, once they are put in."""

    __slots__ = ()

    def format(self, *args: Any, **places: Any) -> str:
        """Return the message with what stands at its places."""
        return _FORMATTER.vformat(self, args, places)


class _ByLanguage(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if ("," in format_spec or "%" in format_spec) and isinstance(value, int | float):
            return numeral(value, format_spec)
        return format(value, format_spec)


_FORMATTER = _ByLanguage()


@cache
def _catalogue(tongue: str) -> dict[str, str]:
    from babel.messages.pofile import read_po

    with (_HERE / "locale" / tongue / "LC_MESSAGES" / "asmcarbon.po").open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id and one.string}


@cache
def _signs(spoken: str) -> tuple[str, str, str]:
    """Return the signs before decimals, between thousands, and of percent with what stands before it (CLDR)."""
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(spoken)
    except UnknownLocaleError:
        locale = Locale.parse(spoken[:2])
    signs = locale.number_symbols["latn"]
    return signs["decimal"], signs["group"], locale.percent_formats[None].pattern.partition("0")[2]
