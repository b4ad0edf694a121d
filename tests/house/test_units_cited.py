"""No unit without a source: what `asmcarbon units` prints behind each definition."""

import pytest

from asmcarbon.units import quantity_of, unit_list, unit_of


def test_every_unit_says_where_its_definition_is_from():
    assert [one.name for one in unit_list() if len(one.source) < 5] == []


def test_a_unit_outside_the_si_names_a_publication_or_says_that_it_is_defined_here():
    own = ("here", "by definition", "plain number")
    vague = [
        one.name for one in unit_list()
        if not any(mark in one.source for mark in own) and not any(sign.isdigit() for sign in one.source)
        and "(" not in one.source
    ]  # fmt: skip
    assert vague == []


@pytest.mark.parametrize(
    ("given", "unit", "value", "close"),
    [
        ("1 grain", "mg", 64.79891, 1e-9),  # NIST SP 811: grain, exact
        ("1 dwt", "g", 1.555174, 1e-6),  # NIST SP 811: pennyweight, 1.555 174 E-03 kg
        ("20 pennyweight", "troy_oz", 1, 1e-9),  # troy weight
        ("15 grain", "masha", 1, 1e-9),  # sizes.com: 15 grains
        ("1 masha", "mg", 972, 1e-4),  # sizes.com: about 972 mg
        ("96 ratti", "tola", 1, 1e-9),  # 12 mashas of 8 rattis
        ("1 tical", "g", 0.576 * 28.349523, 1e-3),  # The Myanmar Times: 0.576 ounces
        ("50 castellano", "g", 230, 1e-3),  # CEMCA 2002: a marco of 230 g is 50 pesos de oro
        ("1 tomin", "g", 0.575, 1e-3),  # tomín of gold, 0.575 g
        ("16 adarme", "g", 28.76, 1e-3),  # ounce of Castile, a sixteenth of 460 g
        ("1 arroba_es", "kg", 11.5023, 1e-5),  # 25 libras, 11.5023 kg
        ("10 chi", "luong", 1, 1e-9),  # VTC News
        ("4 arroba_es", "quintal_es", 1, 1e-9),  # a quarter, as its name says
    ],
)
def test_a_unit_of_miners_is_what_its_source_says(given: str, unit: str, value: float, close: float):
    assert quantity_of(given).m_as(unit_of(unit)) == pytest.approx(value, rel=close)


def test_a_grade_is_a_share_by_mass():
    assert quantity_of("800 mg/t").m_as("") == pytest.approx(0.8e-6, rel=1e-12)
    assert quantity_of("800 mg/t").m_as(unit_of("g/t")) == pytest.approx(0.8, rel=1e-12)
