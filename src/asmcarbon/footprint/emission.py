"""A mass of gas that land gives off or takes up in a year, as the rooms of land give it to the calculator."""

from msgspec import Struct

from asmcarbon.footprint.derivation import Input, Node, Step, carbon_to_co2, derived
from asmcarbon.footprint.equations import gas_emission
from asmcarbon.site.land import Pool
from asmcarbon.units import unit_of


class Emission(Struct, frozen=True):
    """One gas of one thing that was done to land.

    mass    of the gas in a year, and how it is computed
    label   in words
    row     of the tables that it rests on, or None for the site's own figures
    pools   of carbon that it comes from or goes to
    notes   what a reader has to know of it
    """

    gas: str
    mass: Step
    label: str
    row: Input | None = None
    pools: tuple[Pool, ...] = ()
    notes: tuple[str, ...] = ()


def gas_of(gas: str, activity: Node, factor: Input) -> Step:
    """Return the mass of a gas that an activity gives off."""
    return derived(gas_emission, unit_of(f"kg{gas}/year"), activity=activity, emission_factor=factor)


def co2_of(carbon: Node) -> Step:
    """Return carbon as the carbon dioxide that it becomes, or is taken from."""
    return gas_of("CO2", carbon, carbon_to_co2())
