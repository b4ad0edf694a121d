"""The footprints of a site over the years as a page of text for a terminal."""

from asmcarbon.footprint.progress import CAUSES
from asmcarbon.messages import _
from asmcarbon.reports.footprint_text import boundary_sentence
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import over_text, table, told

_NAMES = {
    "scopes_1_2": _("scopes 1+2"),
    "scopes_1_2_3": _("scopes 1+2+3"),
    "land_use_change": _("land-use change, apart"),
    "removals": _("removals, apart"),
}
_CAUSES = {
    "activity": _("activity ({per})"),
    "intensity": _("intensity (amounts over {per})"),
    "factor": _("factor (density, emission factor, GWP)"),
    "boundary": _("boundary (what the account leaves out)"),
}


def signed(row: Row) -> str:
    """Return a change with its sign.

    >>> signed({"value": 3.25}), signed({"value": -0.5}), signed({"value": 0.0})
    ('+3.25', '-0.500', '0')
    """
    text = told(row["value"])
    return text if text.startswith("-") or text == "0" else f"+{text}"


def progress_text(report: Row) -> str:
    """Return a site's progress as a page of text."""
    site, years, whole = report["site"], report["years"], report["since_base_year"]
    lines = [
        f"{site['name']} ({site['country']}, {years[0]['year']}-{years[-1]['year']})",
        boundary_sentence(report),
        *_headline(whole),
        "",
        *_year_lines(report),
        *_cause_lines(report),
        "",
        _("By source, {first} to {last}, tCO2e a year").format(first=whole["from"], last=whole["to"]),
        *_source_lines(whole),
        *_changed_lines(whole),
        *_base_year_lines(report["base_year"]),
        "",
        _("Notes"),
        *(f"  - {note}" for note in report["notes"]),
        "",
        *_provenance_lines(report),
    ]
    return "\n".join(lines) + "\n"


def _headline(whole: Row) -> list[str]:
    """Return the change in words, and what is no progress."""
    parts = whole["totals"]["scopes_1_2_3"]
    change, before = parts["change"]["value"], parts["before"]["value"]
    share = f"{change / before:+.0%}" if before else "-"
    causes = ", ".join(f"{cause} {signed(parts[cause])}" for cause in CAUSES)
    text = _("From {first} to {last} scopes 1+2+3 changed by {change} tCO2e a year ({share}): {causes}.")
    return [
        text.format(first=whole["from"], last=whole["to"], change=signed(parts["change"]), share=share, causes=causes)
    ]


def _year_lines(report: Row) -> list[str]:
    years = report["years"]
    rows = [["", *(str(year["year"]) for year in years), ""]]
    for name, label in _NAMES.items():
        if any(year[name] for year in years):
            rows.append([label, *(_value(year[name]) for year in years), "tCO2e/year"])
    output = [year["output"] for year in years]
    rows.append([report["per"], *(_value(one) for one in output), output[0]["unit"]])
    named: dict[tuple[str, str], dict[int, Row]] = {}
    for year in years:
        for one in year["intensities"]:
            named.setdefault((one["per"], one["total"]), {})[year["year"]] = one
    for (per, total), found in named.items():
        if not per.endswith("(troy oz)") and total in _NAMES:
            label = f"{over_text(per)}, {_NAMES[total]}"
            unit = next(iter(found.values()))["unit"]
            rows.append([label, *(_value(found.get(year["year"])) for year in years), unit])
    return [_("By year"), *table(rows, right=range(1, len(years) + 1))]


def _value(row: Row | None) -> str:
    return "-" if row is None else told(row["value"])


def _cause_lines(report: Row) -> list[str]:
    steps = list(report["changes"])
    if len(steps) > 1:
        steps.append(report["since_base_year"])
    lines: list[str] = []
    for total in ("scopes_1_2_3", "scopes_1_2"):
        rows = [["", *(f"{one['from']}-{one['to']}" for one in steps)]]
        for cause in (*CAUSES, "change"):
            label = _CAUSES[cause].format(per=report["per"]) if cause in _CAUSES else _("change")
            rows.append([label, *(signed(one["totals"][total][cause]) for one in steps)])
        head = _("What changed {total}, tCO2e a year").format(total=_NAMES[total])
        lines += ["", head, *table(rows, right=range(1, len(steps) + 1))]
    return lines


def _source_lines(whole: Row) -> list[str]:
    heads = ["", "", str(whole["from"]), str(whole["to"]), *(_(cause) for cause in CAUSES)]
    ordered = sorted(whole["sources"], key=lambda one: (one["scope"], -abs(one["change"]["value"])))
    rows = [
        [
            _("scope {n}").format(n=one["scope"]),
            one["label"],
            told(one["before"]["value"]),
            told(one["after"]["value"]),
            *(signed(one[cause]) for cause in CAUSES),
        ]
        for one in ordered
    ]
    return table([heads, *rows], right=range(2, 8))


def _changed_lines(whole: Row) -> list[str]:
    lines: list[str] = []
    if whole["factors_changed"]:
        lines += ["", _("Behind factor, {first} to {last}").format(first=whole["from"], last=whole["to"])]
        for one in whole["factors_changed"]:
            before, after = one["before"], one["after"]
            keys = before["key"] if before["key"] == after["key"] else f"{before['key']} → {after['key']}"
            text = f"{before['value']:g} → {after['value']:g} {'' if after['unit'] == '1' else after['unit']}".rstrip()
            lines.append(f"  {keys}: {text}  [{'; '.join(one['lines'])}]")
    if whole["boundary_changed"]:
        lines += ["", _("Behind boundary, {first} to {last}").format(first=whole["from"], last=whole["to"])]
        text = _("{label}: left out in {year}, {reason}")
        for one in whole["boundary_changed"]:
            lines.append("  " + text.format(label=one["label"], year=one["left_out_in"], reason=one["reason"]))
    return lines


def _base_year_lines(base: Row | None) -> list[str]:
    if base is None:
        return []
    lines = ["", _("Base year {year}, threshold {n:g} %").format(year=base["year"], n=base["threshold_percent"])]
    for total, row in base["totals"].items():
        percent = "-" if row["percent"] is None else f"{row['percent']:.1f}"
        words = {"total": _NAMES[total], "percent": percent, "moved": signed(row["factor_and_boundary"])}
        text = _("{total}: factor and boundary moved {moved} tCO2e a year, {percent} % of it: ").format(**words)
        if row["recalculate"]:
            told_anew = _("the base year is to be recalculated; by the factors of {year} it is {new}, not {old}.")
            new, old = told(row["recalculated"]["value"]), told(row["stated"]["value"])
            text += told_anew.format(year=base["by_factors_of"], new=new, old=old)
        else:
            text += _("within the threshold, the base year stands.")
        lines.append("  " + text)
    if base["not_recalculated"]:
        text = _("Not in the figure anew, as {year} has no amount of it: {labels}")
        lines.append("  " + text.format(year=base["year"], labels="; ".join(base["not_recalculated"])))
    lines += [
        "  " + _("The threshold is the company's own (GHG Protocol Corporate Standard, ch. 5); whether a factor was"),
        "  " + _("corrected, or the world behind it changed (a cleaner grid), is for the company to tell."),
    ]
    return lines


def _provenance_lines(report: Row) -> list[str]:
    rows = [
        [str(one["year"]), one["factor_release"], one["gwp_set"], one["input_sha256"][:12]] for one in report["years"]
    ]
    heads = ["", _("factors"), "GWP100", _("input")]
    return [
        *table([heads, *rows]),
        _("asmcarbon {version}, {method}").format(version=report["asmcarbon"], method=report["method"]),
    ]
