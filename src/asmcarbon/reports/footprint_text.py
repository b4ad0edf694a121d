"""A footprint as a page of text for a terminal."""

from asmcarbon.messages import _, marked, numeral
from asmcarbon.reports.quality import TOLD_TOTALS, quality_lines, total_name
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import Cells, data_lines, per_text, provenance_line, source_cells, told
from asmcarbon.vocabulary import word

_BOUNDARIES = {
    "mine_gate": marked("Account up to the mine gate, by {control}."),
    "processing_gate": marked("Account up to the processing gate (doré, concentrate), by {control}."),
    "refined": marked("Account up to the refined metal, by {control}."),
}


def footprint_text(report: Row) -> str:
    """Return a footprint as a page of text."""
    site = report["site"]
    lines = [
        f"{site['name']} ({site['country']}, {site['year']})",
        boundary_sentence(report),
        emits_sentence(report),
        *_market_lines(report),
        *land_lines(report),
        "",
        *_intensity_lines(report),
        *_beside_lines(report),
        "",
        *uncertainty_lines(report),
        "",
        _("By source, tCO2e a year"),
        *source_cells(report).lines(),
    ]
    if report["comparisons"]:
        lines += [
            "",
            _("Beside large-scale mining, scopes 1+2 of both"),
            *comparison_cells(report["comparisons"]).lines(),
            f"  {comparison_sources(report)}",
        ]
        if report["land_use_change"] is not None:
            lines.append("  " + _("Land-use change is in neither: read it beside."))
    lines += ["", _("What the figures rest on"), *_factor_lines(report["lines"])]
    lines += ["", *data_lines(report["data"]), *quality_lines(report["data"]["quality"])]
    lines += ["", _("Notes"), *(f"  - {note}" for note in report["notes"])]
    if report["exclusions"]:
        lines += ["", _("Left out"), *(f"  - {one['source']}: {one['reason']}" for one in report["exclusions"])]
    lines += ["", provenance_line(report)]
    return "\n".join(lines) + "\n"


def emits_sentence(report: Row) -> str:
    """Return what a site emits in a year."""
    text = _(
        "Emits {direct} tCO2e a year with fuel, explosives and electricity (scopes 1+2),"
        " {whole} with its supply chain (scopes 1+2+3)."
    )
    direct, whole = (report["totals"][name]["value"] for name in ("scopes_1_2", "scopes_1_2_3"))
    return text.format(direct=told(direct), whole=told(whole))


def boundary_sentence(report: Row) -> str:
    """Return where the account of a report ends, and by which control."""
    text = _BOUNDARIES[report["boundary"]]
    return _(text).format(control=word(report["consolidation"]))


def _intensity_lines(report: Row) -> list[str]:
    lines = intensity_cells(report).lines()
    if land := land_cells(report):
        lines += ["", _("Land-use change, on its own"), *land.lines()]
    if report["removals"] is not None:
        lines += ["", _("Removals, on their own: {value} tCO2e a year").format(value=told(report["removals"]["value"]))]
    return lines


def intensity_cells(report: Row) -> Cells:
    """Return the totals of a footprint, whole and over what the site makes and gives work to."""
    heads = {"scopes_1_2": _("scopes 1+2"), "scopes_1_2_3": _("scopes 1+2+3")}
    return _per_cells(report, {name: report["totals"][name] for name in heads}, heads)


def land_cells(report: Row) -> Cells | None:
    """Return what land loses, the same way; None where nothing is opened."""
    heads = {"land_use_change": _("this year's"), "land_use_change_amortised": _("20 years' mean")}
    land = {name: report[name] for name in heads if report[name] is not None}
    return _per_cells(report, land, heads) if land else None


def _beside_lines(report: Row) -> list[str]:
    texts = {"mercury": _("Mercury used: {value} kg a year"), "water": _("Water drawn: {value} m3 a year")}
    told_beside = [text.format(value=told(report[name]["value"])) for name, text in texts.items() if report[name]]
    return ["", *told_beside] if told_beside else []


def _per_cells(report: Row, totals: Row, heads: dict[str, str]) -> Cells:
    """Return totals side by side, whole and over each denominator; one alone needs no head."""
    by_name: dict[str, dict[str, Row]] = {}
    for one in report["intensities"]:
        by_name.setdefault(one["per"], {})[one["total"]] = one
    rows = [["", *(heads[name] for name in totals), ""]] if len(totals) > 1 else []
    rows.append([_("total"), *(told(total["value"]) for total in totals.values()), "tCO2e/year"])
    for name, found in by_name.items():
        unit = next(iter(found.values()))["unit"]
        rows.append([per_text(name, report), *(told(found[total]["value"]) for total in totals), unit])
    return Cells(rows, range(1, len(totals) + 1), is_headed=len(totals) > 1)


def _market_lines(report: Row) -> list[str]:
    if report["scope_2_market_based"] is None:
        return []
    text = _("Scope 2 by contracts (market-based) is {market} tCO2e a year; the totals hold {location}, by location.")
    totals = report["scope_2_market_based"]["value"], report["totals"]["scope_2"]["value"]
    return [text.format(market=told(totals[0]), location=told(totals[1]))]


def land_lines(report: Row) -> list[str]:
    """Return what opened land and peat lose, in a sentence."""
    if report["land_use_change"] is None:
        return []
    text = _("Land opened in the year loses {land} tCO2e more, told on its own.")
    peat = report["drained_peat"]
    if peat is not None:
        text = _("Land opened and drained peat lose {land} tCO2e more, told on their own; {peat} of it is peat.")
    return [text.format(land=told(report["land_use_change"]["value"]), peat=told(peat["value"]) if peat else "")]


def uncertainty_lines(report: Row) -> list[str]:
    """Return how well the totals are known, and what to measure next."""
    lines: list[str] = []
    for total in TOLD_TOTALS:
        row, name = report["uncertainty"][total], total_name(total)
        if row is None:
            continue
        if row["relative_percent"] is None:
            text = _("No 95 % interval of {name}: no line of it has a range for each of its inputs; first without one:")
            lines += [text.format(name=name), *(f"  {key}" for key in row["without_range"][:3])]
            continue
        text = _(
            "95 % interval of {name}: ± {relative:,.0f} %, over the {covered:,.0f} % of it whose inputs all have a"
            " range."
        )
        lines.append(text.format(name=name, relative=row["relative_percent"], covered=row["covered_percent"]))
        lines += _drawn_lines(report["monte_carlo"], total)
        nexts = ", ".join(f"{one['key']} ({numeral(one['variance_percent'], ',.0f')} %)" for one in row["measure_next"])
        lines.append("  " + _("Measure this next, by its share of the variance: {nexts}").format(nexts=nexts))
    return lines


def _drawn_lines(drawn: Row | None, total: str) -> list[str]:
    if drawn is None:
        return []
    row = drawn["totals"][total]
    text = _("By {draws:,} draws, seed {seed}: {low:+,.0f} % to {high:+,.0f} %, their mean {mean:+,.1f} %.")
    numbers = {name: row[f"{name}_percent"] for name in ("low", "high", "mean")}
    return ["  " + text.format(draws=drawn["draws"], seed=drawn["seed"], **numbers)]


def comparison_cells(comparisons: list[Row]) -> Cells:
    """Return a site beside large-scale mining."""
    rows = [["", _("this site"), _("large scale"), "", _("ratio")]]
    for one in comparisons:
        rows.append(
            [
                one["benchmark"],
                told(one["site"]["value"]),
                told(one["large_scale"]["value"]),
                one["site"]["unit"],
                _("{r} ×").format(r=told(one["ratio"], 2)),
            ]
        )
    return Cells(rows, (1, 2, 4))


def comparison_sources(report: Row) -> str:
    """Return who publishes the figures of large-scale mining."""
    sources = sorted({one["source"].split(",")[0] for one in report["comparisons"]})
    return _("Sources: {sources}").format(sources="; ".join(sources))


def _factor_lines(lines: list[Row]) -> list[str]:
    seen: dict[str, str] = {}
    for line in lines:
        for one in line["inputs"]:
            source = (
                one["source"]
                if one["basis"] == "factor"
                else ": ".join(filter(None, (one["basis"] and word(one["basis"]), one["source"])))
            )
            unit = "" if one["unit"] == "1" else f" {one['unit']}"
            limits = f" ({numeral(one['low'], ',g')}..{numeral(one['high'], ',g')})" if "low" in one else ""
            seen.setdefault(one["key"], f"{numeral(one['value'], ',g')}{limits}{unit}  [{source}]")
    return [f"  {key}: {text}" for key, text in seen.items()]
