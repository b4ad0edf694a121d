"""What a reader has to know beside a plan's figures: what does not fit together, and what is hard to believe."""

from asmcarbon.energy.load import Load
from asmcarbon.factors.choose import choose
from asmcarbon.factors.citation import citation
from asmcarbon.factors.tables import FactorTables
from asmcarbon.messages import _
from asmcarbon.optimise.plan import Plan
from asmcarbon.planning import sentences
from asmcarbon.site.site import Site


def plan_notes(site: Site, plan: Plan, load: Load) -> list[str]:
    """Return what the figures of a plan do not show by themselves."""
    notes: list[str] = []
    for fuel, scale in plan.fuel_scale.items():
        if scale == 0:
            notes.append(_("the machines need {fuel}, but none is reported for generators").format(fuel=fuel))
        elif abs(scale - 1) > 0.25:
            text = _(
                "the machines explain {share:.0%} of the {fuel} reported for generators: check hours and load factors"
            )
            notes.append(text.format(share=1 / scale, fuel=fuel))
    grid = site.energy.grid
    if grid is not None and grid.connected and grid.purchased is not None:
        bought, dispatched = grid.purchased.to("kWh/year"), plan.today.supply.grid
        if abs(bought - dispatched) > 0.25 * max(bought, dispatched):
            text = _(
                "the site buys {bought:,.0f} kWh, but its machines would draw {drawn:,.0f} kWh from the grid: check"
                " their hours"
            )
            notes.append(text.format(bought=bought, drawn=dispatched))
    if grid is not None and not grid.connected and grid.connection_cost is None and plan.planned.supply.grid > 0:
        notes.append(_("the plan connects the site to the grid; what the connection costs is not in it"))
    energy = site.energy
    notes += sentences.standing(solar=energy.solar is not None, battery=energy.battery is not None)
    most = site.options.unserved_maximum
    if most is not None and plan.planned.supply.unserved > most.to("kWh/year") * (1 + 1e-6) + 1e-3:
        text = _("{unserved:,.0f} kWh stay unserved with generators on and off, more than the {most:,.0f} that may")
        notes.append(text.format(unserved=plan.planned.supply.unserved, most=most.to("kWh/year")))
    unused = [
        name
        for name, stated in (
            ("processing.prices", site.processing.prices),
            ("people.wages", site.people is not None and site.people.wages),
            ("finance.royalty", site.finance.royalty),
            ("finance.tax", site.finance.tax),
        )
        if stated
    ]
    if unused:
        notes.append(_("read, but not used by the plan yet: {names}").format(names=", ".join(unused)))
    capacity = sum(one.rated_power.to("kW") for one in site.energy.generators)
    if 0 < capacity < load.peak_kw and site.energy.grid is None:
        text = _("all machines at once draw {peak:,.1f} kW, more than the generators' {capacity:,.1f} kW")
        notes.append(text.format(peak=load.peak_kw, capacity=capacity))
    return notes


def doubts_of(site: Site, plan: Plan, tables: FactorTables) -> list[str]:
    """Return what is hard to believe of a site's figures: prices below any published, and promises not borne out."""
    notes: list[str] = []
    stated = site.options.solar.capital_cost
    cheapest = next(row for row in tables.factors if row.item == "solar_utility_scale.capital_cost")
    if stated is not None and stated.to("USD/kW") < cheapest.quantity.m_as("USD/kW"):
        text = _(
            "solar at {given:,.0f} USD/kW is cheaper than large plants were on average ({least:,.0f} USD/kW, {source}):"
            " ask what the price leaves out"
        )
        source = citation(tables, cheapest)
        notes.append(text.format(given=stated.to("USD/kW"), least=cheapest.quantity.m_as("USD/kW"), source=source))
    published = sum(
        choose(tables, f"generator.{part}", site.country, site.year, None, None).factor.quantity.m_as("L/kWh")
        for part in ("fuel_slope", "fuel_intercept")
    )
    for one in (*site.energy.generators, *site.options.generators):
        if one.fuel == "diesel" and one.full_load_l_per_kwh < 0.75 * published:
            text = _(
                "{name} at {use:,.2g} L/kWh burns a quarter less than a published set of 50 kW ({published:,.2g} L/kWh)"
            )
            notes.append(text.format(name=one.name, use=one.full_load_l_per_kwh, published=published))
    promised, found = site.options.claimed_payback, plan.payback_years
    if promised is not None and (found is None or found > 1.25 * promised.to("year")):
        text = _("a payback of {promised:,.2g} years is promised; the figures give {found}")
        told = _("none: nothing is saved") if found is None else _("{years:,.2g} years").format(years=found)
        notes.append(text.format(promised=promised.to("year"), found=told))
    return notes
