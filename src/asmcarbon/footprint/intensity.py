"""A footprint per tonne of ore, per kilogram and troy ounce of metal, and per job, side by side."""

from dataclasses import dataclass
from typing import Any

import pint

from asmcarbon.footprint.activities import AMORTISATION_YEARS
from asmcarbon.footprint.equations import amortised, full_time_jobs, intensity
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.site.site import Site
from asmcarbon.units import quantity


@dataclass(frozen=True, slots=True)
class Denominator:
    """What a total is divided by: its name, its amount, and the unit that the intensity is told in."""

    name: str
    amount: "pint.Quantity[Any]"
    unit: str


@dataclass(frozen=True, slots=True)
class Intensity:
    """One total over one denominator.

    total    `scopes_1_2`, `scopes_1_2_3`, `land_use_change` or `land_use_change_amortised`
    scopes   the scopes in the total; none for land-use change, which stands alone
    per      the denominator's name: `ore`, `gold`, `gold (troy oz)`, `job`
    """

    total: str
    scopes: tuple[int, ...]
    per: str
    value: "pint.Quantity[Any]"


def jobs_of(site: Site) -> "pint.Quantity[Any] | None":
    """Return the full-time jobs at a site; None where people or their hours are not given."""
    people = site.people
    if people is None or people.hours is None:
        return None
    one = quantity(1.0, "job/person")
    return full_time_jobs(people.workers.quantity, people.hours.quantity, people.full_time.quantity, one).to("job")


def denominators_of(site: Site) -> tuple[Denominator, ...]:
    """Return everything that the site's total may be divided by; what is zero is left out."""
    found: list[Denominator] = []
    processing = site.processing
    if processing.ore is not None:
        found.append(Denominator("ore", processing.ore.quantity, "kgCO2e/t"))
    for product, output in processing.products.items():
        precious = product in ("gold", "silver")
        found.append(Denominator(product, output.quantity, "tCO2e/kg" if precious else "tCO2e/t"))
        if precious:
            found.append(Denominator(f"{product} (troy oz)", output.quantity, "kgCO2e/troy_oz"))
    jobs = jobs_of(site)
    if jobs is not None:
        found.append(Denominator("job", jobs, "tCO2e/job/year"))
    return tuple(one for one in found if one.amount.magnitude > 0)


TOTALS: dict[str, tuple[int, ...]] = {"scopes_1_2": (1, 2), "scopes_1_2_3": (1, 2, 3)}


def intensity_of(footprint: Footprint, site: Site) -> tuple[Intensity, ...]:
    """Return the totals over each denominator of the site: scopes 1 and 2; 1, 2 and 3; land-use change where stated."""
    totals = [(name, scopes, footprint.total(scopes)) for name, scopes in TOTALS.items()]
    land = footprint.account_total("land_use_change")
    for name, total in (("land_use_change", land), ("land_use_change_amortised", amortised_land_of(footprint, site))):
        totals += [(name, (), total)] if total is not None else []
    return tuple(
        Intensity(name, scopes, one.name, intensity(total, one.amount).to(one.unit))
        for one in denominators_of(site)
        for name, scopes, total in totals
    )


def amortised_land_of(footprint: Footprint, site: Site) -> "pint.Quantity[Any] | None":
    """Return land-use change spread over the clearing of the last 20 years; None where their history is not whole.

    One year's clearing over 20 would understate a steady clearer twenty times.
    """
    since = site.land.history_since
    if since is None or since > site.year - AMORTISATION_YEARS + 1:
        return None
    cleared = footprint.sum_of(lambda line: line.account in ("land_use_change", "land_history"))
    return amortised(cleared, AMORTISATION_YEARS)
