"""The charts of a plan's money: what it costs and saves each year, and what is due to lenders."""

from typing import Any

from asmcarbon.messages import _
from asmcarbon.reports.financing import financed_cash_cells
from asmcarbon.reports.page.drawing import INK, Chart, drawn, filled
from asmcarbon.reports.rows import Row
from asmcarbon.reports.stages import cash_cells

_THOUSAND = 1000.0


def cash_chart(report: Row) -> Chart:
    """Return what a plan costs and saves each year, and when it is paid back, before any product pays."""
    years = [one["year"] for one in report["cash_flow"]]
    savings = [one["saving"] for one in report["cash_flow"]]
    title = _("Money each year beside going on as today, thousand USD")
    if any(one is None for one in savings):
        savings = [-one["cost"] for one in report["cash_flow"]]
        title = _("Money each year, thousand USD")
    sums: list[float] = []
    for saving in savings:
        sums.append((sums[-1] if sums else 0.0) + saving)
    back = next((year for year, total in zip(years, sums, strict=True) if year and total >= 0), None)
    says = (
        _("After {year} years more is saved than was spent.").format(year=back)
        if back is not None
        else _("What is spent is not saved again within {years} years.").format(years=years[-1])
    )

    def draw(axes: Any) -> None:
        values = [value / _THOUSAND for value in savings]
        fills = ["green" if value >= 0 else "vermilion" for value in values]
        for year, value, fill in zip(years, values, fills, strict=True):
            axes.bar(year, value, 0.7, **filled(fill))
        axes.step(years, [one / _THOUSAND for one in sums], where="mid", color=INK, linewidth=1.4, label=_("added up"))
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.set_xlabel(_("end of year"))
        axes.set_ylabel(_("thousand USD"))
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(visible=False, axis="x")
        axes.legend(fontsize=8, loc="best")

    rows = cash_cells(report)
    return Chart("cash", title, says, rows, drawn("cash", title, says, 2.6, draw))


def financed_chart(financing: Row) -> Chart:
    """Return what is saved and earned, and what is due, each year, and by how much debt is covered."""
    years = financing["years"]
    title = _("Saved, earned and due each year, thousand USD; debt cover below")
    cover = financing["least_debt_cover"]
    says = (
        _("There is no debt.") if cover is None else _("Debt is covered at least {value:,.2f} times, in year {year}.")
    )
    says = says.format(**(cover or {}))
    covered = [(one["year"], one["debt_cover"]) for one in years if one["debt_cover"] is not None]

    def draw(axes: Any) -> None:
        top, below = axes if covered else (axes, None)
        numbers = [one["year"] for one in years]
        gained = [((one["saving"] or 0.0) + one["income"] - one["up_front"]) / _THOUSAND for one in years]
        due = [one["debt_service"] / _THOUSAND for one in years]
        top.bar([n - 0.2 for n in numbers], gained, 0.4, label=_("saved and earned"), **filled("green"))
        top.bar([n + 0.2 for n in numbers], due, 0.4, label=_("due to lenders"), **filled("vermilion"))
        top.axhline(0, color=INK, linewidth=0.8)
        top.set_ylabel(_("thousand USD"))
        top.grid(visible=False, axis="x")
        top.figure.legend(loc="outside upper center", ncols=2, fontsize=8)
        if below is not None:
            below.plot(*zip(*covered, strict=True), "o", color=INK, markersize=4)
            below.axhline(1.0, color="#d55e00", linewidth=1.4)
            below.annotate(
                _("1: just paid"), (numbers[-1], 1.0), xytext=(0, 3), textcoords="offset points", ha="right", fontsize=8
            )
            below.set_ylim(0, 1.15 * max(value for _year, value in covered))
            below.set_ylabel(_("debt cover"))
        (below or top).set_xlabel(_("end of year"))
        (below or top).xaxis.get_major_locator().set_params(integer=True)

    panels = 2 if covered else 1
    svg = drawn("financed", title, says, 3.6 if covered else 2.4, draw, panels)
    return Chart("financed", title, says, financed_cash_cells(financing), svg)
