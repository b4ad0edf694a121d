"""Products that share a footprint: shares by hand, and the intensities that they give."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asmcarbon.errors import InputError
from asmcarbon.factors.tables import read_tables
from asmcarbon.footprint.allocation import shares_of
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.site.read import site_from
from asmcarbon.site.site import Site

TABLES = read_tables()
PRODUCTS = (
    "products: {gold: 10 kg/year, silver: 40 kg/year}, prices: {gold: 60000 USD/kg, silver: 800 USD/kg},"
    " co_products: [{name: tailings, output: 950 kg/year, price: 20 USD/t}]"
)


def site(processing: str, more: str = "") -> Site:
    text = f"name: A\ncountry: PER\nyear: 2024\nenergy: {{diesel: {{generator: 1000 L/year}}}}\n{more}"
    return site_from(f"{text}processing: {{{processing}}}\n", "site.yaml")


def told(of: Site, method: str) -> dict[str, float]:
    shares = shares_of(of.processing, method)
    assert shares is not None
    return {name: share.quantity.m_as("") for name, share in shares.items()}


def test_mass_shares_by_what_each_weighs() -> None:
    assert told(site(PRODUCTS), "mass") == pytest.approx({"gold": 0.01, "silver": 0.04, "tailings": 0.95})


def test_economic_shares_by_what_each_is_worth() -> None:
    # 600,000, 32,000 and 19 USD a year
    whole = 600_000 + 32_000 + 19
    expected = {"gold": 600_000 / whole, "silver": 32_000 / whole, "tailings": 19 / whole}
    assert told(site(PRODUCTS), "economic") == pytest.approx(expected)


def test_the_intensity_of_a_product_bears_its_share_and_jobs_bear_the_whole() -> None:
    people = "people: {workers: 5 person, hours: 2080 h/year}\n"
    rows = {}
    for method in ("none", "mass"):
        report = footprint_report(site(f"{PRODUCTS}, allocation: {method}", people), TABLES)
        rows[method] = {one["per"]: one["value"] for one in report["intensities"] if one["total"] == "scopes_1_2_3"}
    assert rows["mass"]["gold"] == pytest.approx(0.01 * rows["none"]["gold"])
    assert rows["mass"]["silver (troy oz)"] == pytest.approx(0.04 * rows["none"]["silver (troy oz)"])
    assert rows["mass"]["job"] == rows["none"]["job"]
    # 0.95 of the footprint over 0.95 t
    assert rows["mass"]["tailings"] == pytest.approx(rows["mass"]["gold"] * 10 / 0.01 * 0.95 / 0.95)


def test_the_shares_of_all_methods_are_shown() -> None:
    shares = footprint_report(site(PRODUCTS), TABLES)["allocation"]
    assert shares["method"] == "none"
    assert shares["shares"]["none"] == {"gold": 1.0, "silver": 1.0, "tailings": 1.0}
    assert shares["shares"]["mass"]["tailings"] == pytest.approx(0.95)
    assert footprint_report(site("products: {gold: 1 kg/year}"), TABLES)["allocation"]["shares"]["economic"] is None


def test_products_that_are_allocated_are_compared_with_large_scale_mining() -> None:
    none = footprint_report(site(PRODUCTS), TABLES)
    assert none["comparisons"] == []
    assert any("several products share one total" in note for note in none["notes"])
    shared = footprint_report(site(f"{PRODUCTS}, allocation: economic"), TABLES)
    assert shared["comparisons"]
    assert "economic allocation of all totals: gold 94.9 %, silver 5.1 %, tailings 0.0 %" in " ".join(shared["notes"])


@pytest.mark.parametrize(
    ("processing", "sentence"),
    [
        ("products: {gold: 1 kg/year, silver: 1 kg/year}, allocation: economic",
         "allocation is economic, and gold, silver has no price; expected a price for each product"),
        ("allocation: mass", "there is no product to allocate to"),
        ("products: {gold: 1 kg/year}, co_products: [{name: gold, output: 1 t/year}]", "gold stands twice"),
    ],
)  # fmt: skip
def test_what_cannot_be_allocated_is_refused(processing: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        site(processing)


@settings(max_examples=50, deadline=None)
@given(
    outputs=st.lists(st.floats(0.001, 1e6), min_size=1, max_size=5),
    prices=st.lists(st.floats(0.01, 1e5), min_size=5, max_size=5),
    method=st.sampled_from(["mass", "economic"]),
)
def test_shares_sum_to_one(outputs: list[float], prices: list[float], method: str) -> None:
    sold = ", ".join(
        f"{{name: p{n}, output: {output:.6f} kg/year, price: {price:.6f} USD/kg}}"
        for n, (output, price) in enumerate(zip(outputs, prices, strict=False))
    )
    assert sum(told(site(f"co_products: [{sold}]"), method).values()) == pytest.approx(1.0, rel=1e-12)
