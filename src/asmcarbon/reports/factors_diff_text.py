"""The difference between two releases of the factors as text for a terminal."""

from collections.abc import Iterator, Sequence

from asmcarbon.factors.diff import NUMBERS
from asmcarbon.messages import _
from asmcarbon.reports.moves import DIGITS, move_lines, percent, signed
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import table, told

# Longer texts stand one below the other.
_SHORT = 40
_MOVES_SHOWN = 5


def factors_diff_text(report: Row) -> str:
    """Return what differs between two releases, and what that does to sites, as a page of text."""
    lines = [_heading(report), *_release_lines(report), "", *_count_lines(report)]
    if report["changes"]:
        lines += ["", _("Rows, by item, region and year"), *_row_lines(report["changes"])]
    if report["sources"]:
        lines += ["", _("Sources"), *_source_lines(report["sources"])]
    if report["sites"]:
        lines += ["", _("What it does to sites, tCO2e a year")]
    for site in report["sites"]:
        lines += _site_lines(site)
    if report["notes"]:
        lines += ["", _("Notes"), *(f"  - {note}" for note in report["notes"])]
    return "\n".join(lines) + "\n"


def _heading(report: Row) -> str:
    old, new = report["old"]["release"], report["new"]["release"]
    return _("Factors {old} -> {new}").format(old=old, new=new)


def _release_lines(report: Row) -> list[str]:
    text = _("{factors:,} rows of {sources} sources, default GWP set {gwp_set}")
    rows: list[list[str]] = []
    for name, one in ((_("old"), report["old"]), (_("new"), report["new"])):
        told_of = text.format(factors=one["factors"], sources=one["sources"], gwp_set=one["default_gwp_set"])
        rows.append([name, one["release"], told_of, one["folder"]])
    return table(rows)


def _count_lines(report: Row) -> list[str]:
    count = report["rows"]
    if report["changes"]:
        text = _("Rows: {added} added, {removed} removed, {changed} changed ({value} in value), {unchanged:,} the same")
        lines = [text.format(value=count["changed_in_value"], **count)]
    else:
        lines = [_("No row differs: {unchanged:,} are the same.").format(**count)]
    if report["gwp_set_changed"]:
        text = _("The default GWP set changes from {old} to {new}: a site that names none takes the new one.")
        lines.append(text.format(old=report["old"]["default_gwp_set"], new=report["new"]["default_gwp_set"]))
    return lines


def _row_lines(changes: Sequence[Row]) -> Iterator[str]:
    words = {"added": _("added"), "removed": _("removed"), "changed": _("changed")}
    width = max(len(word) for word in words.values())
    for one in changes:
        ids = dict.fromkeys(key for key in (one["old_factor_id"], one["factor_id"]) if key is not None)
        head = f"  {words[one['change']]:{width}}  {' -> '.join(ids)}"
        if one["change"] == "changed":
            yield head
            for cell in one["cells"]:
                yield from _cell_lines(cell, one)
        else:
            yield f"{head}  {_alone(one)}"


def _alone(one: Row) -> str:
    """Return the value of a row that one release has, and how far it is from the row beside it in the other."""
    value, beside = one["new"] or one["old"], one["beside"]
    text = f"{_number(value['value'])} {value['unit']}"
    if beside is None:
        return text
    if one["change"] == "added":
        told_of = _("{value}, {percent} from {beside}, {number} {unit}")
    else:
        told_of = _("{value}; {percent} to {beside}, {number} {unit}")
    change = percent(one["percent"]) or _("of another kind")
    number = _number(beside["value"])
    return told_of.format(value=text, percent=change, beside=beside["factor_id"], number=number, unit=beside["unit"])


def _cell_lines(cell: Row, one: Row | None = None) -> Iterator[str]:
    old, new = (_text(cell, when, one) for when in ("old", "new"))
    change = f"  {percent(cell['percent'])}" if cell["column"] in NUMBERS and cell["percent"] is not None else ""
    if max(len(old), len(new)) <= _SHORT:
        yield f"      {cell['column']}: {old} -> {new}{change}"
        return
    yield f"      {cell['column']}:"
    yield f"        - {old}"
    yield f"        + {new}"


def _text(cell: Row, when: str, one: Row | None) -> str:
    value = cell[when]
    if value is None:
        return _("(blank)")
    if cell["column"] in NUMBERS and one is not None:
        return f"{_number(value)} {one[when]['unit']}"
    return str(value)


def _source_lines(sources: Sequence[Row]) -> Iterator[str]:
    words = {"added": _("added"), "removed": _("removed"), "changed": _("changed")}
    for one in sources:
        yield f"  {words[one['change']]}  {one['source_id']}"
        for cell in one["cells"]:
            yield from _cell_lines(cell)


def _site_lines(site: Row) -> Iterator[str]:
    stated = site["site"]
    yield ""
    yield f"  {stated['name']} ({stated['country']}, {stated['year']})  {site['file']}"
    for when, text in (
        ("old", _("cannot be computed with the old tables")),
        ("new", _("cannot be computed with the new tables")),
    ):
        reason = site["refused"][when]
        if reason is not None:
            yield f"    {text}:"
            yield from (f"      {line}" for line in reason.splitlines())
    yield from _total_lines(site)
    if site["moves"]:
        yield "    " + _("What moves most, and by which rows")
        yield from (f"    {line}" for line in move_lines(site["moves"], _MOVES_SHOWN))
        yield from _cause_lines(site)
    elif not any(site["refused"].values()):
        yield "    " + _("nothing moves")


def _total_lines(site: Row) -> list[str]:
    names = {
        "scopes_1_2": _("scopes 1+2"),
        "scopes_1_2_3": _("scopes 1+2+3"),
        "scope_2_market_based": _("scope 2, market-based"),
        "land_use_change": _("land-use change"),
        "removals": _("removals"),
    }
    rows = [
        [names[name], told(one["before"], DIGITS), "->", told(one["after"], DIGITS), *_by(one)]
        for name, one in site["totals"].items()
    ]
    return ["  " + line for line in table(rows, right=(1, 3, 4, 5))]


def _by(move: Row) -> list[str]:
    if move["change"] is None:
        return ["", ""]
    return [signed(move["change"]), percent(move["percent"])]


def _cause_lines(site: Row) -> Iterator[str]:
    causes, together = site["causes"], site["interaction"]
    if len(causes) < 2:
        return
    yield "    " + _("Each change alone, on scopes 1+2+3 and on land")
    rows: list[list[str]] = []
    for one in causes:
        name = _("GWPs") if one["item"] == "gwp100" else one["item"]
        rows.append([name, *_cause_cells(one["change"])])
    if together is not None:
        rows.append([_("together, beyond each alone"), *_cause_cells(together)])
    yield from ("    " + line for line in table(rows, right=(1, 2)))


def _cause_cells(change: Row | None) -> list[str]:
    if change is None:
        return [_("cannot stand alone"), ""]
    return [signed(change["scopes_1_2_3"]), signed(change.get("land_use_change", 0.0))]


def _number(value: float) -> str:
    return f"{value:.12g}"
