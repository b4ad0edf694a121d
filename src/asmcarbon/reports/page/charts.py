"""The charts of what a site emits: its sources, beside large-scale mining, and what a plan makes of it.

Each has what it shows in a sentence, and its figures as a table.
"""

from collections.abc import Sequence
from typing import Any

from asmcarbon.messages import _
from asmcarbon.reports.footprint_text import comparison_cells
from asmcarbon.reports.page.drawing import INK, Chart, drawn, filled, shortened
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import Cells, source_cells, told

_SCOPES = {1: "blue", 2: "orange", 3: "sky"}


def sources_chart(footprint: Row) -> Chart | None:
    """Return what each source emits, with its interval."""
    rows = footprint["sources"]
    if not rows:
        return None
    ranked = sorted(rows, key=lambda one: one["co2e"]["value"])
    title = _("What emits, tCO2e a year")
    first = ranked[-1]
    whole = sum(one["co2e"]["value"] for one in rows)
    says = _("{source} emits most: {value} tCO2e a year, {share:.0%} of all.").format(
        source=first["label"],
        value=told(first["co2e"]["value"]),
        share=first["co2e"]["value"] / whole if whole else 0.0,
    )

    def draw(axes: Any) -> None:
        labels = [shortened(one["label"]) for one in ranked]
        for place, one in enumerate(ranked):
            value = one["co2e"]["value"]
            axes.barh(place, value, height=0.7, **filled(_SCOPES[one["scope"]]))
            end = value
            if one["relative_percent"]:
                half = value * min(one["relative_percent"], 100.0) / 100
                axes.errorbar(value, place, xerr=half, color=INK, capsize=2.5, linewidth=1.0)
                end = value + half
            axes.annotate(told(value), (end, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8)
        axes.set_yticks(range(len(labels)), labels)
        axes.set_xlim(0, None)
        axes.margins(x=0.18)
        has_range = any(one["relative_percent"] for one in rows)
        axes.set_xlabel(_("tCO2e a year, and its 95 % interval") if has_range else _("tCO2e a year"))
        axes.grid(visible=False, axis="y")
        _scope_legend(axes, sorted({one["scope"] for one in rows}))

    return Chart(
        "sources", title, says, source_cells(footprint), drawn("sources", title, says, 0.9 + 0.3 * len(rows), draw)
    )


def _scope_legend(axes: Any, scopes: Sequence[int]) -> None:
    from matplotlib.patches import Patch

    handles = [Patch(label=_("scope {n}").format(n=scope), **filled(_SCOPES[scope])) for scope in scopes]
    axes.legend(handles=handles, loc="lower right", fontsize=8)


def by_unit(comparisons: Sequence[Row]) -> dict[str, list[Row]]:
    """Return comparisons by what they are told in."""
    found: dict[str, list[Row]] = {}
    for one in comparisons:
        found.setdefault(one["site"]["unit"], []).append(one)
    return found


def comparison_charts(footprint: Row) -> list[Chart]:
    """Return a site beside large-scale mining: a chart for each thing that both are told over."""
    charts: list[Chart] = []
    for number, (unit, rows) in enumerate(by_unit(footprint["comparisons"]).items()):
        site = rows[0]["site"]["value"]
        title = _("Beside large-scale mining, {unit}").format(unit=unit)
        ratios = [one["ratio"] for one in rows]
        says = _("This site emits {value} {unit}, scopes 1+2: {low} to {high} times what large-scale mines do.")
        if len(rows) == 1:
            says = _("This site emits {value} {unit}, scopes 1+2: {low} times what large-scale mines do.")
        says = says.format(value=told(site), unit=unit, low=told(min(ratios), 2), high=told(max(ratios), 2))
        bars = [(_("this site"), site, "blue")]
        bars += [(one["benchmark"], one["large_scale"]["value"], "grey") for one in rows]

        def draw(axes: Any, bars: list[tuple[str, float, str]] = bars, unit: str = unit) -> None:
            for place, (_label, value, fill) in enumerate(reversed(bars)):
                axes.barh(place, value, height=0.7, **filled(fill))
                axes.annotate(
                    told(value), (value, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8
                )
            axes.set_yticks(range(len(bars)), [shortened(label, 40) for label, _value, _fill in reversed(bars)])
            axes.set_xlim(0, None)
            axes.margins(x=0.15)
            axes.set_xlabel(_("{unit}, scopes 1+2 of both").format(unit=unit))
            axes.grid(visible=False, axis="y")

        name = f"beside{number}"
        svg = drawn(name, title, says, 0.7 + 0.3 * len(bars), draw)
        charts.append(Chart(name, title, says, comparison_cells(rows), svg))
    return charts


def path_chart(report: Row) -> Chart:
    """Return what a site emits today and in each stage, under the cap where there is one."""
    before = report["footprint_today"]
    land = before["land_use_change"]
    gross = before["totals"]["scopes_1_2"]["value"] + (land["value"] if land is not None else 0.0)
    labels = [_("today"), *(str(stage["year"]) for stage in report["stages"])]
    values = [gross, *(stage["gross_emissions"]["value"] for stage in report["stages"])]
    caps = [None, *(stage["emissions_cap"] and stage["emissions_cap"]["value"] for stage in report["stages"])]
    title = _("The path: gross emissions, tCO2e a year")
    says = _("Gross emissions go from {first} to {last} tCO2e a year.").format(
        first=told(values[0]), last=told(values[-1])
    )

    def draw(axes: Any) -> None:
        places = range(len(values))
        bars = axes.bar(places, values, 0.6, **filled("blue"))
        axes.bar_label(bars, [told(value) for value in values], padding=2, fontsize=8)
        known = [(place, cap) for place, cap in enumerate(caps) if cap is not None]
        for number, (place, cap) in enumerate(known):
            label = _("cap") if not number else None
            axes.hlines(cap, place - 0.42, place + 0.42, color="#d55e00", linewidth=2.0, label=label)
        axes.set_xticks(places, labels)
        axes.set_ylim(0, 1.12 * max([*values, *(cap for _place, cap in known), 1e-9]))
        axes.set_ylabel(_("tCO2e a year"))
        axes.grid(visible=False, axis="x")
        if known:
            axes.legend(fontsize=8)

    cells = Cells(
        [["", _("gross emissions"), _("cap")]]
        + [
            [label, told(value), "" if cap is None else told(cap)]
            for label, value, cap in zip(labels, values, caps, strict=True)
        ],
        (1, 2),
    )
    return Chart("path", title, says, cells, drawn("path", title, says, 2.5, draw))


def before_after_chart(report: Row) -> Chart:
    """Return the three scopes of today and of the plan."""
    pair = [(_("today"), report["footprint_today"]["totals"]), (_("plan"), report["footprint_plan"]["totals"])]
    title = _("Emissions today and by the plan, tCO2e a year")
    sums = [totals["scopes_1_2_3"]["value"] for _name, totals in pair]
    says = _("Emissions go from {before} to {after} tCO2e a year.").format(before=told(sums[0]), after=told(sums[1]))
    scopes = [n for n in (1, 2, 3) if any(totals[f"scope_{n}"]["value"] for _name, totals in pair)]

    def draw(axes: Any) -> None:
        left = [0.0, 0.0]
        for scope in scopes:
            values = [totals[f"scope_{scope}"]["value"] for _name, totals in pair]
            label = _("scope {n}").format(n=scope)
            axes.barh((1, 0), values, 0.6, left, label=label, **filled(_SCOPES[scope]))
            left = [one + more for one, more in zip(left, values, strict=True)]
        for place, value in zip((1, 0), sums, strict=True):
            axes.annotate(
                told(value), (value, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8
            )
        axes.set_yticks((1, 0), [name for name, _totals in pair])
        axes.set_xlim(0, 1.12 * max(*sums, 1e-9))
        axes.set_xlabel(_("tCO2e a year"))
        axes.grid(visible=False, axis="y")
        if scopes:
            axes.figure.legend(loc="outside upper center", ncols=3, fontsize=8)

    rows = [["", *(_("scope {n}").format(n=n) for n in (1, 2, 3)), _("in all")]]
    for name, totals in pair:
        rows.append([name, *(told(totals[key]["value"]) for key in ("scope_1", "scope_2", "scope_3", "scopes_1_2_3"))])
    return Chart("before", title, says, Cells(rows, range(1, 5)), drawn("before", title, says, 1.7, draw))
