"""Any figure of a footprint as a tree: equations with their source down to inputs with theirs."""

import difflib
import re
from collections.abc import Callable
from inspect import cleandoc
from typing import Any, NamedTuple

from asmcarbon.errors import InputError, Problem
from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.activities import AMORTISATION_YEARS, activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.derivation import Input, Node, Step
from asmcarbon.footprint.equations import amortised, intensity, part_of, sum_uncertainty
from asmcarbon.footprint.footprint import ACCOUNT_GROUPS, LINE_UNIT, SCOPE_GROUPS, Footprint, Line
from asmcarbon.footprint.intensity import Denominator, amortised_land_of, denominators_of, intensity_over, jobs_of
from asmcarbon.footprint.uncertainty import correlated, moves_by_line, moves_over, spread_of, uncertainty_over
from asmcarbon.messages import _
from asmcarbon.reports.footprint_notes import why_not_amortised
from asmcarbon.reports.rows import Row, figure, provenance
from asmcarbon.site.site import Site
from asmcarbon.units import quantity

TOTALS = (*SCOPE_GROUPS, *ACCOUNT_GROUPS)


class Asked(NamedTuple):
    """A figure by its name: `scope_1.diesel`, `scopes_1_2/gold`, `land_use_change.interval`."""

    total: str
    parts: tuple[str, ...]
    per: str
    is_interval: bool


def explanation(site: Site, tables: FactorTables, name: str) -> Row:
    """Return one figure as a tree of rows; InputError where the footprint has no such figure.

    name   a total; behind a dot, which lines of it; behind a slash, what it is told over; `.interval` for its interval
    """
    return explanation_of(calculate(activities_of(site), site, tables), site, name)


def explanation_of(footprint: Footprint, site: Site, name: str) -> Row:
    """Return one figure of a footprint as a tree of rows, by its name."""
    equations: dict[str, Row] = {}
    write = _Writer(equations)
    tree = _tree(_asked(name), site, footprint, write)
    head = {**provenance(site, footprint.release), "gwp_set": footprint.gwp_set, "figure": name}
    return {**head, "tree": tree, "equations": list(equations.values())}


def lines_asked(name: str, site: Site, footprint: Footprint) -> list[Line]:
    """Return the lines that a figure is the sum of; none for jobs."""
    asked = _asked(name)
    return [] if asked.total == "jobs" else _lines(asked, site, footprint)


def figures_of(site: Site, tables: FactorTables) -> list[str]:
    """Return the names of the figures that can be explained: totals, sources below them, intensities, intervals."""
    footprint = calculate(activities_of(site), site, tables)
    totals = [total for total in TOTALS if footprint.lines_of(total) and _is_told(total, site, footprint)]
    sources = {f"scope_{line.scope}.{line.source}" for line in footprint.lines if line.account == "energy"}
    whole = [total for total in totals if total in ("scopes_1_2", "scopes_1_2_3") or total.startswith("land")]
    over = [f"{total}/{_slug(one.name)}" for total in whole for one in denominators_of(site)]
    jobs = [] if jobs_of(site) is None else ["jobs"]
    return [*totals, *sorted(sources), *over, *(f"{total}.interval" for total in totals), *jobs]


def _is_told(total: str, site: Site, footprint: Footprint) -> bool:
    return total != "land_use_change_amortised" or amortised_land_of(footprint, site) is not None


def _asked(name: str) -> Asked:
    text = re.sub(r"\s+per\s+", "/", name.strip().lower()).replace(" ", "_")
    text, is_interval = text.removesuffix(".interval"), text.endswith(".interval")
    text, _slash, per = text.partition("/")
    total, *parts = text.split(".")
    total = re.sub(r"^(scopes?)_?(\d)", r"\1_\2", total)
    return Asked(total, tuple(parts), _slug(per), is_interval)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def _tree(asked: Asked, site: Site, footprint: Footprint, write: "_Writer") -> Row:
    if asked.total == "jobs":
        if asked.is_interval or asked.parts or asked.per:
            what = _("are told whole, without interval and over nothing")
            raise InputError(Problem(asked.total, what, "jobs"))
        jobs = jobs_of(site)
        if jobs is None:
            what = _("are not known: the site does not state people with their hours")
            raise InputError(Problem(asked.total, what))
        return write.node("jobs", jobs)
    lines = _lines(asked, site, footprint)
    name = ".".join((asked.total, *asked.parts))
    over = _over(asked, site) if asked.per else None
    if asked.is_interval:
        return _interval(f"{name}/{over.name}" if over else name, lines, over, write)
    total = write.sum_of(name, lines)
    if asked.total == "land_use_change_amortised":
        years = write.node("years", _years())
        value = amortised(quantity(total["value"], total["unit"]), AMORTISATION_YEARS)
        total = write.applied(name, amortised, value, [{**total, "name": "cleared"}, years])
    return total if over is None else _intensity(name, total, over, write)


def _lines(asked: Asked, site: Site, footprint: Footprint) -> list[Line]:
    if asked.total not in TOTALS:
        raise _refused(asked.total, _("is not a figure of a footprint"), [*TOTALS, "jobs"])
    lines = footprint.lines_of(asked.total)
    if lines and not _is_told(asked.total, site, footprint):
        raise InputError(Problem(asked.total, why_not_amortised(site) or ""))
    found = [line for line in lines if set(asked.parts) <= {*line.source.lower().split("."), line.gas.lower()}]
    if not found:
        what = _("holds nothing at this site") if not asked.parts else _("has no such line")
        sources = dict.fromkeys(f"{asked.total}.{line.source}" for line in lines)
        raise _refused(".".join((asked.total, *asked.parts)), what, [*sources] or _known(site, footprint))
    return found


def _known(site: Site, footprint: Footprint) -> list[str]:
    return [total for total in TOTALS if footprint.lines_of(total) and _is_told(total, site, footprint)]


def _over(asked: Asked, site: Site) -> Denominator:
    known = {_slug(one.name): one for one in denominators_of(site)}
    if asked.per not in known:
        raise _refused(asked.per, _("is nothing that this site's totals are told over"), list(known))
    return known[asked.per]


def _refused(given: str, what: str, choices: list[str]) -> InputError:
    near = difflib.get_close_matches(given, choices, 1)
    expected = ", ".join(choices[:12]) or _("nothing: the site states no activity")
    return InputError(Problem(given or "FIGURE", what, expected, near[0] if near else ""))


def _years() -> Input:
    years = quantity(float(AMORTISATION_YEARS), "1")
    return Input("convention.years", "years", years, None, None, "convention", _("years over which it is spread"))


def _intensity(name: str, total: Row, over: Denominator, write: "_Writer") -> Row:
    value = intensity_over(quantity(total["value"], total["unit"]), over)
    emission = {**total, "name": "emission"}
    if over.share is not None:
        borne = part_of(quantity(total["value"], total["unit"]), over.share.quantity).to(total["unit"])
        share = write.node("share", over.share)
        emission = write.applied("emission", part_of, borne, [{**total, "name": "amount"}, share])
    children = [emission, write.node("denominator", over.node)]
    return write.applied(f"{name}/{over.name}", intensity, value, children)


def _interval(name: str, lines: list[Line], over: Denominator | None, write: "_Writer") -> Row:
    """Return the interval of a total: what each input moves it by, and the root of the sum of their squares.

    An input of a product moves a line by half its range, relative, times the line.
    """
    told_over = (over.node, over.share) if over else (None, None)
    moves_known = moves_by_line(lines)
    spread = spread_of(lines, moves_known)
    found, whole = uncertainty_over(spread, *told_over), spread.sum_covered
    entries = [
        (f"{line.label}, {line.gas}", line.co2e.magnitude, one, moved)
        for line in lines
        for one, moved in moves_known[id(line)] or ()
    ]
    entries += [(_("told over"), whole, one, moved) for one, moved in moves_over(whole, *told_over)]
    moves: dict[str, list[Row]] = {}
    for label, of, one, moved in entries:
        row = {"name": label, **(figure(quantity(moved, LINE_UNIT)) or {}), "note": _range_note(one, of, LINE_UNIT)}
        moves.setdefault(correlated(one), []).append(row)
    children = [
        {
            "name": key, "value": sum(row["value"] for row in rows), "unit": LINE_UNIT, "equation": "sum",
            "children": rows,
        }
        for key, rows in moves.items()
    ]  # fmt: skip
    children.sort(key=lambda row: -abs(row["value"]))
    total = {"name": "total", "value": whole, "unit": LINE_UNIT, "equation": "sum", "children": []}
    total["note"] = _("{covered:,.4g} % of {name} stands in lines whose every input has a range").format(
        covered=100 * found.covered, name=name
    )
    lacking = [{"name": key, "note": _("has no range"), "children": []} for key in found.without_range]
    relative = None if found.relative is None else quantity(100 * found.relative, "%")
    return write.applied(f"{name}.interval", sum_uncertainty, relative, [total, *children, *lacking])


def _range_note(one: Input, value: float, unit: str) -> str:
    if one.low is None or one.high is None:
        return ""
    units = one.quantity.units
    text = _("{key} is {value:.12g}, {low:.12g} to {high:.12g} {of}; the line is {whole:.12g} {unit}")
    numbers = {"low": one.low.m_as(units), "high": one.high.m_as(units), "value": one.quantity.magnitude}
    of = (figure(one.quantity) or {})["unit"]
    return text.format(key=one.key, of=of, whole=value, unit=unit, **numbers)


class _Writer:
    """Nodes to rows; each equation that was met is described once."""

    def __init__(self, equations: dict[str, Row]) -> None:
        self.equations = equations

    def node(self, name: str, node: Node) -> Row:
        """Return an input or a step with everything below it."""
        row: Row = {"name": name, **(figure(node.quantity) or {})}
        if isinstance(node, Step):
            self.describe(node.equation)
            children = [self.node(argument, one) for argument, one in node.arguments]
            return row | {"equation": node.equation.__name__, "children": children}
        if node.low is not None and node.high is not None:
            units = node.quantity.units
            row |= {"low": float(node.low.m_as(units)), "high": float(node.high.m_as(units))}
        row |= {"key": node.key, "basis": node.basis, "source": node.source}
        if node.derivation is None:
            return row
        below = self.node(name, node.derivation)
        return row | {"equation": below["equation"], "children": below["children"]}

    def sum_of(self, name: str, lines: list[Line]) -> Row:
        """Return the sum of lines, in tonnes, with the lines below it."""
        total = quantity(sum(line.co2e.magnitude for line in lines), "kgCO2e/year").to("tCO2e/year")
        children = [self.node(f"{line.label}, {line.gas}", line.derivation) for line in lines]
        return {"name": name, **(figure(total) or {}), "equation": "sum", "children": children}

    def applied(self, name: str, equation: Callable[..., Any], value: Any, children: list[Row]) -> Row:
        """Return an equation applied to rows."""
        self.describe(equation)
        known = figure(value) or {"value": None, "unit": ""}
        return {"name": name, **known, "equation": equation.__name__, "children": children}

    def describe(self, equation: Callable[..., Any]) -> None:
        """Keep what an equation gives, its formula and its source, from its docstring."""
        if equation.__name__ not in self.equations:
            self.equations[equation.__name__] = described(equation)


def described(equation: Callable[..., Any]) -> Row:
    """Return what an equation gives, its formula and where it is published, as its docstring has them."""
    paragraphs = cleandoc(equation.__doc__ or "").split("\n\n")
    formula = next((one.strip() for one in paragraphs if one.startswith("    ")), "")
    source = next((one.removeprefix("Source: ") for one in paragraphs if one.startswith("Source: ")), "")
    return {
        "equation": equation.__name__,
        "gives": " ".join(paragraphs[0].split()),
        "formula": formula,
        "source": " ".join(source.split()),
    }
