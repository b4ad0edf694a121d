"""Machines to an hourly load, by hand; the machines of two examples."""

import numpy as np
import pytest

from asmcarbon.energy.load import load_of, running_power_kw, window_share, working_days
from asmcarbon.site.energy import Machine


def machine(
    power: float,
    hours: float,
    load: float = 100,
    days: str = "300 day/year",
    window: str = "00:00-24:00",
    count: int = 1,
) -> Machine:
    return Machine(
        name="machine", rated_power=f"{power} kW", hours=f"{hours} h/day", load_factor=f"{load} %", days=days,
        window=window, count=count,
    )  # fmt: skip


ANDES = [
    machine(7.5, 4, 70), machine(15, 12, 75), machine(30, 6, 70), machine(4, 12, 80), machine(3, 8, 80),
    machine(2, 12, days="365 day/year"),
]  # fmt: skip
GEITA = [machine(power, hours, 70, "250 day/year") for power, hours in [(22, 10), (15, 5), (15, 6), (5.5, 6), (4, 8)]]


def test_the_andean_machines_use_what_the_site_sheet_says() -> None:
    # 300 x (7.5x4x.7 + 15x12x.75 + 30x6x.7 + 4x12x.8 + 3x8x.8) + 365 x 2x12 = 300 x 339.6 + 8760 = 110,640
    assert load_of(ANDES).annual_kwh == pytest.approx(110_640, rel=1e-12)  # by hand


def test_the_milling_centre_uses_what_the_site_sheet_says() -> None:
    # 250 x 0.7 x (220 + 75 + 90 + 33 + 32) = 78,750
    assert load_of(GEITA).annual_kwh == pytest.approx(78_750, rel=1e-12)  # by hand


def test_the_peak_is_every_machine_at_once() -> None:
    assert load_of(ANDES).peak_kw == pytest.approx(7.5 * 0.7 + 15 * 0.75 + 30 * 0.7 + 4 * 0.8 + 3 * 0.8 + 2, rel=1e-12)
    apart = [machine(10, 4, window="00:00-04:00"), machine(7, 4, window="12:00-16:00")]
    assert load_of(apart).peak_kw == 10


def test_no_machines_are_no_load() -> None:
    load = load_of([])
    assert load.hourly_kw.shape == (8760,)
    assert (load.annual_kwh, load.peak_kw) == (0.0, 0.0)


def test_the_energy_falls_inside_the_window() -> None:
    day = load_of([machine(10, 4, days="365 day/year", window="08:00-12:00")]).hourly_kw[:24]
    assert day.tolist() == [0.0] * 8 + [10.0] * 4 + [0.0] * 12


def test_fewer_hours_than_the_window_are_spread_over_it() -> None:
    day = load_of([machine(10, 3, days="365 day/year", window="06:00-18:00")]).hourly_kw[:24]
    assert day[6:18] == pytest.approx([10 * 3 / 12] * 12)
    assert day.sum() == pytest.approx(30)


def test_a_window_may_pass_midnight() -> None:
    day = load_of([machine(10, 6, days="365 day/year", window="22:00-04:00")]).hourly_kw[:24]
    assert day.tolist() == [10.0] * 4 + [0.0] * 18 + [10.0] * 2


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [(6, 18, 12), (22, 4, 6), (0, 24, 24), (22.5, 1, 2.5), (6, 6, 24), (12.25, 12.75, 0.5), (23, 0, 1), (8.5, 8, 23.5)],
)
def test_a_window_is_as_long_as_it_says(start: float, end: float, hours: float) -> None:
    share = window_share(start, end)
    assert share.sum() == pytest.approx(hours, rel=1e-12)
    assert 0 <= share.min() <= share.max() <= 1


@pytest.mark.parametrize("days", [1, 100, 250, 300, 364, 365])
def test_working_days_are_whole_and_spread_evenly(days: int) -> None:
    works = working_days(days)
    assert works.sum() == days
    assert set(works) <= {0.0, 1.0}
    gaps = np.diff(np.flatnonzero(works))
    assert gaps.size == 0 or gaps.max() - gaps.min() <= 1


@pytest.mark.parametrize("days", [0.5, 260.04, 300.5, 312.86, 364.5])  # 260.04: 21.67 days a month, a common average
def test_a_part_of_a_day_is_never_more_than_a_day(days: float) -> None:
    works = working_days(days)
    assert works.sum() == pytest.approx(days, rel=1e-12)
    assert works.max() <= 1


def test_three_hundred_days_have_three_hundred_loaded_days() -> None:
    by_day = load_of([machine(10, 5)]).hourly_kw.reshape(365, 24).sum(axis=1)
    assert np.count_nonzero(by_day) == 300
    assert by_day[by_day > 0] == pytest.approx([50.0] * 300)


def test_no_hour_exceeds_what_the_machines_can_draw() -> None:
    load = load_of([machine(10, 24, days="300.5 day/year"), machine(5, 12, window="20:00-08:00")])
    assert load.hourly_kw.max() <= 15 + 1e-9
    assert load.peak_kw == pytest.approx(15)


def test_several_machines_of_a_kind_draw_their_sum() -> None:
    assert running_power_kw(machine(5, 1, 80, count=3)) == pytest.approx(12)
    assert running_power_kw(Machine(name="m", rated_power="1 hp", hours="1 h/day", days="1 day/year")) == pytest.approx(
        0.7456999
    )
