"""Sites side by side and beside large-scale mining, as a page of text for a terminal."""

from asmcarbon.messages import _, marked, numeral
from asmcarbon.reports.footprint_text import boundary_sentence
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import Cells, over_text, told

_TOTALS = {"scopes_1_2": marked("scopes 1+2"), "scopes_1_2_3": marked("scopes 1+2+3")}


def compare_text(report: Row) -> str:
    """Return sites side by side as a page of text."""
    sites = report["sites"]
    text = _("Product: {products}. GWP100 of {gwp}.")
    products = ", ".join(report["products"]) or _("none stated")
    lines = [
        _("Beside large-scale mining") if len(sites) == 1 else _("{n} sites side by side").format(n=len(sites)),
        boundary_sentence(report),
        text.format(products=products, gwp=report["gwp_set"]),
    ]
    for product in report["products"] or [None]:
        lines += ["", *product_cells(sites, product).lines()]
    if (land := land_beside_cells(sites, report["products"])) is not None:
        lines += ["", land_beside_caption(), *land.lines()]
    for site in sites:
        lines += ["", *standing_lines(site)]
    for head, cells, sources in published_tables(sites):
        lines += ["", head, *cells.lines(), "  " + sources]
    if report["notes"]:
        lines += ["", _("Notes"), *(f"  - {note}" for note in report["notes"])]
    lines += ["", *provenance_lines(report)]
    return "\n".join(lines) + "\n"


def numbered(sites: list[Row]) -> list[str]:
    """Return the names of sites, with a number where there are several."""
    return [_name(site) if len(sites) == 1 else f"{n} {_name(site)}" for n, site in enumerate(sites, start=1)]


def _name(site: Row) -> str:
    return f"{site['site']['name']} ({site['site']['country']}, {site['site']['year']})"


def _intensity(site: Row, total: str, per: str) -> Row | None:
    return next((one for one in site["intensities"] if one["total"] == total and one["per"] == per), None)


def _value(site: Row, total: str, per: str) -> str:
    """Return an intensity, with half of its 95 % interval where one is known."""
    one = _intensity(site, total, per)
    if one is None:
        return "-"
    relative = one["relative_percent"]
    return told(one["value"]) + ("" if relative is None else f" ±{numeral(relative / 100.0, '.0%')}")


def _unit(sites: list[Row], total: str, per: str) -> str:
    return next((one["unit"] for site in sites if (one := _intensity(site, total, per))), "-")


def product_cells(sites: list[Row], product: str | None) -> Cells:
    """Return each site per mass of a product and per job, always beside each other."""
    pers = [(total, per) for total in _TOTALS for per in (product, "job") if per is not None]
    heads = ["", *(f"{_(_TOTALS[total])}," for total, _per in pers)]
    below = ["", *(over_text(per) for _total, per in pers)]
    units = ["", *(_unit(sites, total, per) for total, per in pers)]
    rows = [
        [name, *(_value(site, total, per) for total, per in pers)]
        for name, site in zip(numbered(sites), sites, strict=True)
    ]
    return Cells([heads, below, units, *rows], range(1, len(pers) + 1))


def land_beside_caption() -> str:
    """Return what the table of land is."""
    return _("Land, apart: in none of the figures above; - where none is stated")


def land_beside_cells(sites: list[Row], products: list[str]) -> Cells | None:
    """Return land-use change and removals of each site; None where none states any."""
    if not any(site["land_use_change"] or site["removals"] for site in sites):
        return None
    pers = [*products, "job"]
    rows = [["", _("land-use change"), *(over_text(per) for per in pers), _("removals")]]
    rows.append(["", "tCO2e/year", *(_unit(sites, "land_use_change", per) for per in pers), "tCO2e/year"])
    for name, site in zip(numbered(sites), sites, strict=True):
        land, removals = site["land_use_change"], site["removals"]
        over = [_value(site, "land_use_change", per) for per in pers]
        rows.append([name, _told(land), *over, _told(removals)])
    return Cells(rows, range(1, len(rows[0])))


def _told(row: Row | None) -> str:
    return "-" if row is None else told(row["value"])


_POSITIONS = {
    "lower": marked("{per}, {value} {unit}: lower than large-scale mining, {range} in {n} figures ({ratios})."),
    "higher": marked("{per}, {value} {unit}: higher than large-scale mining, {range} in {n} figures ({ratios})."),
    "among": marked(
        "{per}, {value} {unit}: among the figures of large-scale mining, {range}: lower than {k} of {n}, not than the"
        " rest ({ratios})."
    ),
}


def standing_lines(site: Row) -> list[str]:
    """Return in words how a site stands beside large-scale mining, per mass and per job each, and land apart."""
    lines = [_("{site}, scopes 1+2 beside those of large-scale mining").format(site=_name(site))]
    if site["not_compared"] is not None:
        lines.append(f"  {site['not_compared'][:1].upper()}{site['not_compared'][1:]}.")
    else:
        lines += [f"  {_standing_sentence(one)}" for one in site["standings"]]
        if not any(one["per"] == "job" for one in site["standings"]):
            reason = site["without_jobs"] or _("no large-scale figure per job of this product")
            lines.append("  " + _("Per job: not told, {reason}.").format(reason=reason))
    lines += _artisanal_lines(site["artisanal"])
    land = site["land_use_change"]
    if land is None:
        return [*lines, "  " + _("Land: the site states no land opened in the year; clearing would come on top.")]
    over = [one for one in site["intensities"] if one["total"] == "land_use_change" and "troy" not in one["per"]]
    words = ", ".join(f"{told(one['value'])} {one['unit']}" for one in over)
    text = _("Land: what was opened in the year loses {land} tCO2e more ({words}); it is in neither figure above.")
    return [*lines, "  " + text.format(land=told(land["value"]), words=words)]


def _artisanal_lines(rows: list[Row]) -> list[str]:
    """Return in words where a site stands among what was published of artisanal mines; nothing where there is none."""
    if not rows:
        return []
    lower = sum(one["ratio"] < 1 for one in rows)
    text = {
        len(rows): _("Among artisanal mines: lower than the {n} published figures, {low} to {high}."),
        0: _("Among artisanal mines: not lower than any of the {n} published figures, {low} to {high}."),
    }.get(lower, _("Among artisanal mines: lower than {k} of the {n} published figures, {low} to {high}."))
    ends = (rows[0]["published"], rows[-1]["published"])
    low, high = (f"{told(one['value'])} {one['unit']}" for one in ends)
    own = ", ".join(dict.fromkeys(f"{told(one['site']['value'])} {one['site']['unit']}" for one in rows))
    note = _("  Theirs are of energy; the site's fuel burned and electricity bought alone are {own}.").format(own=own)
    return ["  " + text.format(k=lower, n=len(rows), low=low, high=high), "  " + note]


def _standing_sentence(one: Row) -> str:
    low, high, site = one["low"]["value"], one["high"]["value"], one["site"]
    ratios = _("{a} to {b} times").format(a=told(site["value"] / high, 2), b=told(site["value"] / low, 2))
    between = told(low) if low == high else _("{low} to {high}").format(low=told(low), high=told(high))
    per = over_text(one["per"])
    text = _POSITIONS[one["position"]]
    return _(text).format(
        per=per[:1].upper() + per[1:], value=told(site["value"]), unit=site["unit"], range=between, n=one["number"],
        k=one["lower_than"], ratios=ratios if low != high else _("{a} times").format(a=told(site["value"] / low, 2)),
    )  # fmt: skip


def published_tables(sites: list[Row]) -> list[tuple[str, Cells, str]]:
    """Return each set of published figures with the ratio of each site to them, and its sources, under its head."""
    large = _("Large-scale figures, scopes 1+2, and each site over them")
    artisanal = _("Artisanal figures, energy alone, and each site's energy over them")
    found = (
        _ratio_table(sites, large, _("large scale"), ("comparisons", "benchmark", "large_scale")),
        _ratio_table(sites, artisanal, _("published"), ("artisanal", "figure", "published")),
    )
    return [one for one in found if one is not None]


def _ratio_table(sites: list[Row], head: str, column: str, keys: tuple[str, str, str]) -> tuple[str, Cells, str] | None:
    """Return published figures with the ratio of each site to them; None where no site has any.

    keys   where the figures stand in a site's rows, and in each of them its name and its value
    """
    rows_at, name_at, value_at = keys
    named: dict[str, tuple[Row, dict[int, float]]] = {}
    for number, site in enumerate(sites):
        for one in site[rows_at]:
            named.setdefault(one["factor_id"], (one, {}))[1][number] = one["ratio"]
    if not named:
        return None
    rows = [["", column, "", *(_ratio_head(n, len(sites)) for n in range(1, len(sites) + 1))]]
    for one, ratios in named.values():
        over = [f"{told(ratios[n], 2)} ×" if n in ratios else "-" for n in range(len(sites))]
        rows.append([one[name_at], told(one[value_at]["value"]), one[value_at]["unit"], *over])
    sources = sorted({one["source"].split(",")[0] for one, _ratios in named.values()})
    cells = Cells(rows, (1, *range(3, 3 + len(sites))))
    return head, cells, _("Sources: {sources}").format(sources="; ".join(sources))


def _ratio_head(number: int, sites: int) -> str:
    return _("this site") if sites == 1 else _("site {n}").format(n=number)


def provenance_lines(report: Row) -> list[str]:
    """Return what makes the figures of each site repeatable."""
    text = _("asmcarbon {version}; {site}: factors {release}, input {digest}")
    return [
        text.format(
            version=report["asmcarbon"], site=site["site"]["name"], release=site["factor_release"],
            digest=site["input_sha256"][:12],
        )
        for site in report["sites"]
    ]  # fmt: skip
