"""What stands ready in each hour of a year that was planned with foresight."""

import numpy as np

from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.solve import Solution


def short_hours(parameters: Parameters, solution: Solution) -> int | None:
    """Return the hours in which less stands ready than a share of the load and of the sun; None: nothing is asked.

    What stands ready: the room of generators that run, of the grid while it gives power, and of the battery within its
    power and what it holds above its minimum.
    """
    asked, storage, grid = parameters.adequacy, parameters.storage, parameters.grid
    if asked is None or asked.hourly_load + asked.hourly_solar == 0.0:
        return None
    needed_kw = asked.hourly_load * solution.load_kw + asked.hourly_solar * solution.solar_used_kw
    ready_kw = np.zeros(len(solution.load_kw))
    for one, output_kw in zip(parameters.generators, solution.generators_kw, strict=True):
        ready_kw += one.rated_kw * np.ceil(output_kw / one.rated_kw - 1e-9) - output_kw if one.rated_kw > 0 else 0.0
    if grid is not None and solution.is_connected:
        ready_kw += grid.limit_kw * grid.availability - solution.grid_kw
    if storage is not None:
        spare_kwh = solution.stored_kwh - storage.minimum_state * solution.battery_kwh
        room_kw = solution.battery_kw - solution.discharge_kw + solution.charge_kw
        ready_kw += np.minimum(room_kw, spare_kwh * storage.discharge_efficiency)
    return int((ready_kw < needed_kw - 1e-6).sum())
