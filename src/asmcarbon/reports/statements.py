"""The statements of a site as rows for machines, with the codes of the standards that ask for each figure."""

from pathlib import Path
from typing import NamedTuple

from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.avoided import AvoidedEmissions
from asmcarbon.footprint.financed import TABLES, Attributed, Financed
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.footprint.social import Indicator, lacks_own_electricity, multipliers
from asmcarbon.footprint.statements import Claim, SiteStatements, statements_of
from asmcarbon.messages import _
from asmcarbon.reports.rows import Row, figure, provenance, totals_rows
from asmcarbon.site.read import read_site
from asmcarbon.site.site import Site


class Code(NamedTuple):
    """A code of a standard beside a figure; not verified where it was seen second-hand only."""

    standard: str
    code: str
    verified: bool = True


def _iris(*codes: str) -> tuple[Code, ...]:
    return tuple(Code("IRIS+", code) for code in codes)


# A code stands beside a figure where the definition that was seen fits it: OI9604 is that of imported electricity, so
# it goes with scope 2.
CODES: dict[str, tuple[Code, ...]] = {
    "scope_1": (
        *_iris("OI4112", "OI5732"), Code("GRI", "305-1"), Code("SASB", "EM-MM-110a.1"), Code("ESRS", "E1-6", False)
    ),
    "scope_2": (*_iris("OI9604", "OI5732"), Code("ESRS", "E1-6", False)),
    "scope_3": (*_iris("OI5732"), Code("ESRS", "E1-6", False)),
    "scopes_1_2_3": _iris("OI1479"),
    "avoided": _iris("OI4862"),
    "workers": (Code("IRIS+", "OI8869", False), Code("ESRS", "S1-6", False)),
    "women": (Code("IRIS+", "OI6213", False),),
    "energy_purchased": _iris("OI8825"),
    "energy_generated": _iris("OI9624"),
    "generated_renewable": _iris("OI2496"),
    "generated_non_renewable": _iris("OI1495"),
    "energy_consumed": (Code("GRI", "302-1"), Code("SASB", "EM-MM-130a.1")),
    "grid_share": (Code("SASB", "EM-MM-130a.1"),),
    "renewable_share": (Code("SASB", "EM-MM-130a.1"),),
}  # fmt: skip

TONNES = "tCO2e/year"


def baseline_for(site: Site, folder: Path, given: Site | None) -> Site | None:
    """Return the baseline that was given, or else the one that the site names in a folder."""
    stated = site.statements.avoided
    if given is not None or stated is None or stated.baseline is None:
        return given
    return read_site(folder / stated.baseline)


def statements_report(site: Site, tables: FactorTables, baseline: Site | None = None) -> Row:
    """Return the statements of a site as rows: the one call that every edge makes for them."""
    found = statements_of(site, tables, baseline)
    return {
        **provenance(site, found.footprint.release),
        "gwp_set": found.footprint.gwp_set,
        "boundary": site.processing.boundary,
        "consolidation": site.method.consolidation,
        "site": _site_row(site),
        "emissions": _emission_rows(found.footprint),
        "avoided": None if found.avoided is None else _avoided_row(found.avoided, site),
        "financed": None if found.financed is None else _financed_row(found.financed),
        "credits": [_claim_row(one) for one in found.claims],
        "social": [_indicator_row(one) for one in found.social],
        "premium_spent_on": _premium_rows(site),
        "standard": site.statements.social.standard,
        "formalisation": site.statements.social.formalisation,
        "energy": [_indicator_row(one) for one in found.energy],
        "intensities": [
            {"total": one.total, "scopes": list(one.scopes), "per": one.per, **(figure(one.value) or {})}
            for one in found.intensities
        ],
        "comparisons": [
            {"benchmark": one.label, "boundary": one.boundary, "site": figure(one.site), "ratio": one.ratio,
             "large_scale": figure(one.benchmark), "factor_id": one.factor_id, "source": one.citation}
            for one in found.comparisons
        ],
        "notes": _notes(found, tables),
    }  # fmt: skip


def _site_row(site: Site) -> Row:
    return {"name": site.name, "country": site.country, "year": site.year}


def _digest(baseline: Site) -> Row:
    """Return what makes a baseline the same one: its figures are in the result too."""
    return {"input_sha256": provenance(baseline, "")["input_sha256"]}


def _codes(key: str) -> list[Row]:
    return [one._asdict() for one in CODES.get(key, ())]


def _emission_rows(footprint: Footprint) -> list[Row]:
    """Return the totals of the footprint as they stand, with their codes; land and removals apart."""
    labels = {
        "scope_1": _("scope 1"), "scope_2": _("scope 2, by location"), "scope_3": _("scope 3"),
        "scopes_1_2_3": _("scopes 1+2+3"),
    }  # fmt: skip
    totals: Row = {name: one for name, one in totals_rows(footprint).items() if name in labels}
    for name, label in (("land_use_change", _("land-use change")), ("removals", _("removals"))):
        total = footprint.account_total(name)  # type: ignore[arg-type]
        if total is not None:
            totals[name], labels[name] = figure(total.to(TONNES)), label
    return [
        {"key": name, "label": labels[name], **one, "basis": "", "source": "", "codes": _codes(name)}
        for name, one in totals.items()
    ]


def _indicator_row(one: Indicator) -> Row:
    named = {"key": one.key, "label": one.label, **(figure(one.value) or {})}
    return {**named, "basis": one.basis, "source": one.source, "codes": _codes(one.key)}


def _avoided_row(avoided: AvoidedEmissions, site: Site) -> Row:
    stated, scale, baseline = site.statements.avoided, avoided.scale, avoided.baseline
    return {
        "baseline": None if baseline is None else _site_row(baseline) | _digest(baseline),
        "why": "" if stated is None else stated.why,
        "output": None
        if scale is None
        else {
            "per": scale.per,
            "baseline": figure(scale.baseline_output.to(_unit_of(scale.per))),
            "year": figure(scale.output.to(_unit_of(scale.per))),
            "ratio": scale.ratio,
        },
        "differences": [
            {
                "total": one.name,
                "baseline": figure(one.baseline.to(TONNES)),
                "year": figure(one.actual.to(TONNES)),
                "avoided": figure(one.avoided.to(TONNES)),
            }
            for one in avoided.differences
        ],
        "electricity": [
            {"label": line.label, "avoided": figure(line.co2e.to(TONNES)), "factor_id": line.factor_id}
            for line in avoided.electricity
        ],
        "avoided": figure(avoided.total.to(TONNES)),
        "avoided_land_use_change": None if avoided.land is None else figure(avoided.land.to(TONNES)),
        "operating_margin": _margin_row(avoided),
        "only_in_baseline": list(avoided.only[0]),
        "only_in_year": list(avoided.only[1]),
        "codes": _codes("avoided"),
    }


def _unit_of(per: str) -> str:
    return "kg/year" if per in ("gold", "silver") else "t/year"


def _margin_row(avoided: AvoidedEmissions) -> Row | None:
    for line in avoided.margin_lines:
        for one in line.inputs:
            if one.name == "emission_factor":
                value = one.quantity.to(f"kg{line.gas}/kWh")
                return {**(figure(value) or {}), "factor_id": line.factor_id, "source": one.source}
    return None


def _financed_row(financed: Financed) -> Row:
    financing = financed.financing
    return {
        "asset_class": financing.asset_class,
        "as_of": financing.as_of,
        "equity": figure(financed.equity.to("USD")),
        "debt": figure(financing.debt.quantity.to("USD")),
        "data_quality": {"score": financed.score, "option": financed.option, "table": TABLES[financing.asset_class]},
        "investors": [_investor_row(one) for one in financed.investors],
        "unattributed_percent": 100 * financed.unattributed,
    }


def _investor_row(one: Attributed) -> Row:
    shares = {name: None if total is None else figure(total.to(TONNES)) for name, total in one.totals.items()}
    return {
        "name": one.investor.name,
        "kind": one.investor.kind,
        "outstanding": figure(one.outstanding.to("USD")),
        "attribution_percent": 100 * one.factor,
        **shares,
    }


def _claim_row(one: Claim) -> Row:
    return {
        "kind": one.kind,
        "total": None if one.total is None else figure(one.total.to(TONNES)),
        "sold": figure(one.sold.to(TONNES)),
        "own_claim": figure(one.own.to(TONNES)),
        "sales": [
            {"amount": figure(sale.amount.quantity.to(TONNES)), "programme": sale.programme,
             "registry": sale.registry, "vintage": sale.vintage}
            for sale in one.sales
        ],
    }  # fmt: skip


def _premium_rows(site: Site) -> list[Row]:
    premium = site.statements.social.premium
    spent = [] if premium is None else premium.spent
    return [{"purpose": one.purpose, "amount": figure(one.amount.quantity.to("USD/year"))} for one in spent]


def _notes(found: SiteStatements, tables: FactorTables) -> list[str]:
    """Return what a reader of the statements has to know beside their figures."""
    notes = [_("the footprint's totals are the same with all of these statements or none of them")]
    if found.avoided is not None:
        notes += _avoided_notes(found.avoided, found.site)
    if found.financed is not None:
        notes += [
            _("financed: PCAF 2022, Part A, second edition; each total apart, removals without regard to credits sold")
        ]
        if found.financed.financing.equity.to("USD") < 0:
            notes += [_("the total equity is below zero and counts as none: debt answers for all")]
    if found.claims:
        notes += [_("credits: whether they were issued, are held or were used is not checked with any registry")]
    notes += _people_notes(found, tables)
    if any(one.key == "generated_non_renewable" for one in found.energy):
        notes += [
            _("electricity made from fuels is in the energy of the fuels already, and not added to what is consumed")
        ]
    if lacks_own_electricity(found.site):
        text = _("energy consumed is not told: what the array gave is not, statements.electricity_generated.renewable")
        notes += [text]
    notes += [_("energy of fuels is by net calorific value, the heat without that of its water vapour")]
    return notes


def _avoided_notes(avoided: AvoidedEmissions, site: Site) -> list[str]:
    notes = [_("avoided: an estimate against a stated baseline, not a reduction of the footprint")]
    if avoided.baseline is not None:
        place = {"country": site.country, "year": site.year}
        notes += [_("avoided: both years by the factors of {country}, {year}, and one GWP set").format(**place)]
        notes += [
            _("avoided: effects outside the account, and whether it would have happened anyway, are not computed")
        ]
    if avoided.margin_lines:
        text = _("avoided: electricity of the grid counts by operating margin, in the footprint by the grid's average")
        notes += [text]
    names = {"land_use_change": _("land-use change"), "removals": _("removals")}
    for one in avoided.incomparable:
        text = _("avoided: {name} is stated by only one of the two and is not compared; state 0 where there is none")
        notes += [text.format(name=names[one])]
    return notes


def _people_notes(found: SiteStatements, tables: FactorTables) -> list[str]:
    people, notes = found.site.people, list[str]()
    if people is None:
        return notes
    if people.hours is None:
        notes += [_("no hours are given: a headcount is not a number of jobs, so no job is told")]
    if people.indirect_multiplier is None:
        cited = "; ".join(
            _("{value} for {kind} ({source})").format(
                value=f"{row.value:g}" if row.low is None else f"{row.low:g}-{row.high:g}",
                kind=row.item.removesuffix(".indirect_jobs").replace("_", " ").replace(".", ", "),
                source=tables.sources[row.source_id].publisher,
            )
            for row in multipliers(tables)
        )
        text = _("indirect jobs are not told: people.indirect_multiplier is not given; published: {cited}")
        notes += [text.format(cited=cited)]
    elif found.intensities and not found.comparisons:
        notes += [_("per direct and indirect job nothing is compared: no benchmark of it has a multiplier too")]
    elif found.comparisons:
        notes += [_("the two multipliers are of different publications: what counts as indirect may differ")]
    return notes
