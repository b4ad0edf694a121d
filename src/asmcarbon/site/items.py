"""Items of tables that people fill in, one figure a row, and where in a site each stands."""

from typing import get_args

from asmcarbon.site.energy import USES
from asmcarbon.site.processing import Mineral

Path = tuple[str, ...]

_FUELS = ("diesel", "petrol")

# What adds up over a year, receipt by receipt, and the unit that its sum is told in.
FLOWS: dict[str, tuple[Path, str]] = {
    **{f"{fuel}.{use}": (("energy", fuel, use), "L") for fuel in _FUELS for use in USES},
    "electricity": (("energy", "grid", "purchased"), "kWh"),
    "anfo": (("explosives", "anfo"), "kg"),
    "ore": (("processing", "ore"), "t"),
    **{metal: (("processing", "products", metal), "kg") for metal in get_args(Mineral)},
    "mercury": (("processing", "mercury"), "kg"),
    "water": (("processing", "water"), "m3"),
}

ITEMS: dict[str, Path] = {
    **{name: path for name, (path, _unit) in FLOWS.items()},
    **{f"{fuel}.{name}": ("energy", fuel, name) for fuel in _FUELS for name in ("density", "net_calorific_value")},
    "workers": ("people", "workers"),
    "women": ("people", "women"),
    "hours": ("people", "hours"),
}
