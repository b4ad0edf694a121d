"""The footprints of a site over the years as a page of text for a terminal."""

from asmcarbon.footprint.footprint import SCOPE_GROUPS
from asmcarbon.footprint.progress import CAUSES
from asmcarbon.messages import _, marked, numeral
from asmcarbon.reports.footprint_text import boundary_sentence
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import over_text, table, told

_NAMES = {
    "scopes_1_2": marked("scopes 1+2"),
    "scopes_1_2_3": marked("scopes 1+2+3"),
    "land_use_change": marked("land-use change, apart"),
    "removals": marked("removals, apart"),
}
_CAUSES = {
    "activity": marked("activity ({per})"),
    "intensity": marked("intensity (amounts over {per})"),
    "factor": marked("factor (density, emission factor, GWP)"),
    "boundary": marked("boundary (what the account leaves out)"),
}
_SINGLE = {
    "activity": marked("activity"), "intensity": marked("intensity"), "factor": marked("factor"),
    "boundary": marked("boundary"),
}  # fmt: skip


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
    share = numeral(change / before, "+.0%") if before else "-"
    causes = ", ".join(f"{_(_SINGLE[cause])} {signed(parts[cause])}" for cause in CAUSES)
    text = _("From {first} to {last} scopes 1+2+3 changed by {change} tCO2e a year ({share}): {causes}.")
    return [
        text.format(first=whole["from"], last=whole["to"], change=signed(parts["change"]), share=share, causes=causes)
    ]


def _year_lines(report: Row) -> list[str]:
    years = report["years"]
    rows = [["", *(str(year["year"]) for year in years), ""]]
    for name, label in _NAMES.items():
        if any(year[name] for year in years):
            rows.append([_(label), *(_value(year[name]) for year in years), "tCO2e/year"])
    output = [year["output"] for year in years]
    rows.append([report["per"], *(_value(one) for one in output), output[0]["unit"]])
    named: dict[tuple[str, str], dict[int, Row]] = {}
    for year in years:
        for one in year["intensities"]:
            named.setdefault((one["per"], one["total"]), {})[year["year"]] = one
    for (per, total), found in named.items():
        if not per.endswith("(troy oz)") and total in _NAMES:
            label = f"{over_text(per)}, {_(_NAMES[total])}"
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
            label = _(_CAUSES[cause]).format(per=report["per"]) if cause in _CAUSES else _("change")
            rows.append([label, *(signed(one["totals"][total][cause]) for one in steps)])
            if cause == "intensity" and any(one["in_one_file"] for one in steps):
                rows.append([_("  of it, what is in one year's file only"), *(_only(one, total) for one in steps)])
        head = _("What changed {total}, tCO2e a year").format(total=_(_NAMES[total]))
        lines += ["", head, *table(rows, right=range(1, len(steps) + 1))]
    return lines


def _only(step: Row, total: str) -> str:
    """Return what of intensity is of activities that one year's file has none of."""
    scopes = SCOPE_GROUPS[total]
    found = [one["intensity"]["value"] for one in step["in_one_file"] if one["scope"] in scopes]
    return signed({"value": sum(found)})


def _source_lines(whole: Row) -> list[str]:
    heads = ["", "", str(whole["from"]), str(whole["to"]), *(_(_SINGLE[cause]) for cause in CAUSES)]
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
    span = {"first": whole["from"], "last": whole["to"]}
    if whole["factors_changed"]:
        lines += ["", _("Behind factor, {first} to {last}").format(**span)]
        for one in whole["factors_changed"]:
            before, after = one["before"], one["after"]
            keys = " → ".join(dict.fromkeys(end["key"] for end in (before, after) if end is not None))
            named = [*one["lines"], *([_("the year's own row")] if one["of_year"] else [])]
            lines.append(f"  {keys}: {_moved(before, after)}  [{'; '.join(named)}]")
    if whole["boundary_changed"]:
        lines += ["", _("Behind boundary, {first} to {last}").format(**span)]
        text = _("{label}: left out in {year}, {reason}")
        for one in whole["boundary_changed"]:
            lines.append("  " + text.format(label=one["label"], year=one["left_out_in"], reason=one["reason"]))
    if whole["in_one_file"]:
        lines += ["", _("In one year's file only, {first} to {last}: told as intensity").format(**span)]
        text = _("{label} (scope {scope}): in {year} only, {change} tCO2e")
        for one in whole["in_one_file"]:
            words = {"label": one["label"], "scope": one["scope"], "year": one["in"]}
            lines.append("  " + text.format(**words, change=signed(one["intensity"])))
        lines.append(
            "  " + _("What was done and only not counted belongs under method.exclusions: it is boundary then.")
        )
    return lines


def _moved(before: Row | None, after: Row | None) -> str:
    """Return a figure in two years, with its unit once where that is the same."""
    units = ["" if one is None or one["unit"] in (None, "1") else one["unit"] for one in (before, after)]
    values = [
        "-" if one is None else _("several") if one["value"] is None else f"{one['value']:g}" for one in (before, after)
    ]
    if units[0] == units[1]:
        return f"{values[0]} → {values[1]} {units[1]}".rstrip()
    return " → ".join(f"{value} {unit}".rstrip() for value, unit in zip(values, units, strict=True))


def _base_year_lines(base: Row) -> list[str]:
    threshold = base["threshold_percent"]
    if threshold is None:
        head = _("Base year {year}, no threshold given").format(year=base["year"])
    else:
        head = _("Base year {year}, threshold {n:,g} %").format(year=base["year"], n=threshold)
    lines = ["", head]
    for total, row in base["totals"].items():
        percent = "-" if row["percent"] is None else numeral(row["percent"], ",.1f")
        text = _(
            "{total}: changes of method are worth {method} t and of boundary {boundary} t, {percent} % of {stated}"
        )
        words = {name: told(row[name]["value"]) for name in ("method", "boundary", "stated")}
        text = text.format(total=_(_NAMES[total]), percent=percent, **words)
        if row["rows_of_the_year"]["value"]:
            own = _("; the tables' own rows for {year} {own} t, which is what happened and no reason to recalculate")
            text += own.format(year=base["by_factors_of"], own=told(row["rows_of_the_year"]["value"]))
        if row["recalculate"]:
            anew = _(": the base year is to be recalculated; counted as {year} is, it is {new}, not {stated}")
            text += anew.format(
                year=base["by_factors_of"], new=told(row["recalculated"]["value"]), stated=words["stated"]
            )
        elif row["recalculate"] is False:
            text += _(": within the threshold, the base year stands")
        lines.append(f"  {text}.")
    if base["not_recalculated"]:
        text = _("Not in the figure anew, as {year} has no amount of it: {labels}")
        lines.append("  " + text.format(year=base["year"], labels="; ".join(base["not_recalculated"])))
    if threshold is None:
        text = _(
            "The GHG Protocol leaves it to you to set and state one (Corporate Standard, ch. 5): --threshold '5 %'."
        )
        lines.append("  " + text)
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
