"""Drained peat, which loses carbon year after year; and mineral soil, which loses it once."""

from asmcarbon.factors.choose import choose
from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.activities import Activity
from asmcarbon.footprint.derivation import Input, Node, convention, derived, factor_input, of_carbon, site_input
from asmcarbon.footprint.emission import Emission, co2_of
from asmcarbon.footprint.equations import area_opened, drained_carbon, land_carbon_lost
from asmcarbon.messages import _
from asmcarbon.site.land import OnPeat, Opened, Soil
from asmcarbon.site.site import Site
from asmcarbon.units import unit_of


def peat_emission(activity: Activity, land: OnPeat, site: Site, tables: FactorTables) -> Emission:
    """Return what drained peat loses in the year. IPCC 2006 Guidelines, vol. 4, ch. 2, equation 2.26.

    Land opened in the year counts as drained for the whole of it.
    """
    area: Node = site_input(f"{activity.source}.area", "area", activity.amount)
    label = activity.label
    if isinstance(land, Opened):
        label = _("{name}, peat drained").format(name=label)
        year = convention("drained", 1.0, "year", _("counted as drained for the whole year in which it was opened"))
        area = derived(area_opened, unit_of("ha"), area=area, time=year)
    row: Input | None = None
    if land.peat_loss is not None:
        loss = site_input(f"{activity.source}.peat_loss", "carbon_loss", land.peat_loss)
    else:
        factor = choose(tables, activity.item, site.country, site.year, None, "carbon").factor
        loss = row = of_carbon(factor_input(factor, "carbon_loss", tables))
    carbon = derived(drained_carbon, unit_of("tC/year"), area=area, carbon_loss=loss)
    left_out = _("carbon on the site alone: what water carries off, methane of ditches and nitrous oxide are left out")
    return Emission("CO2", co2_of(carbon), label, row, ("soil",), (left_out,))


def soil_emission(activity: Activity, soil: Soil, site: Site, tables: FactorTables) -> Emission:
    """Return what mineral soil loses, by its reference stock. IPCC 2006 Guidelines, vol. 4, ch. 2, equation 2.25.

    In the year in which it is dug, as every other pool: the equation spreads a change of use over 20 years.
    """
    factor = choose(tables, activity.item, site.country, site.year, None, "carbon").factor
    row = of_carbon(factor_input(factor, "carbon_before", tables))
    carbon = derived(
        land_carbon_lost,
        unit_of("tC/year"),
        area=site_input(f"{activity.source}.area", "area", activity.amount),
        affected_share=site_input(f"{activity.source}.soil.lost", "affected_share", soil.lost),
        carbon_before=row,
        carbon_after=convention("soil.carbon_after", 0.0, "tC/ha", _("of the share that is lost, nothing is left")),
    )
    label = _("{name} opened (soil)").format(name=activity.label)
    note = _("to 30 cm, in full in the year: the IPCC's default spreads it over 20 years")
    return Emission("CO2", co2_of(carbon), label, row, ("soil",), (note,))
