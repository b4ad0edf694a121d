"""A footprint per tonne of ore, per kilogram and troy ounce of metal, and per job, side by side."""

from collections.abc import Iterable
from typing import Any

import pint
from msgspec import Struct

from asmcarbon.footprint.activities import AMORTISATION_YEARS
from asmcarbon.footprint.allocation import output_of, shares_of
from asmcarbon.footprint.derivation import Node, Step, convention, derived, site_input
from asmcarbon.footprint.equations import amortised, full_time_jobs, intensity, part_of
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.messages import _
from asmcarbon.site.people import Workforce
from asmcarbon.site.site import Site
from asmcarbon.units import unit_of


class Denominator(Struct, frozen=True):
    """What a total is divided by.

    name    `ore`, `gold`, `gold (troy oz)`, `job`
    node    its amount, and how it is computed
    unit    that the intensity is told in
    share   of the total that it bears, where products share it
    """

    name: str
    node: Node
    unit: str
    share: Node | None = None

    @property
    def amount(self) -> "pint.Quantity[Any]":
        """The amount itself."""
        return self.node.quantity


class Intensity(Struct, frozen=True):
    """One total over one denominator.

    total    `scopes_1_2`, `scopes_1_2_3`, `land_use_change` or `land_use_change_amortised`
    scopes   the scopes in the total; none for land-use change, which stands alone
    per      the denominator's name
    """

    total: str
    scopes: tuple[int, ...]
    per: str
    value: "pint.Quantity[Any]"


def jobs_of(site: Site) -> Step | None:
    """Return the full-time jobs at a site; None where people or their hours are not given."""
    people = site.people
    if people is None or people.hours is None:
        return None
    names = ("workers", "hours")
    parts = {name: site_input(f"people.{name}", name, getattr(people, name)) for name in names}
    one = convention("job_per_worker", 1.0, "job/person", _("one who works full time holds one job"))
    return derived(full_time_jobs, unit_of("job"), **parts, full_time_hours=_full_time(people), job_per_worker=one)


def _full_time(people: Workforce) -> Node:
    """Return the hours of a job: a definition, which has no uncertainty."""
    unit = "h/year"
    return convention("people.full_time", people.full_time.to(unit), unit, people.full_time.source)


def denominators_of(site: Site) -> tuple[Denominator, ...]:
    """Return everything that the site's total may be divided by; what is zero is left out."""
    found: list[Denominator] = []
    processing = site.processing
    if processing.ore is not None:
        found.append(Denominator("ore", site_input("processing.ore", "ore", processing.ore), "kgCO2e/t"))
    shares = shares_of(processing, processing.allocation) or {}
    allocated = processing.allocation != "none"
    for product in processing.sold():
        output, share = output_of(processing, product), shares.get(product) if allocated else None
        precious = product in ("gold", "silver")
        if product in processing.products or allocated:
            found.append(Denominator(product, output, "tCO2e/kg" if precious else "tCO2e/t", share))
        if precious:
            found.append(Denominator(f"{product} (troy oz)", output, "kgCO2e/troy_oz", share))
    jobs = jobs_of(site)
    if jobs is not None:
        found.append(Denominator("job", jobs, "tCO2e/job/year"))
    return tuple(one for one in found if one.amount.magnitude > 0)


TOTALS: dict[str, tuple[int, ...]] = {"scopes_1_2": (1, 2), "scopes_1_2_3": (1, 2, 3)}


def intensity_of(footprint: Footprint, site: Site) -> tuple[Intensity, ...]:
    """Return the totals over each denominator of the site."""
    return intensities_over(denominators_of(site), footprint, site)


def intensities_over(denominators: Iterable[Denominator], footprint: Footprint, site: Site) -> tuple[Intensity, ...]:
    """Return the totals over some denominators: scopes 1 and 2; 1, 2 and 3; land-use change where stated."""
    totals = [(name, scopes, footprint.total(scopes)) for name, scopes in TOTALS.items()]
    land = footprint.account_total("land_use_change")
    for name, total in (("land_use_change", land), ("land_use_change_amortised", amortised_land_of(footprint, site))):
        totals += [(name, (), total)] if total is not None else []
    return tuple(
        Intensity(name, scopes, one.name, intensity_over(total, one))
        for one in denominators
        for name, scopes, total in totals
    )


def intensity_over(total: "pint.Quantity[Any]", over: Denominator) -> "pint.Quantity[Any]":
    """Return a total over a denominator: the share of it that the denominator bears, where products share it."""
    borne = total if over.share is None else part_of(total, over.share.quantity)
    return intensity(borne, over.amount).to(over.unit)


def amortised_land_of(footprint: Footprint, site: Site) -> "pint.Quantity[Any] | None":
    """Return land-use change spread over the clearing of the last 20 years; None where their history is not whole.

    One year's clearing over 20 would understate a steady clearer twenty times.
    """
    since = site.land.history_since
    if since is None or since > site.year - AMORTISATION_YEARS + 1:
        return None
    cleared = footprint.sum_of(lambda line: line.account in ("land_use_change", "land_history"))
    return amortised(cleared, AMORTISATION_YEARS)
