"""What a site does for people and places, and the energy that it uses: figures of their own beside carbon."""

from collections.abc import Iterable, Iterator
from typing import Any

import pint
from msgspec import Struct

from asmcarbon.factors.citation import citation
from asmcarbon.factors.tables import Factor, FactorTables
from asmcarbon.footprint.compare import Comparison, refusal
from asmcarbon.footprint.derivation import derived, site_input, steps_of
from asmcarbon.footprint.equations import fuel_energy, intensity
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.footprint.intensity import Denominator, Intensity, intensities_over, jobs_of
from asmcarbon.footprint.statement_equations import (
    all_jobs,
    energy_consumed,
    hourly_wage,
    hours_worked,
    indirect_jobs,
    rehabilitation_ratio,
)
from asmcarbon.measures import Datum
from asmcarbon.messages import _
from asmcarbon.site.site import Site
from asmcarbon.units import quantity, unit_of

Quantity = pint.Quantity[Any]


class Indicator(Struct, frozen=True):
    """One figure with what stands behind it.

    key     its name for machines: `jobs`, `indirect_jobs`, `energy_consumed` ...
    basis   measured, sourced or assumed, as the site marks it; blank where it follows from several of its figures
    """

    key: str
    label: str
    value: Quantity
    basis: str = ""
    source: str = ""


def _stated(key: str, label: str, datum: Datum | None, unit: str) -> Iterator[Indicator]:
    if datum is not None:
        yield Indicator(key, label, datum.quantity.to(unit), datum.basis, datum.source)


def _sum(amounts: Iterable[Any], unit: str) -> Any:
    return sum(amounts, start=quantity(0.0, unit)).to(unit)


def social_of(site: Site) -> tuple[Indicator, ...]:
    """Return what the site states of people and places, and what follows from it."""
    return (*_people(site), *_money(site), *_places(site))


def _people(site: Site) -> Iterator[Indicator]:
    people = site.people
    if people is None:
        return
    yield from _stated("workers", _("people who work at the site"), people.workers, "person")
    if people.women is not None:
        yield from _stated("women", _("women"), people.women, "person")
        men: Any = people.workers.quantity - people.women.quantity
        yield Indicator("men", _("men"), men.to("person"))
    jobs = jobs_of(site)
    if jobs is not None:
        yield Indicator("jobs", _("direct jobs, full-time"), jobs.quantity)
    indirect = indirect_jobs_of(site)
    multiplier = people.indirect_multiplier
    if indirect is not None and multiplier is not None:
        text = _("indirect jobs, {multiplier:,g} for each direct one")
        label = text.format(multiplier=multiplier.to("1"))
        yield Indicator("indirect_jobs", label, indirect, multiplier.basis, multiplier.source)
    if people.hours is not None:
        worked: Any = hours_worked(people.workers.quantity, people.hours.quantity)
        yield Indicator("hours", _("hours worked by all"), worked.to("person*h/year"))
    yield from _stated("wages", _("wages paid to all"), people.wages, "USD/year")
    if people.wages is not None and people.hours is not None and people.workers.quantity.magnitude > 0:
        worked = hours_worked(people.workers.quantity, people.hours.quantity)
        wage: Any = hourly_wage(people.wages.quantity, worked)
        yield Indicator("hourly_wage", _("wage of an hour of one worker"), wage.to("USD/person/h"))


def indirect_jobs_of(site: Site) -> Quantity | None:
    """Return the indirect jobs by the multiplier that the site cites; None without one, or without jobs."""
    jobs, people = jobs_of(site), site.people
    if jobs is None or people is None or people.indirect_multiplier is None:
        return None
    return indirect_jobs(jobs.quantity, people.indirect_multiplier.quantity).to("job")


def _money(site: Site) -> Iterator[Indicator]:
    social = site.statements.social
    yield from _stated("local_spending", _("spent in the region"), social.local_spending, "USD/year")
    yield from _stated("taxes", _("taxes paid"), social.taxes, "USD/year")
    yield from _stated("royalties", _("royalties paid"), social.royalties, "USD/year")
    if social.premium is not None:
        received = social.premium.received
        yield from _stated("premium_received", _("premium received"), received, "USD/year")
        spent = _sum((one.amount.quantity for one in social.premium.spent), "USD/year")
        yield Indicator("premium_spent", _("premium spent"), spent)
        yield Indicator("premium_unspent", _("premium not spent yet"), (received.quantity - spent).to("USD/year"))


def _places(site: Site) -> Iterator[Indicator]:
    social, land = site.statements.social, site.land
    yield from _stated("mercury_used", _("mercury used"), site.processing.mercury, "kg/year")
    yield from _stated("mercury_released", _("mercury released"), social.mercury_released, "kg/year")
    opened = _opened_in_the_year(site)
    if opened is not None:
        yield Indicator("land_opened", _("land opened in the year"), opened)
    yield from _stated(
        "land_rehabilitated", _("land whose rehabilitation was finished in the year"), social.rehabilitated, "ha/year"
    )
    if opened is not None and opened.magnitude > 0 and social.rehabilitated is not None:
        ratio: Any = rehabilitation_ratio(social.rehabilitated.quantity, opened)
        yield Indicator("rehabilitation_ratio", _("rehabilitated for each hectare opened"), ratio.to(""))
    if land.rehabilitated:
        under = _sum((one.area.quantity for one in land.rehabilitated), "ha")
        yield Indicator("land_under_rehabilitation", _("land under rehabilitation"), under)
    if land.disturbed:
        waiting = _sum((one.area.quantity for one in land.disturbed), "ha")
        yield Indicator("land_disturbed", _("disturbed land that waits"), waiting)


def _opened_in_the_year(site: Site) -> Quantity | None:
    opened = [one.area.quantity for one in site.land.opened if one.year in (None, site.year)]
    return _sum(opened, "ha/year") if opened else None


def energy_of(site: Site, footprint: Footprint) -> tuple[Indicator, ...]:
    """Return the energy that the site buys, makes and uses; fuels by their net calorific value."""
    generated, grid = site.statements.electricity_generated, site.energy.grid
    fuels = _sum(_fuels(footprint).values(), "GJ/year")
    bought = _given(None if grid is None else grid.purchased)
    found = [
        Indicator("fuels", _("fuels burned"), fuels),
        Indicator("electricity_bought", _("electricity bought"), bought),
        Indicator("energy_purchased", _("energy bought: fuels and electricity"), fuels + bought),
    ]
    renewable, other = generated.renewable, generated.non_renewable
    found += _stated("generated_renewable", _("electricity made from sun, water or wind"), renewable, "GJ/year")
    found += _stated("generated_non_renewable", _("electricity made from fuels"), other, "GJ/year")
    if renewable is not None and other is not None:
        found.append(Indicator("energy_generated", _("electricity made and used"), _given(renewable) + _given(other)))
    if lacks_own_electricity(site):
        return tuple(found)
    own = _given(renewable)
    consumed: Any = energy_consumed(fuels, bought, own)
    found.append(Indicator("energy_consumed", _("energy consumed"), consumed))
    if consumed.magnitude > 0:
        found.append(Indicator("grid_share", _("of it electricity bought"), (bought / consumed).to("percent")))
        text = _("of it made from sun, water or wind")
        found.append(Indicator("renewable_share", text, (own / consumed).to("percent")))
    return tuple(found)


def _given(datum: Datum | None) -> Any:
    """Return an energy that a site states, none where it states none."""
    return quantity(0.0, "GJ/year") if datum is None else datum.quantity.to("GJ/year")


def lacks_own_electricity(site: Site) -> bool:
    """Whether an array stands at the site and what it gave is not stated: what is consumed in all is then not known."""
    has_array = site.energy.solar is not None or site.energy.new_solar is not None
    return has_array and site.statements.electricity_generated.renewable is None


def _fuels(footprint: Footprint) -> dict[str, Quantity]:
    """Return the energy of each fuel burned by where it stands: its gases share one volume."""
    found: dict[str, Quantity] = {}
    for line in footprint.lines:
        if line.account == "energy" and line.scope == 1:
            for step in steps_of(line.derivation):
                if step.equation is fuel_energy:
                    found[line.source] = step.quantity
    return found


def all_jobs_intensities(site: Site, footprint: Footprint) -> tuple[Intensity, ...]:
    """Return the totals over direct and indirect jobs together; none without a cited multiplier."""
    jobs, people = jobs_of(site), site.people
    if jobs is None or people is None or people.indirect_multiplier is None or jobs.quantity.magnitude <= 0:
        return ()
    multiplier = site_input("people.indirect_multiplier", "multiplier", people.indirect_multiplier)
    whole = derived(all_jobs, unit_of("job"), jobs=jobs, multiplier=multiplier)
    over = Denominator("direct and indirect job", whole, "tCO2e/job/year")
    return intensities_over([over], footprint, site)


def multipliers(tables: FactorTables) -> tuple[Factor, ...]:
    """Return the published multipliers of the tables, which a site may cite."""
    return tuple(row for row in tables.factors if row.item.endswith(".indirect_jobs"))


def compare_all_jobs(intensities: tuple[Intensity, ...], site: Site, tables: FactorTables) -> tuple[Comparison, ...]:
    """Return scopes 1 and 2 over direct and indirect jobs beside large-scale mining, where that has a multiplier too.

    Empty where the tables have a figure per direct job alone, or where the boundaries differ.
    """
    found = [one for one in intensities if one.scopes == (1, 2)]
    if not found or refusal(site, tables) is not None:
        return ()
    return tuple(
        _beside(found[0], row, other, product, tables)
        for product in site.processing.products
        for row in tables.by_item.get(f"{product}.large_scale.per_job", ())
        for other in tables.by_item.get(f"{product}.large_scale.indirect_jobs", ())
        if row.boundary == "scopes_1_2"
    )


def _beside(site: Intensity, per_job: Factor, indirect: Factor, product: str, tables: FactorTables) -> Comparison:
    one_and_its_own = all_jobs(quantity(1.0, "1"), indirect.quantity.to(""))
    benchmark: Any = intensity(per_job.quantity, one_and_its_own).to(site.value.units)
    text = _("large-scale {product}, {year}, with {multiplier:,g} indirect jobs for each direct one")
    label = text.format(product=product, year=per_job.valid_from, multiplier=indirect.value)
    sources = "; ".join(dict.fromkeys([citation(tables, per_job), citation(tables, indirect)]))
    ratio = float((site.value / benchmark).m_as(""))
    return Comparison(label, site.per, per_job.boundary, site.value, benchmark, ratio, per_job.factor_id, sources)
