"""What holds of every footprint: totals are sums, order does not matter, and a draw is never negative."""

import random
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asmcarbon.factors.tables import FactorTables, read_tables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.footprint.monte_carlo import drawn_of, draws_of
from asmcarbon.footprint.uncertainty import uncertainty_of
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.site.site import Site

repeatable = settings(deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
CLOSE = 1e-12


@cache
def tables() -> FactorTables:
    return read_tables()


def ranged(low: float, high: float, unit: str) -> st.SearchStrategy[Any]:
    def written(value: float, below: float, above: float, has_range: bool) -> Any:
        limits = f"{value * below!r} .. {value * above!r} {unit}".replace(" .. ", "..")
        return {"value": f"{value!r} {unit}", **({"range": limits} if has_range else {})}

    return st.builds(written, st.floats(low, high), st.floats(0.05, 1.0), st.floats(1.0, 9.0), st.booleans())


FUEL = st.fixed_dictionaries(
    {},
    optional={
        "generator": ranged(1, 1e5, "L/year"),
        "vehicles": ranged(1, 1e5, "L/year"),
        "machinery": ranged(1, 1e5, "L/year"),
        "density": ranged(0.7, 0.95, "kg/L"),
    },
)
LAND = st.fixed_dictionaries(
    {
        "area": ranged(0.01, 100, "ha/year"),
        "carbon_before": ranged(20, 200, "tC/ha"),
        "carbon_after": st.one_of(st.none(), ranged(0.1, 20, "tC/ha")),
    }
)


def opened(one: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if value is not None} | {"pools": ["above_ground"]}


SITES = st.builds(
    lambda diesel, petrol, bought, anfo, land, workers: Site.model_validate(
        {
            "name": "A", "country": "PER", "year": 2024,
            "energy": {"diesel": diesel, "petrol": petrol, "grid": {"purchased": bought}},
            "explosives": {"anfo": anfo},
            "land": {"opened": [opened(one) for one in land]},
            "people": {"workers": workers, "hours": "2000 h/year"},
            "processing": {"products": {"gold": "3 kg/year"}},
        }
    ),
    FUEL, FUEL, ranged(1, 1e6, "kWh/year"), ranged(0.001, 100, "t/year"), st.lists(LAND, max_size=3),
    ranged(1, 500, "person"),
)  # fmt: skip


def footprint(site: Site) -> Footprint:
    return calculate(activities_of(site), site, tables())


@repeatable
@given(site=SITES)
def test_scopes_and_lines_sum_to_the_totals(site: Site) -> None:
    whole = footprint(site)
    scopes = [whole.total([n]).magnitude for n in (1, 2, 3)]
    assert whole.total().magnitude == pytest.approx(sum(scopes), rel=CLOSE)
    energy = sum(line.co2e.magnitude for line in whole.lines if line.account == "energy")
    assert whole.total().magnitude == pytest.approx(energy, rel=CLOSE)
    report = footprint_report(site, tables())
    for line in report["lines"]:
        assert line["co2e"]["unit"] == "kgCO2e/year"
    by_scope = {n: sum(one["co2e"]["value"] for one in report["lines"]
                       if one["scope"] == n and one["account"] == "energy") for n in (1, 2, 3)}  # fmt: skip
    for n, told in by_scope.items():
        assert report["totals"][f"scope_{n}"]["value"] == pytest.approx(told / 1000, rel=CLOSE)


@repeatable
@given(site=SITES, seed=st.integers(0, 1000))
def test_the_order_of_activities_changes_nothing(site: Site, seed: int) -> None:
    activities = list(activities_of(site))
    random.Random(seed).shuffle(activities)
    shuffled, straight = calculate(activities, site, tables()), footprint(site)
    for total in ("scopes_1_2_3", "land_use_change"):
        one, other = shuffled.lines_of(total), straight.lines_of(total)
        assert sum(line.co2e.magnitude for line in one) == pytest.approx(
            sum(line.co2e.magnitude for line in other), rel=CLOSE
        )
        found, expected = uncertainty_of(one), uncertainty_of(other)
        assert found.relative == (None if expected.relative is None else pytest.approx(expected.relative, rel=1e-9))
        assert found.covered == pytest.approx(expected.covered, rel=CLOSE)


@repeatable
@given(site=SITES, seed=st.integers(0, 2**31 - 1))
def test_no_draw_of_a_line_is_negative(site: Site, seed: int) -> None:
    for line in footprint(site).lines:
        assert draws_of(line.derivation, {}, 200, seed).min() >= 0 or line.account == "land_use_change"
    for total in ("scopes_1_2_3", "land_use_change"):
        drawn = drawn_of(footprint(site).lines_of(total), draws=200, seed=seed)
        assert drawn.low is None or drawn.low >= -1


@repeatable
@given(site=SITES, times=st.floats(0.1, 10))
def test_an_intensity_times_its_denominator_is_the_total(site: Site, times: float) -> None:
    doubled = site.model_copy(
        update={"processing": site.processing.model_validate({"products": {"gold": f"{3 * times!r} kg/year"}})}
    )
    one, other = footprint_report(site, tables()), footprint_report(doubled, tables())
    for before, after in zip(one["intensities"], other["intensities"], strict=True):
        scaled = before["value"] / times if before["per"].startswith("gold") else before["value"]
        assert after["value"] == pytest.approx(scaled, rel=CLOSE)


@repeatable
@given(site=SITES)
def test_contributions_to_the_variance_sum_to_one(site: Site) -> None:
    found = uncertainty_of(footprint(site).lines_of("scopes_1_2_3"))
    if found.relative:
        assert sum(one.share for one in found.contributions) == pytest.approx(1, rel=1e-9)
        assert list(found.contributions) == sorted(found.contributions, key=lambda one: (-one.share, one.key))
