"""The charts of a site's electricity: where it comes from in a year, and hour by hour in a usual week."""

from typing import Any

from asmcarbon.messages import _
from asmcarbon.reports.page.drawing import INK, Chart, drawn, filled
from asmcarbon.reports.plan_text import supply_cells
from asmcarbon.reports.rows import Row
from asmcarbon.reports.stages import year_cells
from asmcarbon.reports.terminal import Cells, money

_SUPPLY = (("solar", "orange"), ("generators", "blue"), ("grid", "sky"), ("unserved", "vermilion"))
_KWH_PER_MWH = 1000.0


def supply_chart(report: Row) -> Chart | None:
    """Return where the electricity of a plan of one year comes from, beside today."""
    supplies = [(_("today"), report["supply_kwh"]["today"]), (_("plan"), report["supply_kwh"]["plan"])]
    if not any(supply[key] for _name, supply in supplies for key, _fill in _SUPPLY):
        return None
    return _supply("supply", supplies, supply_cells(report))


def stage_supply_chart(report: Row) -> Chart | None:
    """Return where electricity comes from in each stage, beside today."""
    supplies = [(_("today"), report["today"]["supply_kwh"])]
    supplies += [(str(stage["year"]), stage["supply_kwh"]) for stage in report["stages"]]
    if not any(supply[key] for _name, supply in supplies for key, _fill in _SUPPLY):
        return None
    return _supply("supply", supplies, year_cells(report))


def _supply(name: str, supplies: list[tuple[str, Row]], cells: Cells) -> Chart:
    names = {
        "solar": _("solar"), "generators": _("generators"), "grid": _("grid"), "unserved": _("not served")
    }  # fmt: skip
    title = _("Where electricity comes from, MWh a year")
    last = supplies[-1][1]
    whole = sum(last[key] for key, _fill in _SUPPLY)
    says = _("In the end {share:.0%} comes from the sun.").format(share=last["solar"] / whole if whole else 0.0)

    def draw(axes: Any) -> None:
        places = range(len(supplies))
        bottom = [0.0] * len(supplies)
        for key, fill in _SUPPLY:
            values = [supply[key] / _KWH_PER_MWH for _name, supply in supplies]
            if any(value > 0 for value in values):
                axes.bar(places, values, 0.6, bottom, label=names[key], **filled(fill))
                bottom = [one + more for one, more in zip(bottom, values, strict=True)]
        axes.set_xticks(places, [label for label, _row in supplies])
        axes.set_ylabel(_("MWh a year"))
        axes.set_ylim(0, 1.05 * max(bottom))
        axes.grid(visible=False, axis="x")
        axes.figure.legend(loc="outside upper center", ncols=4, fontsize=8)

    return Chart(name, title, says, cells, drawn(name, title, says, 2.6, draw))


def week_chart(report: Row) -> Chart | None:
    """Return how the plan serves the load in a usual week, hour by hour."""
    week = report["week"]
    if week is None:
        return None
    title = _("A usual week, kW: the one from day {day} of the year").format(day=week["first_day"])
    names = {
        "solar": _("solar, used at once"), "discharge": _("from the battery"), "generators": _("generators"),
        "grid": _("grid"), "unserved": _("not served"),
    }  # fmt: skip
    fills = {"solar": "orange", "discharge": "green", "generators": "blue", "grid": "sky", "unserved": "vermilion"}
    there = [key for key in names if max(week[key]) > 1e-6]
    shares = {key: sum(week[key]) / sum(week["load"]) for key in there}
    says = _("In this week {parts}.").format(
        parts=", ".join(_("{share:.0%} {name}").format(share=shares[key], name=names[key]) for key in there)
    )

    def draw(axes: Any) -> None:
        hours = [hour / 24 for hour in range(len(week["load"]))]
        bottom = [0.0] * len(hours)
        for key in there:
            top = [one + more for one, more in zip(bottom, week[key], strict=True)]
            style = {**filled(fills[key]), "linewidth": 0.0}
            axes.fill_between(hours, bottom, top, step="post", label=names[key], **style)
            bottom = top
        axes.step(hours, week["load"], where="post", color=INK, linewidth=1.0, label=_("load"))
        axes.set_xticks(range(8))
        axes.set_xlim(0, 7)
        axes.set_ylim(0, 1.05 * max([*bottom, *week["load"]]))
        axes.set_xlabel(_("day of the week shown"))
        axes.set_ylabel("kW")
        axes.figure.legend(loc="outside upper center", ncols=3, fontsize=8)

    days = [[_("day"), _("load, kWh"), *(f"{names[key]}, kWh" for key in there)]]
    for day in range(7):
        hours = slice(24 * day, 24 * day + 24)
        days.append([str(day + 1), *(money(sum(week[key][hours])) for key in ("load", *there))])
    cells = Cells(days, range(1, len(there) + 2))
    return Chart("week", title, says, cells, drawn("week", title, says, 2.9, draw))
