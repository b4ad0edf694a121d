"""The footprint of a site as a ProductFootprint of PACT: one kilogram of a metal, from the cradle to the site's gate.

Written from WBCSD, PACT, Technical Specifications for PCF Data Exchange, version 3.0 (docs.carbon-transparency.org).
Its figures are strings. What the site does not know is left out where the specification lets it; where it does not, the
publisher states it (`Declared`), or there is no product footprint:

- Of bought ore the mining is not in the account, so that it does not begin at the cradle.
- Products that share no footprint would each carry all of it.
- Land that was opened counts as a product's land-use change once it is spread over 20 years of clearing (ISO 14067, GHG
  Protocol Product Standard). A site that states what it cleared and not those years has none: a figure without it would
  leave out what is known.
- What is exempted has a percentage that the site cannot know.

Removals by rehabilitation are left out: they count only with the traceability that the specification asks for, which
nobody has checked. Electricity is counted by location.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from msgspec.structs import replace

from asmcarbon.errors import InputError, Problem
from asmcarbon.exchange.declared import Declared
from asmcarbon.factors.countries import alpha_2
from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.activities import AMORTISATION_YEARS, activities_of
from asmcarbon.footprint.allocation import output_of, shares_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.data_quality import quality_by_line, quality_of
from asmcarbon.footprint.derivation import inputs_of
from asmcarbon.footprint.footprint import Footprint, Line
from asmcarbon.footprint.intensity import Denominator, amortised_land_of, intensity_over
from asmcarbon.messages import _, marked
from asmcarbon.reports.footprint_notes import why_not_amortised
from asmcarbon.reports.rows import Row, provenance
from asmcarbon.site.site import Site

SPECIFICATION = "3.0.0"

_CLEARING = ("land_use_change", "land_history")
_OWN = marked("factors of the site's own table")
_STEP = Decimal("0.000001")
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_GATES = {
    "mine_gate": marked("the mine's gate"),
    "processing_gate": marked("the gate of processing"),
    "refined": marked("the gate of the refinery"),
}
_LONGEST = 4000


def product_footprint(site: Site, tables: FactorTables, declared: Declared, number: str, created: datetime) -> Row:
    """Return the ProductFootprint of a metal that leaves a site; InputError lists everything that stands against one.

    number   its id, a UUID
    created  when, with its time zone
    """
    footprint = calculate(activities_of(site), site, tables)
    product, problems = _product(site, declared)
    problems += [*_boundary_problems(site, footprint, created), *_exemption_problems(site, footprint, declared)]
    if problems or product is None:
        raise InputError(problems)
    row: Row = {
        "id": number,
        "specVersion": SPECIFICATION,
        "created": created.astimezone(UTC).strftime(_TIME),
        "status": "Active",
        "companyName": declared.company,
        "companyIds": list(declared.company_ids),
        "productDescription": declared.product_description or _description(site, product),
        "productIds": list(declared.product_ids),
        "productNameCompany": declared.product_name or product,
        "comment": _comment(site, footprint, declared),
        "pcf": _carbon_footprint(site, footprint, tables, declared, product),
    }
    return row | ({"productClassifications": list(declared.classifications)} if declared.classifications else {})


def _product(site: Site, declared: Declared) -> tuple[str | None, list[Problem]]:
    """Return the metal that the footprint is of, and what stands against one."""
    processing = site.processing
    leaving = [name for name, (output, _price) in processing.sold().items() if output.quantity.magnitude > 0]
    metals = [str(name) for name in processing.products if name in leaving]
    product = declared.product or (metals[0] if len(metals) == 1 else None)
    if product not in metals:
        what = _("several metals leave the site") if metals else _("no metal leaves the site")
        if declared.product is not None:
            what = _("no {metal} leaves the site").format(metal=declared.product)
        expected = _("one of {metals}").format(metals=", ".join(metals)) if metals else _("processing.products")
        return None, [Problem("product", what, expected)]
    if len(leaving) > 1 and processing.allocation == "none":
        what = _("{names} share no footprint, so that each would carry all of it").format(names=", ".join(leaving))
        return product, [Problem("processing.allocation", what, _("mass or economic"), "allocation: economic")]
    return product, []


def _boundary_problems(site: Site, footprint: Footprint, created: datetime) -> list[Problem]:
    problems: list[Problem] = []
    if site.processing.ore_from != "own":
        what = _("mining the ore is not in this account, and a product's footprint begins at the cradle")
        problems.append(Problem("processing.ore_from", what, _("a site that mines its own ore")))
    if site.year > created.year:
        problems.append(Problem("year", _("is still to come"), _("a year that has begun"), f"year: {created.year}"))
    reason = why_not_amortised(site)
    if reason is not None and any(line.account in _CLEARING and line.co2e.magnitude for line in footprint.lines):
        what = _("land was opened, and without its land-use change a footprint would leave out what is known: {reason}")
        problems.append(Problem("land.history_since", what.format(reason=reason)))
    return problems


def _exemption_problems(site: Site, footprint: Footprint, declared: Declared) -> list[Problem]:
    left_out = _exempted(site, footprint)
    if not left_out or declared.exempted_percent is not None:
        return []
    what = _("the site leaves out {sources}, and what share of its emissions that is has to be told")
    names = ", ".join(name for name, _reason in left_out)
    return [Problem("exempted_percent", what.format(sources=names), _("a share in percent"), "2.5")]


def _exempted(site: Site, footprint: Footprint) -> list[tuple[str, str]]:
    """Return what the account leaves out, and why."""
    stated = [(one.source, one.reason) for one in site.method.exclusions]
    return [*stated, *((label, _("no factor is known")) for label in footprint.left_out)]


def _carbon_footprint(site: Site, footprint: Footprint, tables: FactorTables, declared: Declared, product: str) -> Row:
    shares = shares_of(site.processing, site.processing.allocation) or {}
    over = Denominator(product, output_of(site.processing, product), "kgCO2e/kg", shares[product])
    emissions = _emissions(site, footprint, over)
    # Of what these fields sum up, each has its sign already (the note on pcfExcludingBiogenicUptake).
    excluding, uptake = sum(emissions.values(), start=Decimal(0)), Decimal(0)
    lines = _counted(site, footprint)
    quality = quality_of(lines, quality_by_line(lines, site, tables))
    exempted = _exempted(site, footprint)
    row: Row = {
        "declaredUnitOfMeasurement": "kilogram",
        "declaredUnitAmount": "1",
        "productMassPerDeclaredUnit": "1",
        "referencePeriodStart": f"{site.year}-01-01T00:00:00Z",
        "referencePeriodEnd": f"{site.year + 1}-01-01T00:00:00Z",
        "geographyCountry": alpha_2(site.country),
        "boundaryProcessesDescription": _boundary(site, lines),
        "pcfExcludingBiogenicUptake": _text(excluding),
        "pcfIncludingBiogenicUptake": _text(excluding + uptake),
        # A metal holds no carbon, fossil or biogenic.
        "fossilCarbonContent": "0",
        "biogenicCarbonContent": "0",
        **{name: _text(value) for name, value in emissions.items()},
        "biogenicCO2Uptake": _text(uptake),
        "packagingEmissionsIncluded": False,
        "ccsTechnologicalCO2CaptureIncluded": False,
        "ipccCharacterizationFactors": _characterisation(footprint.gwp_set, lines),
        "crossSectoralStandards": list(declared.standards),
        "exemptedEmissionsPercent": _text(Decimal(repr(declared.exempted_percent or 0.0))),
        "exemptedEmissionsDescription": "; ".join(f"{name}: {reason}" for name, reason in exempted),
        "allocationRulesDescription": _allocation(site, shares[product].quantity.m_as("%")),
    }
    if sources := _sources(lines, tables):
        row["secondaryEmissionFactorSources"] = sources
    if quality.primary is not None and quality.ratings is not None:
        row["primaryDataShare"] = _text(_decimal(100 * quality.primary))
        ratings = {name: _text(_decimal(value)) for name, value in quality.ratings.items()}
        row["dqi"] = {
            "technologicalDQR": ratings["technological"],
            "geographicalDQR": ratings["geographical"],
            "temporalDQR": ratings["temporal"],
        }
    return row


def _emissions(site: Site, footprint: Footprint, over: Denominator) -> dict[str, Decimal]:
    """Return what a kilogram bears by the fields that PACT sums up; a field of which nothing is known is left out.

    Drained peat loses carbon every year that it stays drained: recurring, on land within one category of use.
    """
    land = amortised_land_of(footprint, site)
    totals = {"fossilGhgEmissions": footprint.total()}
    if land is not None:
        totals["landUseChangeGhgEmissions"] = land
    if any(line.account == "drained_peat" for line in footprint.lines):
        totals["landManagementBiogenicCO2Emissions"] = footprint.sum_of(lambda line: _is_peat(line, co2=True))
        totals["biogenicNonCO2Emissions"] = footprint.sum_of(lambda line: _is_peat(line, co2=False))
    return {name: _decimal(float(intensity_over(total, over).magnitude)) for name, total in totals.items()}


def _is_peat(line: Line, *, co2: bool) -> bool:
    return line.account == "drained_peat" and (line.gas == "CO2") == co2


def _counted(site: Site, footprint: Footprint) -> list[Line]:
    """Return the lines that the figure sums up, clearing with the share that it bears."""
    is_spread = amortised_land_of(footprint, site) is not None
    lines = [line for line in footprint.lines if line.account in ("energy", "drained_peat")]
    clearing = [line for line in footprint.lines if line.account in _CLEARING and is_spread]
    return lines + [replace(line, co2e=line.co2e / AMORTISATION_YEARS) for line in clearing]


def _characterisation(gwp_set: str, lines: Sequence[Line]) -> list[str]:
    """Return the sets of GWPs of the footprint, and of figures that were published in CO2e."""
    return sorted({gwp_set, *(line.gwp_set for line in lines if re.fullmatch(r"AR\d+", line.gwp_set))}, reverse=True)


def _sources(lines: Sequence[Line], tables: FactorTables) -> list[Row]:
    """Return the publications of every row that the figure rests on, and the release of the tables."""
    keys = {one.key for line in lines for one in inputs_of(line.derivation, deep=True) if one.basis == "factor"}
    rows = [tables.by_id[key] for key in keys]
    found = {_(_OWN): ""} if any(row.is_own for row in rows) else {}
    for source in (tables.sources[row.source_id] for row in rows if not row.is_own):
        found[f"{source.publisher}, {source.citation}"] = str(source.year or source.retrieved or _("undated"))
    if not found:
        return []
    listed = [{"name": name, "version": version or tables.release} for name, version in sorted(found.items())]
    return [{"name": "asmcarbon", "version": tables.release}, *listed]


def _boundary(site: Site, lines: Sequence[Line]) -> str:
    text = _("Cradle to {gate}. In the figure: {sources}.")
    sources = "; ".join(dict.fromkeys(line.label for line in lines if line.co2e.magnitude)) or _("nothing emitted")
    return text.format(gate=_(_GATES[site.processing.boundary]), sources=sources)[:_LONGEST]


def _allocation(site: Site, percent: float) -> str:
    if len(site.processing.sold()) < 2:
        return _("One product: it carries all emissions of the site.")
    text = _("Products share the emissions of the site by {method}; this one carries {percent:.2f} % of them.")
    methods = {"mass": _("mass"), "economic": _("what they are worth")}
    return text.format(method=methods.get(site.processing.allocation, site.processing.allocation), percent=percent)


def _description(site: Site, product: str) -> str:
    text = _("{metal}, as metal contained in what leaves {gate}: {site}, {country}, {year}")
    words = {"site": site.name, "country": site.country, "year": site.year}
    return text.format(metal=product, gate=_(_GATES[site.processing.boundary]), **words)


def _comment(site: Site, footprint: Footprint, declared: Declared) -> str:
    """Return what a reader has to know beside the figures, the publisher's own words first."""
    made = provenance(site, footprint.release)
    stamp = _("Made by asmcarbon {asmcarbon} with factors of release {factor_release}; input sha256 {input_sha256}.")
    told = [declared.comment, stamp.format(**made), _("Not verified by a third party as far as asmcarbon knows.")]
    if amortised_land_of(footprint, site) is None:
        told.append(_("Land-use change is not in the figure: the site states none."))
    removals = footprint.account_total("removals")
    if removals is not None:
        text = _("Removals by rehabilitation, {amount:.6g} tCO2e in the year, are not in the figure.")
        told.append(text.format(amount=removals.m_as("tCO2e/year")))
    if any(line.scope == 2 for line in footprint.lines):
        told.append(_("Electricity by location: by the average of the grid, whatever the contracts."))
    told += sorted({f"{line.label}: {note}." for line in _counted(site, footprint) for note in line.notes})
    return " ".join(filter(None, told))[:_LONGEST]


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(_STEP)


def _text(value: Decimal) -> str:
    """Return a decimal as the specification writes it: digits and a point, no exponent."""
    text = format(value.normalize(), "f")
    return "0" if text == "-0" else text
