"""Footprints per tonne, kilogram, ounce and job, by hand."""

import pytest

from asmcarbon.footprint.derivation import convention, derived
from asmcarbon.footprint.equations import gas_emission
from asmcarbon.footprint.footprint import Footprint, Line
from asmcarbon.footprint.intensity import denominators_of, intensity_of, jobs_of
from asmcarbon.site.read import site_from
from asmcarbon.site.site import Site
from asmcarbon.units import quantity, unit_of


def site(more: str = "") -> Site:
    return site_from(f"name: A site\ncountry: PER\nyear: 2024\n{more}", "site")


def line(scope: int, tonnes: float) -> Line:
    gas = quantity(tonnes, "tCO2/year")
    co2e = quantity(1000 * tonnes, "kgCO2e/year")
    one = convention("a", 1.0, "1", "")
    step = derived(gas_emission, activity=one, emission_factor=one)
    return Line("a", "a", scope, "CO2", gas, co2e, step, "id", "source", "test", "AR6", False, False)


FOOTPRINT = Footprint((line(1, 60.0), line(2, 40.0), line(3, 20.0)), "test", "AR6")


def told(of: Site) -> dict[tuple[tuple[int, ...], str], object]:
    return {(one.scopes, one.per): one.value for one in intensity_of(FOOTPRINT, of)}


@pytest.mark.parametrize(
    ("people", "jobs"),
    [
        ("workers: 120 person, hours: 2080 h/year", 120),  # 52 weeks of 40 hours
        ("workers: 120 person, hours: 1040 h/year", 60),  # half the year
        ("workers: 10 person, hours: 40 h/week", 10 * 40 * 365 / 7 / 2080),
        ("workers: 10 person, hours: 1800 h/year, full_time: 1800 h/year", 10),
        ("workers: 0 person, hours: 1800 h/year", 0),
    ],
)
def test_a_job_is_a_full_time_equivalent(people: str, jobs: float) -> None:
    assert jobs_of(site(f"people: {{{people}}}")).to("job") == pytest.approx(jobs, rel=1e-12)


def test_a_headcount_without_hours_is_never_called_a_job() -> None:
    assert jobs_of(site()) is None
    assert jobs_of(site("people: {workers: 120 person}")) is None
    assert denominators_of(site("people: {workers: 120 person}")) == ()


@pytest.mark.parametrize(
    ("per", "unit", "both", "all_three"),
    [
        ("ore", "kgCO2e/t", 100_000 / 1200, 120_000 / 1200),
        ("gold", "tCO2e/kg", 100 / 12, 120 / 12),
        ("gold (troy oz)", "kgCO2e/troy_oz", 100_000 / 12 * 0.0311034768, 120_000 / 12 * 0.0311034768),  # 31.1034768 g
        ("job", "tCO2e/job/year", 100 / 120, 120 / 120),
    ],
)
def test_each_denominator_by_hand(per: str, unit: str, both: float, all_three: float) -> None:
    given = site(
        "processing: {ore: 1200 t/year, products: {gold: 12 kg/year}}\n"
        "people: {workers: 120 person, hours: 2080 h/year}\n"
    )
    values = told(given)
    assert values[(1, 2), per].m_as(unit_of(unit)) == pytest.approx(both, rel=1e-12)
    assert values[(1, 2, 3), per].m_as(unit_of(unit)) == pytest.approx(all_three, rel=1e-12)
    assert values[(1, 2), per].units == unit_of(unit)


def test_intensities_per_tonne_and_per_job_stand_side_by_side() -> None:
    values = told(site("processing: {ore: 1 t/year}\npeople: {workers: 1 person, hours: 2080 h/year}"))
    assert {per for _scopes, per in values} == {"ore", "job"}


def test_output_may_be_given_over_any_time() -> None:
    monthly = told(site("processing: {products: {gold: 1 kg/month}}"))
    assert monthly[(1, 2), "gold"].m_as("tCO2e/kilogram") == pytest.approx(100 / 12, rel=1e-12)


def test_only_precious_metals_are_told_by_the_ounce() -> None:
    values = told(site("processing: {products: {copper: 630 t/year, cobalt: 210 t/year, silver: 3 kg/year}}"))
    assert {per for _scopes, per in values} == {"copper", "cobalt", "silver", "silver (troy oz)"}


def test_what_is_zero_divides_nothing() -> None:
    assert told(site("processing: {ore: 0 t/year, products: {gold: 0 kg/year}}")) == {}
