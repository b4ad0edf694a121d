"""Every message of the source stands in every catalogue, translated, with the same places; and nothing else does."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from asmcarbon.messages import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "src" / "asmcarbon" / "locale"
TRANSLATED = sorted(set(LANGUAGES) - {"en"})


@cache
def said() -> frozenset[str]:
    found = extract_from_dir(ROOT / "src" / "asmcarbon", keywords={"_": None, "marked": None})
    return frozenset(str(message) for _file, _line, message, _comments, _context in found)


def places(message: str) -> list[str]:
    return sorted(re.findall(r"\{[^}]*\}", message))


def edges(message: str) -> tuple[str, str]:
    return message[: len(message) - len(message.lstrip(" \n"))], message[len(message.rstrip(" \n")) :]


def test_the_source_is_read():
    assert {"expected {expected}", "an option"} & said() == set()
    assert {"{what}; expected {expected}", "activity ({per})"} <= said()
    assert len(said()) > 1900


def test_each_catalogue_is_of_a_language_that_is_spoken():
    assert sorted(one.name for one in LOCALE.iterdir() if one.is_dir()) == TRANSLATED


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_every_message_and_no_other(language: str):
    with (LOCALE / language / "LC_MESSAGES" / "asmcarbon.po").open("rb") as file:
        catalogue = read_po(file)
    assert not catalogue.obsolete
    told = {str(one.id): one for one in catalogue if one.id}
    assert said() - told.keys() == set()
    assert told.keys() - said() == set()
    for message, one in told.items():
        assert one.string and not one.fuzzy, message
        assert places(str(one.string)) == places(message), message
        assert edges(str(one.string)) == edges(message), message
