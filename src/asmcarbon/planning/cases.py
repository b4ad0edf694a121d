"""One way in which a site's year may turn out, prepared for the optimiser, and what a plan comes to in it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from asmcarbon.energy.load import Load, load_of
from asmcarbon.energy.sun import Sun, brightened
from asmcarbon.errors import Infeasible, InputError
from asmcarbon.factors.tables import FactorTables
from asmcarbon.finance.cashflow import CashFlow, cashflow_of
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.optimise.assets import Assets, assets_of
from asmcarbon.optimise.coefficients import Coefficients, coefficients_of
from asmcarbon.optimise.derating import derated
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.plan import Plan, Year, idle_year, plan_of
from asmcarbon.optimise.site_checks import check_baseline
from asmcarbon.optimise.site_measures import measure_problems, others_of
from asmcarbon.optimise.site_parameters import parameters_of
from asmcarbon.optimise.solve import Solution
from asmcarbon.planning.apply import apply
from asmcarbon.planning.audit import audit
from asmcarbon.planning.prepare import sun_at, today_of, year_today
from asmcarbon.planning.uncertain import SUN, Uncertain, priced, varied
from asmcarbon.site.energy import FuelName
from asmcarbon.site.site import Site


class Case(Struct, frozen=True, eq=False):
    """A site's year as it may turn out.

    factors     what each input is multiplied by; one that is not named is as the site states it
    seed        of the days of sun and outages; None: the site's own
    stated      the site by then, and `site`, the same with generators rated for the place
    today       the year of today's equipment; None where it could not carry the load
    """

    factors: Mapping[str, float]
    seed: int | None
    stated: Site
    site: Site
    load: Load
    sun: Sun
    assets: Assets
    coefficients: Coefficients
    before: Footprint
    parameters: Parameters
    today: Year | None


class Outcome(Struct, frozen=True, eq=False):
    """What a plan comes to in a case; it has passed its audit."""

    case: Case
    solution: Solution
    plan: Plan
    after: Footprint
    cashflow: CashFlow

    @property
    def net_present_value(self) -> float | None:
        """Against going on as today in the same case; None where today's equipment could not."""
        return None if self.case.today is None else self.cashflow.net_present_value

    @property
    def payback_years(self) -> float | None:
        """Years after which savings have repaid what was paid up front; None where they never do, or none are known."""
        return None if self.case.today is None else self.plan.payback_years


class Cases:
    """The cases of one site: each is prepared once, and what cases share is worked out once."""

    def __init__(self, site: Site, tables: FactorTables, inputs: Sequence[Uncertain], folder: Path | None) -> None:
        """Work out the site as it is stated: its year of today, and the factor by which that meets the reported fuel.

        InputError or Infeasible where the site lacks what a plan needs.
        """
        self.tables, self.inputs, self.folder = tables, inputs, folder
        self._suns: dict[int | None, Sun] = {}
        self._todays: dict[tuple[object, ...], Year | None] = {}
        self.fuel_scale: dict[FuelName, float] = {}
        self.stated = site
        rated, _taken, self.derating_notes = derated(site, self._sun(None, 1.0), tables)
        load = load_of(rated.energy.machines)
        check_baseline(rated, load)
        before = calculate(activities_of(rated), rated, tables)
        if problems := measure_problems(rated, before):
            raise InputError(problems)
        self.assets = assets_of(rated, tables)
        coefficients = coefficients_of(rated, self.assets, tables)
        today, self.fuel_scale = today_of(rated, load, self._sun(None, 1.0), self.assets, coefficients)
        self._todays[self.today_key({}, None)] = today
        self.middle = self.case({}, None)

    def case(self, factors: Mapping[str, float], seed: int | None) -> Case:
        """Return the site's year with its inputs multiplied by factors, and days of another seed."""
        stated = (
            varied(priced(self.stated, self.assets), self.inputs, factors, seed) if factors or seed else self.stated
        )
        sun = self._sun(seed, factors.get(SUN, 1.0))
        site = derated(stated, sun, self.tables)[0]
        load = load_of(site.energy.machines)
        assets = assets_of(site, self.tables)
        coefficients = coefficients_of(site, assets, self.tables)
        before = calculate(activities_of(site), site, self.tables)
        key = self.today_key(factors, seed)
        if key not in self._todays:
            self._todays[key] = self._today(site, load, sun, assets, coefficients)
        parameters = parameters_of(site, load, sun, assets, coefficients, self.fuel_scale, before)
        return Case(
            factors, seed, stated, site, load, sun, assets, coefficients, before, parameters, self._todays[key]
        )  # fmt: skip

    def outcome(self, case: Case, solution: Solution) -> Outcome:
        """Return what a solved year of a case comes to, once calculator and cash flow agree with it."""
        site = case.site
        today = case.today if case.today is not None else idle_year(site)
        plan = plan_of(
            site, case.assets, others_of(site, case.before), case.parameters, solution, today, self.fuel_scale
        )
        applied = apply(plan, case.stated)
        after = calculate(activities_of(applied), applied, self.tables)
        cashflow = cashflow_of(plan)
        audit(plan, case.stated, case.before, after, cashflow, case.coefficients)
        return Outcome(case, solution, plan, after, cashflow)

    def _today(
        self, site: Site, load: Load, sun: Sun, assets: Assets, coefficients: Coefficients
    ) -> Year | None:  # fmt: skip
        if load.annual_kwh == 0:
            return idle_year(site)
        try:
            check_baseline(site, load)
            return year_today(site, load, sun, assets, coefficients, self.fuel_scale)
        except Infeasible:
            return None

    def today_key(self, factors: Mapping[str, float], seed: int | None) -> tuple[object, ...]:
        """Return what today's year depends on: not on prices of what is built, nor on a sun that falls on no array."""
        energy = self.stated.energy
        moving = [one.key for one in self.inputs if not one.is_capital and (one.key != SUN or energy.solar is not None)]
        has_outages = energy.grid is not None and energy.grid.outages is not None
        days = seed if energy.solar is not None or has_outages else None
        return (*(factors.get(key, 1.0) for key in moving), days)

    def _sun(self, seed: int | None, share: float) -> Sun:
        if seed not in self._suns:
            self._suns[seed] = sun_at(varied(self.stated, (), {}, seed), self.folder)
        location, losses = self.stated.location, self.stated.options.solar.losses
        assert location is not None
        panels = {} if losses is None else {"losses": losses.to("1")}
        return brightened(self._suns[seed], share, location.latitude, location.longitude, **panels)
