"""The trade-off of a site as a page of text for a terminal."""

from textwrap import wrap

from asmcarbon.messages import _, numeral
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import Cells, money, provenance_line, told


def frontier_text(report: Row) -> str:
    """Return the frontier of a site as a page of text."""
    site, points = report["site"], report["points"]
    lines = [f"{site['name']} ({site['country']}, {site['year']})", *frontier_headline(report), ""]
    lines += [
        _head(report),
        *point_cells(report).lines(),
        *_taken_lines(points),
        *_paid_lines(report),
        "",
        *(line for said in frontier_caption(report) for line in wrap(said, 118)),
        "",
    ]
    if report["alternatives"] or report["ranges"]:
        lines += [_("Nearly as good as the cheapest"), *_alternative_lines(report), *_range_lines(report), ""]
    if report["measures"]:
        cells, caption = measure_cells(report)
        lines += [measures_title(report), *cells.lines(), *wrap(caption, 118), ""]
    if report["notes"]:
        lines += [_("Read this before you sign"), *(f"  - {note}" for note in report["notes"]), ""]
    text = _(
        "By {n} exact dispatches of a year, of one program whose cuts all points share; by the line of each generator"
        " no plan under its cap is more than {gap:.3%} cheaper. Audited by the footprint calculator."
    )
    gap = max(one["gap"] for one in points)
    lines += wrap(text.format(n=report["dispatches"], gap=gap), 118)
    return "\n".join([*lines, provenance_line(report)]) + "\n"


def _over(report: Row) -> str:
    if report["emissions_over"] == "year":
        return _("a year")
    return _("over {n} years").format(n=report["horizon_years"])


def frontier_headline(report: Row) -> list[str]:
    """Return the two ends in words, and today beside them."""
    first, last, today = report["points"][0], report["points"][-1], report["today"]
    over = _over(report)
    text = _("The cheapest plan has a net present cost of {cost} USD and emits {tonnes} tCO2e {over}.")
    lines = [text.format(cost=money(first["net_present_cost"]), tonnes=_t(first), over=over)]
    if len(report["points"]) > 1:
        text = _("The cleanest of the plans has one of {cost} USD and emits {tonnes} tCO2e {over}.")
        lines.append(text.format(cost=money(last["net_present_cost"]), tonnes=_t(last), over=over))
    else:
        nothing, unpaid = _("Nothing that is offered emits less."), _("Nothing that can be paid for emits less.")
        lines.append(unpaid if report["after_products"] else nothing)
    if today is not None:
        text = _("Going on as today has one of {cost} USD and emits {tonnes} tCO2e {over}.")
        lines.append(text.format(cost=money(today["net_present_cost"]), tonnes=_t(today), over=over))
    if report["after_products"]:
        lines.append(_("All costs are after what finance.products pay, each plan financed as is best for it."))
    return lines


def _t(row: Row) -> str:
    return numeral(row["gross_emissions"]["value"], ",.1f")


def _head(report: Row) -> str:
    text = _("Least cost under each cap: net present cost over {years} years at {rate:.0%}, gross emissions {over}")
    if report["after_products"]:
        text = _(
            "Least cost under each cap: net present cost over {years} years at {rate:.0%} after products, gross"
            " emissions {over}"
        )
    return text.format(years=report["horizon_years"], rate=report["discount_rate"], over=_over(report))


def point_cells(report: Row) -> Cells:
    """Return the plans of a frontier."""
    points = report["points"]
    fuels = list(dict.fromkeys(fuel for one in points for fuel in one["fuel_l"]))
    extra = [name for name in ("grid_kwh", "unserved_kwh") if any(one[name] > 0.5 for one in points)]
    has_land = report["rehabilitation_offered"]
    names = {"grid_kwh": (_("grid"), "kWh"), "unserved_kwh": (_("unserved"), "kWh")}
    heads = [
        "",
        _("cap"),
        _("emits"),
        _("costs"),
        _("last tonne"),
        _("to invest"),
        *([_("own money"), _("cover")] if report["after_products"] else []),
        _("solar"),
        _("battery"),
        _("inverter"),
    ]
    units = ["", "tCO2e", "tCO2e", "USD", "USD/t", "USD"]
    units += [*(["USD", _("least")] if report["after_products"] else []), "kW", "kWh", "kW"]
    heads += [*fuels, *(names[name][0] for name in extra)] + ([_("work"), _("land")] if has_land else [])
    units += [*("L" for _fuel in fuels), *(names[name][1] for name in extra)]
    units += [_("person-days"), "ha"] if has_land else []
    rows = [[*heads, _("by")], [*units, ""]]
    for number, one in enumerate(points, start=1):
        cap = one["emissions_cap"]
        ends = _("none") if number == 1 else _("least")
        row = [
            str(number),
            ends if cap is None else numeral(cap["value"], ",.1f"),
            _t(one),
            money(one["net_present_cost"]),
            money(one["cost_of_last_tonne"]),
            money(one["capital_cost"]),
            *(_own_cells(one["financing"]) if report["after_products"] else []),
            *(numeral(abs(one[name]), ",.1f") for name in ("solar_kw", "storage_kwh", "storage_kw")),
            *(money(one["fuel_l"].get(fuel, 0.0)) for fuel in fuels),
            *(money(one[name]) for name in extra),
            *([money(one["person_days"]), told(one["rehabilitated_ha"])] if has_land else []),
        ]
        rows.append([*row, _("on/off") if one["generators"] == "on_off" else _("line")])
    return Cells(rows, range(len(rows[0]) - 1))


def _taken_lines(points: list[Row]) -> list[str]:
    if not any(one["taken"] for one in points):
        return []
    return ["", _("Taken besides"), *_by_span([", ".join(one["taken"]) or _("nothing") for one in points])]


def _by_span(told_of: list[str]) -> list[str]:
    """Return what is told of each point, once for those in a row of which the same is told."""
    lines: list[str] = []
    start = 0
    for number in range(1, len(told_of) + 1):
        if number == len(told_of) or told_of[number] != told_of[start]:
            span = str(start + 1) if number == start + 1 else f"{start + 1}-{number}"
            lines += wrap(f"{span}: {told_of[start]}", 116, initial_indent="  ", subsequent_indent="    ")
            start = number
    return lines


def _paid_lines(report: Row) -> list[str]:
    """Return which products each point takes."""
    if not any(one["financing"] and one["financing"]["products"] for one in report["points"]):
        return []
    taken = [", ".join(_paid_text(paid) for paid in one["financing"]["products"]) for one in report["points"]]
    return ["", _("Products taken, USD in all stages"), *_by_span([one or _("none") for one in taken])]


def _paid_text(paid: Row) -> str:
    tonnes = "" if paid["tonnes"] is None else _(" for {tonnes:,.0f} t").format(tonnes=paid["tonnes"])
    return f"{paid['name']} {money(paid['amount'])}{tonnes}"


def _own_cells(financing: Row) -> list[str]:
    """Return what the site itself pays, and the least debt cover of all years."""
    cover = financing["least_debt_cover"]
    return [money(financing["own_money"]), "-" if cover is None else numeral(cover["value"], ",.2f")]


def frontier_caption(report: Row) -> list[str]:
    """Return what the columns mean and how far they are to be believed, each in a paragraph."""
    staged, agreement = report["emissions_over"] == "horizon", report["agreement"]
    said = [
        _("Emits: fuel, grid and all else of scopes 1 and 2 with land-use change; removals are never set against it.")
    ]
    if staged:
        text = _("Solar, battery, work and land are what serves from {year} on, litres are of all years;")
        said.append(text.format(year=report["years"][-1]) + " " + _("to invest is what is paid on the first day."))
    said.append(
        _("Last tonne: what each tonne costs between this point and the one above, by the line of the generators")
        + (_(", discounted money for tonnes that are not.") if staged else _(", a year's cost for a year's tonnes."))
    )
    if report["after_products"]:
        said.append(
            _(
                "Own money: what the site itself pays for what is bought in all stages, in money of the day. Cover:"
                " what is there for debt, against what is due, in the year in which it is least."
            )
        )
    if agreement is not None:
        text = _(
            "By on/off: its generators switched on and off over all 8,760 hours, which is how the site would run; by"
            " line: each kWh of a generator at one price. Where both were told, at {n} of {points} points, they differ"
            " by at most {cost:.1%} in cost and {tonnes:.1%} in emissions."
        )
        said.append(
            text.format(
                n=agreement["points"], points=len(report["points"]), cost=agreement["net_present_cost"],
                tonnes=agreement["gross_emissions"],
            )
        )  # fmt: skip
        said.append(
            _(
                "A plan made for a tighter cap stands wherever it is the cheapest known. What is proven is the plan by"
                " line; on and off, sizes may be found that are a little cheaper: `optimise` seeks them for its one"
                " plan, and proves its year."
            )
        )
    if not report["rehabilitation_offered"]:
        said.append(_("Work is that of rehabilitation, of which the site offers none."))
    return said


def _alternative_lines(report: Row) -> list[str]:
    """Return each alternative in words; options without which the plan is the same stand together."""
    named: dict[str, list[str]] = {}
    for one in report["alternatives"]:
        if one["plan"] is None:
            told_of = _("not possible within the limits")
        else:
            told_of = f"{_dearer(one['dearer'])}, {_plan_text(report, one['plan'])}"
        text = _("with {option}") if one["is_imposed"] else _("without {option}")
        named.setdefault(told_of, []).append(text.format(option=one["option"]))
    lines: list[str] = []
    for told_of, names in named.items():
        # Without one of two, the other is not taken either.
        line = f"{_(', or ').join(names)}: {told_of}"
        lines += wrap(line, 116, initial_indent="  ", subsequent_indent="    ")
    return lines


def _dearer(share: float) -> str:
    if abs(share) < 5e-4:
        return _("costs the same")
    return _("{share:.1%} dearer").format(share=share) if share > 0 else _("{share:.1%} cheaper").format(share=-share)


def _plan_text(report: Row, plan: Row) -> str:
    parts = [
        f"{told(plan[key])} {unit}"
        for key, unit in (
            ("solar_kw", _("kW of solar")),
            ("storage_kwh", _("kWh of battery")),
        )
        if plan[key] > 1e-3
    ]
    parts += [f"{money(litres)} L {fuel}" for fuel, litres in plan["fuel_l"].items() if litres > 0.5]
    parts += [_("{n} kWh of the grid").format(n=money(plan["grid_kwh"]))] if plan["grid_kwh"] > 0.5 else []
    text = _("{parts} and {tonnes} tCO2e {over}")
    return (
        text.format(parts=", ".join(parts), tonnes=_t(plan), over=_over(report))
        if parts
        else f"{_t(plan)} tCO2e {_over(report)}"
    )


def _range_lines(report: Row) -> list[str]:
    names = {"solar": _("kW of solar"), "battery": _("kWh of battery")}
    lines: list[str] = []
    for one in report["ranges"]:
        if one["least"] is None and one["most"] is None:
            continue
        least, most = ("?" if value is None else told(value) for value in (one["least"], one["most"]))
        text = _("within {share:,.2g} % of the least cost: {least} to {most} {name} ({planned} in the plan)")
        lines.append(
            "  "
            + text.format(
                share=100 * report["within"], least=least, most=most, name=names[one["kind"]],
                planned=told(one["planned"]),
            )
        )  # fmt: skip
    if lines:
        lines.append(
            "  "
            + _("Each range is of one size by itself, the other sizes following, whole decisions as they are, by line.")
        )
    return lines


def _told_measures(report: Row) -> tuple[list[Row], bool]:
    """Return the options of which a cost is known, and whether one was planned alone."""
    measures = [one for one in report["measures"] if one["in_plan"] is not None or one["alone"] is not None]
    return measures, any(one["alone"] is not None for one in measures)


def measures_title(report: Row) -> str:
    """Return what the costs of the options are set against."""
    above = _("What a tonne costs, option by option: the plan with it against the plan without it")
    return above + _("; then alone, against today") if _told_measures(report)[1] else above


def measure_cells(report: Row) -> tuple[Cells, str]:
    """Return what a tonne avoided by each option costs, and how that is to be read."""
    measures, has_alone = _told_measures(report)
    unit = "tCO2e" if report["emissions_over"] == "horizon" else _("tCO2e a year")
    heads = [_("costs, USD"), _("avoids, {unit}").format(unit=unit), "USD/t"]
    rows = [["", _("in the plan"), "", "", *([_("alone"), "", ""] if has_alone else []), ""]]
    rows.append(["", *heads, *(heads if has_alone else []), ""])
    for one in measures:
        cells = [one["option"], *_effect_cells(one["in_plan"])]
        cells += _effect_cells(one["alone"]) if has_alone else []
        rows.append([*cells, "" if one["is_taken"] else _("not in the plan")])
    caption = _(
        "Below zero it saves money. Costs are net present; what options avoid does not add up, because each does what"
        " another would do in its stead: solar without a battery, or a battery without solar, is worth less. An option"
        " that is not in the plan is told as if it were imposed."
    )
    return Cells(rows, range(1, len(rows[0]) - 1)), caption


def _effect_cells(effect: Row | None) -> list[str]:
    if effect is None:
        return ["-", "-", "-"]
    return [
        money(effect["net_present_cost"]),
        numeral(effect["avoided"]["value"], ",.1f"),
        money(effect["cost_per_tonne"]),
    ]
