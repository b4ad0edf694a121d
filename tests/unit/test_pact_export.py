"""A site's footprint as PACT's ProductFootprint: figures by hand, rules as Technical Specifications 3.0 state them."""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import click.testing
import pytest

from asmcarbon.cli.main import main
from asmcarbon.errors import InputError
from asmcarbon.exchange.declared import declared_of
from asmcarbon.exchange.pact import product_footprint
from asmcarbon.factors.countries import COUNTRIES, alpha_2, un_regions
from asmcarbon.factors.tables import read_tables
from asmcarbon.site.read import site_of

NUMBER = "f4b1225a-bd44-4c8e-861d-079e4e1dfd69"
AT = datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)
DECLARED = {
    "company": "A cooperative",
    "company_ids": ["urn:company:example:1"],
    "product_ids": ["urn:pact:example.com:product-id:gold-1"],
}
# 100 kg at 2 kgCO2e/kg over 2 kg of gold: 100 kgCO2e a kilogram.
SITE = {
    "name": "A site",
    "country": "COD",
    "year": 2024,
    "processing": {"products": {"gold": "2 kg/year"}},
    "materials": [{"item": "lime", "amount": "100 kg/year", "factor": "2 kgCO2e/kg"}],
}
# 50 tC/ha x 44/12 on 2 ha, opened in 2010: over 20 years and 2 kg a year, 9,166.67 kgCO2 a kilogram.
CLEARED = {
    "name": "clearing", "year": 2010, "area": "2 ha/year", "carbon_before": "50 tC/ha", "pools": ["above_ground"],
    "peat": "none",
}  # fmt: skip
# The required fields of ProductFootprint and CarbonFootprint, and all decimals that are written here.
NEEDED = {
    "id", "specVersion", "created", "status", "companyName", "companyIds", "productDescription", "productIds",
    "productNameCompany", "pcf",
}  # fmt: skip
NEEDED_OF_PCF = {
    "declaredUnitOfMeasurement", "declaredUnitAmount", "productMassPerDeclaredUnit", "referencePeriodStart",
    "referencePeriodEnd", "pcfExcludingBiogenicUptake", "pcfIncludingBiogenicUptake", "fossilGhgEmissions",
    "fossilCarbonContent", "ipccCharacterizationFactors", "crossSectoralStandards", "exemptedEmissionsPercent",
}  # fmt: skip
SUMMED = ("fossilGhgEmissions", "landUseChangeGhgEmissions", "landManagementBiogenicCO2Emissions",
          "biogenicNonCO2Emissions")  # fmt: skip


def pact(site, **declared):
    return product_footprint(site_of(site), read_tables(), declared_of({**DECLARED, **declared}), NUMBER, AT)


def refused(site, **declared):
    with pytest.raises(InputError) as caught:
        pact(site, **declared)
    return {one.where: one for one in caught.value.problems}


def test_a_kilogram_bears_what_the_site_emits_over_its_output():
    pcf = pact(SITE)["pcf"]
    assert pcf["fossilGhgEmissions"] == pcf["pcfExcludingBiogenicUptake"] == pcf["pcfIncludingBiogenicUptake"] == "100"


def test_products_share_the_emissions_as_the_site_allocates_them():
    both = {"products": {"gold": "2 kg/year", "silver": "6 kg/year"}, "allocation": "mass"}
    # A quarter of 200 kgCO2e over 2 kg, and three quarters over 6 kg.
    assert pact({**SITE, "processing": both}, product="gold")["pcf"]["fossilGhgEmissions"] == "25"
    found = pact({**SITE, "processing": both}, product="silver")
    assert found["pcf"]["fossilGhgEmissions"] == "25"
    assert "75.00 %" in found["pcf"]["allocationRulesDescription"]
    # 2 kg at 60 and 6 kg at 20 USD/kg are worth the same: 100 kgCO2e over 2 kg.
    prices = {"gold": "60 USD/kg", "silver": "20 USD/kg"}
    worth = {**both, "allocation": "economic", "prices": prices}
    assert pact({**SITE, "processing": worth}, product="gold")["pcf"]["fossilGhgEmissions"] == "50"


def test_clearing_is_spread_over_20_years_and_peat_is_counted_every_year():
    drained = [{"area": "1 ha", "peat_loss": "5 tC/ha/year"}]
    pcf = pact({**SITE, "land": {"history_since": 2005, "opened": [CLEARED], "drained": drained}})["pcf"]
    assert Decimal(pcf["landUseChangeGhgEmissions"]) == round(Decimal(2 * 50 * 44_000) / 12 / 20 / 2, 6)
    assert Decimal(pcf["landManagementBiogenicCO2Emissions"]) == round(Decimal(5 * 44_000) / 12 / 2, 6)
    assert Decimal(pcf["pcfExcludingBiogenicUptake"]) == sum(Decimal(pcf[name]) for name in SUMMED if name in pcf)


def test_land_of_which_nothing_is_known_is_left_out_and_said():
    found = pact(SITE)
    assert "landUseChangeGhgEmissions" not in found["pcf"]
    assert "Land-use change is not in the figure" in found["comment"]
    known = pact({**SITE, "land": {"history_since": 2005}})
    assert known["pcf"]["landUseChangeGhgEmissions"] == "0"
    assert "Land-use change" not in known["comment"]


def test_every_needed_field_is_there_and_every_number_is_a_decimal_text():
    found = pact(SITE, classifications=["urn:pact:productclassification:un-cpc:14240"])
    pcf = found["pcf"]
    assert found.keys() >= NEEDED and pcf.keys() >= NEEDED_OF_PCF
    assert str(UUID(found["id"])) == NUMBER
    assert re.fullmatch(r"\d+\.\d+\.\d+(-\d{8})?", found["specVersion"])
    assert found["created"] == "2026-03-01T12:00:05Z"
    assert (pcf["referencePeriodStart"], pcf["referencePeriodEnd"]) == ("2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z")
    unit = (pcf["declaredUnitOfMeasurement"], pcf["declaredUnitAmount"], pcf["productMassPerDeclaredUnit"])
    assert unit == ("kilogram", "1", "1")
    assert pcf["geographyCountry"] == "CD" and not {"geographyRegionOrSubregion"} & pcf.keys()
    texts = [value for name, value in pcf.items() if re.search("Emissions$|Content$|Uptake$|Share$|Percent$", name)]
    assert len(texts) >= 8
    assert all(re.fullmatch(r"-?\d+(\.\d+)?", one) and one != "-0" for one in [*texts, *pcf["dqi"].values()])
    assert all(1 <= Decimal(one) <= 5 for one in pcf["dqi"].values())
    assert all(value is not None for value in [*found.values(), *pcf.values()])


def test_a_number_however_small_or_large_has_no_exponent():
    for amount, told in (("0.00002 kg/year", "0.00002"), ("1e12 kg/year", "1000000000000"), ("0 kg/year", "0")):
        site = {**SITE, "materials": [{"item": "lime", "amount": amount, "factor": "2 kgCO2e/kg"}]}
        assert pact(site)["pcf"]["fossilGhgEmissions"] == told


def test_the_sets_of_gwp_are_those_of_the_footprint_and_of_figures_in_co2e():
    assert pact(SITE)["pcf"]["ipccCharacterizationFactors"] == ["AR6"]
    older = {**SITE, "method": {"gwp_set": "AR5"}}
    assert pact(older)["pcf"]["ipccCharacterizationFactors"] == ["AR5"]
    diesel = {**SITE, "energy": {"diesel": {"generator": "100 L/year"}}}
    # The way of diesel to the tank is published in CO2e by AR5.
    pcf = pact(diesel)["pcf"]
    assert pcf["ipccCharacterizationFactors"] == ["AR6", "AR5"]
    names = [one["name"] for one in pcf["secondaryEmissionFactorSources"]]
    assert names[0] == "asmcarbon" and any(name.startswith("IPCC") for name in names)


def test_primary_data_are_those_whose_activity_and_factor_are_measured():
    measured = {"amount": {"value": "100 kg/year", "basis": "measured"}, "item": "lime"}
    factor = {"value": "2 kgCO2e/kg", "basis": "measured"}
    other = {"item": "bricks", "amount": "300 kg/year", "factor": "2 kgCO2e/kg"}
    pcf = pact({**SITE, "materials": [{**measured, "factor": factor}, other]})["pcf"]
    assert pcf["primaryDataShare"] == "25"
    assert "secondaryEmissionFactorSources" not in pcf


@pytest.mark.parametrize(
    ("change", "where", "words"),
    [
        ({"processing": {"ore_from": "bought", "products": {"gold": "2 kg/year"}}}, "processing.ore_from", "cradle"),
        ({"processing": {"ore": "9 t/year"}}, "product", "no metal leaves the site"),
        ({"processing": {"products": {"gold": "0 kg/year"}}}, "product", "no metal leaves the site"),
        ({"processing": {"products": {"gold": "2 kg/year", "silver": "1 kg/year"}}}, "product", "several metals"),
        ({"land": {"opened": [{**CLEARED, "year": 2024}]}}, "land.history_since", "leave out what is known"),
        ({"land": {"opened": [CLEARED], "history_since": 2010}}, "land.history_since", "leave out what is known"),
        ({"method": {"exclusions": [{"source": "camp", "reason": "small"}]}}, "exempted_percent", "camp"),
        ({"year": 2027}, "year", "still to come"),
    ],
)
def test_what_would_mislead_is_refused(change, where, words):
    found = refused({**SITE, **change})
    assert list(found) == [where]
    assert words in found[where].sentence()


def test_metals_that_share_nothing_are_refused():
    both = {"products": {"gold": "2 kg/year", "silver": "6 kg/year"}}
    assert "each would carry all" in refused({**SITE, "processing": both}, product="gold")["processing.allocation"].what
    assert "no copper" in refused(SITE, product="copper")["product"].what


def test_everything_that_stands_against_it_is_told_at_once():
    site = {**SITE, "year": 2030, "processing": {"ore_from": "customers"}}
    assert set(refused(site)) == {"product", "processing.ore_from", "year"}


def test_what_is_excluded_is_told_with_its_reason_and_the_share_that_the_publisher_states():
    site = {**SITE, "method": {"exclusions": [{"source": "camp", "reason": "below 1 %"}]}}
    pcf = pact(site, exempted_percent=0.5)["pcf"]
    assert pcf["exemptedEmissionsPercent"] == "0.5"
    assert pcf["exemptedEmissionsDescription"] == "camp: below 1 %"
    assert pact(SITE)["pcf"]["exemptedEmissionsPercent"] == "0"


def test_removals_are_told_and_not_deducted():
    way = {"method": "planting", "land": "overburden", "area": "2 ha", "removals": "5 tCO2e/ha/year"}
    found = pact({**SITE, "land": {"history_since": 2005, "rehabilitated": [way]}})
    assert found["pcf"]["pcfExcludingBiogenicUptake"] == "100"
    assert "Removals by rehabilitation, 10 tCO2e" in found["comment"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"company": ""}, "company"),
        ({"company_ids": []}, "company_ids"),
        ({"company_ids": ["acme"]}, "company_ids.0"),
        ({"product_ids": ["urn:x:1"]}, "product_ids.0"),
        ({"product_ids": ["urn:ab:1", "URN:AB:1"]}, ""),
        ({"standards": ["my own"]}, "standards.0"),
        ({"exempted_percent": 101.0}, "exempted_percent"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_declared_is_checked(change, where):
    with pytest.raises(InputError) as caught:
        declared_of({**DECLARED, **change})
    assert [one.where for one in caught.value.problems] == [where]


def test_countries_have_the_codes_of_iso_3166_1():
    # The examples of the standard whose two letters are not the first of the three, and one whose are.
    pairs = {"COD": "CD", "AUT": "AT", "CHN": "CN", "DNK": "DK", "GNQ": "GQ", "PNG": "PG", "UKR": "UA", "PER": "PE"}
    assert {country: alpha_2(country) for country in pairs} == pairs
    assert len({alpha_2(country) for country in COUNTRIES}) == len(COUNTRIES)


def test_countries_lie_in_the_regions_of_m49():
    # UN Statistics Division, M49: how many countries and areas each subregion of its list has.
    counts = {
        "Northern Africa": 7, "Sub-Saharan Africa": 53, "Latin America and the Caribbean": 52, "Northern America": 5,
        "Central Asia": 5, "Eastern Asia": 7, "South-eastern Asia": 11, "Southern Asia": 9, "Western Asia": 18,
        "Eastern Europe": 10, "Northern Europe": 16, "Southern Europe": 16, "Western Europe": 9,
        "Australia and New Zealand": 6, "Melanesia": 5, "Micronesia": 8, "Polynesia": 10,
    }  # fmt: skip
    assert Counter(name for country in COUNTRIES for name in un_regions(country)[1:]) == counts
    places = {"GHA": "Sub-Saharan Africa", "SDN": "Northern Africa", "MMR": "South-eastern Asia", "PNG": "Melanesia"}
    assert {country: un_regions(country)[1] for country in places} == places


def run(*arguments):
    return click.testing.CliRunner().invoke(main, [str(one) for one in arguments])


def test_the_command_writes_what_the_function_returns(example):
    options = ["--company", "A", "--company-id", "urn:company:example:1", "--product-id", "urn:gtin:4712345060507"]
    done = run("export", "pact", example, *options, "--classification", "urn:pact:class:1")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["productIds"] == ["urn:gtin:4712345060507"]
    assert found["productClassifications"] == ["urn:pact:class:1"]
    assert found["pcf"]["geographyCountry"] == "PE"


def test_the_command_names_its_options_in_what_is_wrong(example):
    options = ["--company", "A", "--company-id", "me", "--product-id", "urn:gtin:1", "--standard", "mine"]
    done = run("export", "pact", example, *options)
    assert done.exit_code == 2
    assert [line.partition("  ")[0] for line in done.stderr.splitlines()] == ["--company-id", "--standard"]
