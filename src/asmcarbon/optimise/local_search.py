"""Sizes improved on what their year costs with generators on and off, which no line of a linear program shows."""

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.solve import Solution

# Shares by which sizes are changed, one after the other, and how many years are tried at most.
_STEPS = (0.12, 0.06, 0.03)
MOST_TRIALS = 7
Sizes = tuple[float, float, float]

# Directions in which solar kW, battery kWh and inverter kW are changed, the likeliest gain first.
_DIRECTIONS: tuple[Sizes, ...] = ((0, 1, 1), (0, 1, 0), (0, 0, 1), (1, 1, 1), (1, 0, 0))


def improved(
    parameters: Parameters, solution: Solution, first: float, worth: Callable[[Solution], float | None]
) -> tuple[Solution, float]:
    """Return a solution at sizes whose on/off year is worth less, and by how much; at the same where none was found.

    worth  annual cost, or emissions, of a solution dispatched on and off; None where that breaks a limit
    first  that of this solution

    A pattern search: a step that pays is taken again, and where none pays it is halved. Whole decisions stay.
    """
    best, tried = first, {sizes_of(solution)}
    for step in _STEPS:
        pays = True
        while pays:
            pays = False
            for sizes in _neighbours(parameters, solution, step):
                if sizes in tried:
                    continue
                if len(tried) > MOST_TRIALS:
                    return solution, first - best
                tried.add(sizes)
                trial = resized(parameters, solution, sizes)
                cost = worth(trial)
                if cost is not None and cost < best:
                    solution, best, pays = trial, cost, True
                    break
    return solution, first - best


def _neighbours(parameters: Parameters, solution: Solution, step: float) -> Iterator[Sizes]:
    """Yield the sizes around those of a solution that every limit on sizes allows."""
    here = sizes_of(solution)
    for direction in _DIRECTIONS:
        for way in (step, -step):
            changed = [size * (1.0 + way * on) for size, on in zip(here, direction, strict=True)]
            sizes = in_kits(parameters, here, changed)
            if sizes != here and is_allowed(parameters, resized(parameters, solution, sizes)):
                yield sizes


def sizes_of(solution: Solution) -> Sizes:
    """Return kW of panels, kWh and kW of the battery."""
    return solution.solar_kw, solution.storage_kwh, solution.storage_kw


def in_kits(parameters: Parameters, here: Sizes, changed: list[float]) -> Sizes:
    """Return changed sizes as whole kits where they are sold in kits: at least one more, or one less."""
    solar, storage = parameters.solar, parameters.storage
    kits = (solar and solar.kit_kw, storage and storage.kit_kwh, storage and storage.kit_kw)
    sizes: list[float] = []
    for before, after, kit in zip(here, changed, kits, strict=True):
        if kit is None or after == before:
            sizes.append(after)
            continue
        count = max(1, round(abs(after - before) / kit))
        sizes.append(max(before + kit * (count if after > before else -count), 0.0))
    return sizes[0], sizes[1], sizes[2]


def resized(parameters: Parameters, solution: Solution, sizes: Sizes) -> Solution:
    """Return a solution at other sizes, at what they cost; its hours are those of the sizes before."""
    solar, storage = parameters.solar, parameters.storage
    solar_kw, storage_kwh, storage_kw = sizes
    more = (solar_kw - solution.solar_kw, storage_kwh - solution.storage_kwh, storage_kw - solution.storage_kw)
    annual, capital, embodied = [0.0] * 3, [0.0] * 3, [0.0] * 3
    if solar is not None:
        annual[0], capital[0] = solar.annual_cost_per_kw, solar.capital_cost_per_kw
        embodied[0] = solar.embodied_kgco2e_per_kw_year
    if storage is not None:
        annual[1:] = [storage.energy_annual_cost_per_kwh, storage.power_annual_cost_per_kw]
        capital[1:] = [storage.energy_capital_cost_per_kwh, storage.power_capital_cost_per_kw]
        embodied[1] = storage.embodied_kgco2e_per_kwh_year

    def added(costs: list[float]) -> float:
        return sum(cost * extra for cost, extra in zip(costs, more, strict=True))

    return replace(
        solution,
        annual_cost=solution.annual_cost + added(annual),
        capital_cost=solution.capital_cost + added(capital),
        embodied_kgco2e=solution.embodied_kgco2e + added(embodied),
        solar_kw=solar_kw,
        storage_kwh=storage_kwh,
        storage_kw=storage_kw,
        solar_available_kw=(
            (solar_kw + solar.standing_kw) * solar.capacity_factor if solar is not None else solution.solar_available_kw
        ),
    )


def is_allowed(parameters: Parameters, solution: Solution) -> bool:
    """Whether the sizes keep their limits, the budget, and what must stand ready."""
    solar, storage, adequacy = parameters.solar, parameters.storage, parameters.adequacy
    offers = [(solar, "maximum_kw", solution.solar_kw), (storage, "maximum_kwh", solution.storage_kwh)]
    offers += [(storage, "maximum_kw", solution.storage_kw)]
    for offer, name, size in offers:
        most = getattr(offer, name) if offer is not None else None
        if most is not None and size > most:
            return False
    if parameters.budget is not None and solution.capital_cost > parameters.budget:
        return False
    if adequacy is None:
        return True
    grid = parameters.grid
    ready_kw = solution.battery_kw + sum(
        units * one.rated_kw for units, one in zip(solution.generator_units, parameters.generators, strict=True)
    )
    ready_kw += grid.limit_kw if grid is not None and grid.is_firm and solution.is_connected else 0.0
    carried_kwh = 0.0
    if storage is not None:
        carried_kwh = (1.0 - storage.minimum_state) * solution.battery_kwh * storage.discharge_efficiency
    carries = adequacy.carried_kwh <= carried_kwh and (
        adequacy.carried_kwh == 0.0 or solution.battery_kw >= adequacy.critical_peak_kw
    )
    return ready_kw >= adequacy.required_kw and carries
