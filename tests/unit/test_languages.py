"""Languages: which is spoken, what it says, how it writes numbers (CLDR 46: pt and pt_MZ, es_PE)."""

import pytest

from asmcarbon.messages import _, known_language, language, language_of, marked, numeral, speaking


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({}, "en"),
        ({"LANG": "pt_BR.UTF-8"}, "pt_BR"),
        ({"LANG": "pt_BR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "C", "ASMCARBON_LANGUAGE": "pt"}, "pt"),
        ({"LANG": "pt_BR", "LC_ALL": ""}, "pt_BR"),
    ],
)
def test_the_environment_says_which_language(environment: dict[str, str], spoken: str):
    assert language_of(environment) == spoken


@pytest.mark.parametrize("given", ["", "xx", "../pt", "pt/../..", "português", "p", "C.UTF-8"])
def test_a_language_that_is_not_spoken_is_none(given: str):
    assert known_language(given) is None


@pytest.mark.parametrize("given", ["pt-Latn-BR", "pt_", "pt_419", "pt@euro", "PT_bRASIL"])
def test_a_territory_that_is_not_two_letters_is_left_out(given: str):
    assert known_language(given) == "pt"


def test_a_language_is_spoken_within_and_no_further():
    assert language() == "en"
    with speaking("pt"):
        assert (language(), _("per job")) == ("pt", "por emprego")
    assert (language(), _("per job")) == ("en", "per job")


def test_a_message_that_was_marked_is_looked_up_where_it_is_told():
    message = marked("per job")
    with speaking("pt_MZ"):
        assert _(message) == "por emprego"


# Decimal comma and full stop between thousands in Brazil; a no-break space between them in Mozambique.
@pytest.mark.parametrize(
    ("spoken", "thousands", "share"),
    [
        ("en", "1,234.5", "12.5%"),
        ("pt", "1.234,5", "12,5%"),
        ("pt_MZ", "1\xa0234,5", "12,5%"),
        ("pt_XX", "1.234,5", "12,5%"),
    ],
)
def test_numbers_are_written_as_the_language_does(spoken: str, thousands: str, share: str):
    with speaking(spoken):
        assert (numeral(1234.5, ",.1f"), numeral(0.125, ".1%")) == (thousands, share)


def test_numbers_of_a_message_are_written_by_its_language_where_people_read_them():
    with speaking("pt"):
        told = _("Invest {capital} USD; save {saving} USD a year; paid back in {payback} years.")
        text = told.format(capital=numeral(12345.0), saving="-", payback=numeral(2.5, ",.1f"))
        assert text == "Invista 12.345,0 USD; economize - USD por ano; recuperado em 2,5 anos."
        found = _("all machines at once draw {peak:,.1f} kW, more than the generators' {capacity:,.1f} kW")
        assert "1.234,5 kW, mais que os 80,0 kW" in found.format(peak=1234.5, capacity=80.0)


def test_numbers_of_an_error_are_written_as_an_input_has_them():
    with speaking("pt"):
        assert _("between {low:g} and {high:g} {unit}").format(low=0.5, high=1e4, unit="kW") == "entre 0.5 e 10000 kW"
