"""What a plan needs of a site, and what today's supply has to carry: all that is missing at once."""

from collections.abc import Iterator

import numpy as np

from asmcarbon.energy.load import Load
from asmcarbon.energy.outages import availability_of
from asmcarbon.errors import Infeasible, InputError, Problem
from asmcarbon.messages import _
from asmcarbon.optimise.site_equipment import community_kw
from asmcarbon.site.site import Site


def check_plannable(site: Site) -> None:
    """Refuse a site that lacks what a plan needs, saying everything that is missing at once."""
    energy, problems = site.energy, []
    if not energy.machines and not site.options.measures and not site.options.rehabilitation:
        problems.append(
            Problem(
                "energy.machines",
                _("no machines are given"),
                _("what the plan has to supply, or measures or rehabilitation to choose from"),
                "- {name: mill, rated_power: 15 kW, hours: 12 h/day, days: 300 day/year}",
            )
        )
    for number, generator in enumerate(energy.generators):
        fuel = energy.fuels().get(generator.fuel)
        where = f"energy.{generator.fuel}"
        if fuel is None or fuel.generator is None:
            what = _("generators[{n}] burns {fuel}, but today's use is not given").format(n=number, fuel=generator.fuel)
            problems.append(Problem(f"{where}.generator", what, _("the fuel burned in a year"), "36500 L/year"))
        if fuel is None or fuel.price is None:
            problems.append(
                Problem(f"{where}.price", _("is missing"), _("what a litre costs at the site"), "1.20 USD/L")
            )
    for option in site.options.generators:
        fuel = energy.fuels().get(option.fuel)
        if fuel is None or fuel.price is None:
            problems.append(
                Problem(f"energy.{option.fuel}.price", _("is missing"), _("what a litre costs"), "1.20 USD/L")
            )
    if energy.grid is not None and energy.grid.limit is None:
        problems.append(Problem("energy.grid.limit", _("is missing"), _("the most that the connection gives"), "40 kW"))
    if energy.grid is not None and energy.grid.connected and energy.grid.purchased is None:
        problems.append(Problem("energy.grid.purchased", _("is missing"), _("what is bought today"), "12000 kWh/year"))
    if energy.grid is not None and energy.grid.price is None:
        problems.append(Problem("energy.grid.price", _("is missing"), _("what a kWh costs"), "0.16 USD/kWh"))
    if site.location is None:
        problems.append(
            Problem(
                "location",
                _("is missing"),
                _("the place whose sun and air are used"),
                "{latitude: -15.8, longitude: -70.0}",
            )
        )
    if site.options.objective != "least_cost":
        goal = site.options.objective
        if site.finance.budget is None:
            what = _("is missing: {goal} without a budget has no end").format(goal=goal)
            problems.append(Problem("finance.budget", what, _("the most to invest up front"), "50000 USD"))
        if site.options.unserved_energy_price is not None and site.options.unserved_maximum is None:
            what = _("is missing: {goal} would leave everything unserved").format(goal=goal)
            if not site.is_planned_in_stages:
                problems.append(Problem("options.unserved_maximum", what, _("a limit"), "100 kWh/year"))
            else:
                # A limit is not planned over stages.
                what = _("is given: {goal} would leave everything unserved").format(goal=goal)
                problems.append(Problem("options.unserved_energy_price", what, _("none, with options.stages")))
    problems += [*_problems_of_standing_ready(site), *_problems_of_land(site), *_problems_of_benefits(site)]
    problems += _problems_of_promise(site)
    for name in ("new_solar", "new_battery"):
        if getattr(energy, name) is not None:
            what, expected = _("is what a plan has added"), _("what stands at the site")
            problems.append(Problem(f"energy.{name}", what, expected, f"energy.{name.removeprefix('new_')}"))
    if problems:
        raise InputError(list(dict.fromkeys(problems)))


def check_baseline(site: Site, load: Load) -> None:
    """Refuse a site whose equipment of today cannot carry its machines, unless unserved energy has a price."""
    if site.energy.solar is not None or site.energy.battery is not None:
        return  # hour by hour: the program says
    grid, generators = site.energy.grid, site.energy.generators
    grid_kw = np.zeros_like(load.hourly_kw)
    if grid is not None and grid.connected and grid.limit is not None:
        grid_kw = grid.limit.to("kW") * availability_of(grid)
    capacity = sum(one.rated_power.to("kW") for one in generators) + grid_kw
    may_stay_unserved = site.options.unserved_energy_price is not None
    short = (load.critical_kw if may_stay_unserved else load.hourly_kw) - capacity
    if float(np.max(short)) > 1e-9:
        text = _(
            "energy.generators  today's supply falls short of the machines by up to {short:.1f} kW, in {hours} hours of"
            " the year; give the generators' true power, or options.unserved_energy_price, for example 1 USD/kWh"
        )
        raise Infeasible(text.format(short=float(np.max(short)), hours=int((short > 1e-9).sum())))


def _problems_of_standing_ready(site: Site) -> Iterator[Problem]:
    added = [(number, machine) for number, one in enumerate(site.options.measures) for machine in one.adds]
    for number, machine in added:
        if machine.critical:
            what = _("{machine} is critical").format(machine=machine.name)
            expected = _("critical machines among those that the site has")
            yield Problem(f"options.measures.{number}.adds", what, expected, "critical: false")
    if site.options.adequacy is not None and not any(machine.critical for machine in site.energy.machines):
        expected = _("machines marked critical, for which power has to stand ready")
        yield Problem("options.adequacy", _("no machine is critical"), expected, "critical: true")
    if (
        site.options.adequacy is not None
        and site.options.adequacy.carry is not None
        and not site.options.battery.offered
    ):
        what = _("no battery is offered that could carry the critical machines")
        yield Problem("options.adequacy.carry", what, _("a battery, or no time to carry"), "battery: {offered: true}")


def _problems_of_benefits(site: Site) -> Iterator[Problem]:
    options, community = site.options, site.options.community
    works = any(one.person_days or one.yearly_person_days for one in options.rehabilitation)
    works = works or any(one.person_days or one.person_days_once for one in options.measures)
    asked = {
        "options.objective": options.objective == "most_jobs",
        "options.person_days_target": options.person_days_target,
    }
    for where, given in asked.items():
        if given and not works:
            what = _("no way of rehabilitation and no measure states its person-days")
            yield Problem(where, what, _("person_days on what gives work"), "person_days: 120 day/ha")
    if community is not None and community.price is not None and community.price.to("USD/kWh") > 0.0:
        where, example = "options.community.price", "price: 0 USD/kWh"
        if site.energy.grid is not None:
            what = _("beside a grid, surplus power cannot be planned for sale to neighbours yet")
            yield Problem(where, what, _("no price: it is given away, and told; or energy.grid.export_price"), example)
        elif not options.solar.offered and site.energy.solar is None:
            yield Problem(where, _("there is no solar power to sell"), _("a solar array, standing or offered"), example)


def _problems_of_promise(site: Site) -> Iterator[Problem]:
    """Yield what keeps a target of energy for a community from being met by any plan."""
    community, where = site.options.community, "options.community.target"
    target = community.target.to("kWh/year") if community is not None and community.target is not None else 0.0
    if target <= 0.0:
        return
    most = float(community_kw(site).sum())
    if target > most * (1.0 + 1e-9):
        what = _("is {target:,.0f} kWh a year, and they would take {most:,.0f}").format(target=target, most=most)
        expected = _("no more than the demand takes in a year")
        yield Problem(where, what, expected, f"target: {0.5 * most:.0f} kWh/year")
    if not site.options.solar.offered and site.energy.solar is None:
        example = "solar: {offered: true}"
        yield Problem(where, _("there is no solar power to give"), _("a solar array, standing or offered"), example)


def _problems_of_land(site: Site) -> Iterator[Problem]:
    ways, example = site.options.rehabilitation, "rehabilitation: [{method: planting, land: tailings, ...}]"
    asked = (
        ("land.obligation", site.land.obligation),
        ("options.rehabilitation_target", site.options.rehabilitation_target),
        ("options.removals_target", site.options.removals_target),
    )
    for where, given in asked:
        if given is not None and not ways:
            what = _("no way of rehabilitation is offered")
            yield Problem(where, what, _("options.rehabilitation with what there is to choose from"), example)
    disturbed = sorted({one.land for one in site.land.disturbed})
    for number, one in enumerate(ways):
        if one.land not in disturbed:
            what = _("the site has no disturbed land of the class {land}").format(land=one.land)
            expected = _("one of {names}").format(names=", ".join(disturbed) or _("the classes under land.disturbed"))
            yield Problem(f"options.rehabilitation.{number}.land", what, expected, "land: tailings")
