"""Every message of the source stands in every catalogue, translated, with the same places; and nothing else does."""

import re

import pytest
import yaml
from babel.messages.pofile import read_po
from update_catalogues import LOCALE, catalogue_at, said

from asmcarbon.messages import LANGUAGES, speaking
from asmcarbon.site.template import TYPES, remarks, template

TRANSLATED = sorted(set(LANGUAGES) - {"en"})


def places(message: str) -> list[str]:
    return sorted(re.findall(r"\{[^}]*\}", message))


def edges(message: str) -> tuple[str, str]:
    return message[: len(message) - len(message.lstrip(" \n"))], message[len(message.rstrip(" \n")) :]


def test_the_source_is_read():
    assert {"has to be", "an option"} & said() == set()
    assert {"{what}; expected {expected}", "activity ({per})"} <= said()
    assert len(said()) > 1900


def test_each_catalogue_is_of_a_language_that_is_spoken():
    assert sorted(one.name for one in LOCALE.iterdir() if one.is_dir()) == TRANSLATED


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_every_message_and_no_other(language: str):
    with catalogue_at(language).open("rb") as file:
        catalogue = read_po(file)
    assert not catalogue.obsolete
    told = {str(one.id): one for one in catalogue if one.id}
    assert said() - told.keys() == set()
    assert told.keys() - said() == set()
    for message, one in told.items():
        assert one.string and not one.fuzzy, message
        assert places(str(one.string)) == places(message), message
        assert edges(str(one.string)) == edges(message), message


@pytest.mark.parametrize("kind", list(TYPES))
@pytest.mark.parametrize("language", TRANSLATED)
def test_a_template_is_the_same_site_in_every_language(language: str, kind: str):
    english = template(kind)
    with speaking(language):
        told = template(kind)
    assert yaml.safe_load(told) == yaml.safe_load(english)
    assert len(told.splitlines()) == len(english.splitlines())
    # What is typed behind a # stays to be typed; what is said of it is said in the language.
    assert re.findall(r"# ([a-z_]+:)", told) == re.findall(r"# ([a-z_]+:)", english)
    assert not [
        one for one in remarks(told) if one in set(remarks(english)) and len(one.split()) > 3 and "_" not in one
    ]


def test_what_a_template_only_shows_is_no_remark():
    text = (
        "# density: 0.84 kg/L        your supplier's\nboundary: refined # mine_gate | refined\na: 1 # said\n# {x: 1}\n"
    )
    assert list(remarks(text)) == ["your supplier's", "said"]
