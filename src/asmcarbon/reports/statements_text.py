"""The statements of a site as text for a terminal, from the same rows that machines read."""

from textwrap import wrap

from asmcarbon.messages import _, marked, numeral
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import money, provenance_line, table, told
from asmcarbon.vocabulary import word

_TOTALS = {
    "scope_1": marked("scope 1"), "scope_2": marked("scope 2"), "scope_3": marked("scope 3"),
    "land_use_change": marked("land-use change"), "removals": marked("removals"),
}  # fmt: skip

# Counted in whole units; and how people say the units of ratios and of working time.
_WHOLE = ("people", "USD", "people*h")
_UNITS = {"1": "", "people*h": "h", "USD/people/h": "USD", "USD/h/people": "USD"}


def statements_text(report: Row) -> str:
    """Return the statements as a page of text."""
    site = report["site"]
    lines = [
        f"{site['name']} ({site['country']}, {site['year']})",
        _("Statements beside the footprint, each on its own. None is netted against it."),
        "",
        _("Emissions as the footprint has them, tCO2e a year"),
        *_indicator_lines(report["emissions"]),
        "",
        *_avoided_lines(report["avoided"]),
        "",
        *_financed_lines(report["financed"]),
        "",
        *_credit_lines(report["credits"]),
        "",
        *_social_lines(report),
        "",
        _("Energy, GJ a year"),
        *_indicator_lines(report["energy"]),
        "",
        _("Notes"),
        *_notes(report["notes"]),
        "",
        provenance_line(report),
    ]
    return "\n".join(lines) + "\n"


def _notes(notes: list[str]) -> list[str]:
    return [line for note in notes for line in wrap(note, 116, initial_indent="  - ", subsequent_indent="    ")]


def codes_text(codes: list[Row]) -> str:
    """Return the codes of one figure: by standard, those seen second-hand marked."""
    by_standard: dict[str, list[str]] = {}
    for one in codes:
        mark = "" if one["verified"] else " " + _("(unverified)")
        by_standard.setdefault(one["standard"], []).append(one["code"] + mark)
    return "; ".join(f"{standard} {', '.join(found)}" for standard, found in by_standard.items())


def _indicator_lines(rows: list[Row]) -> list[str]:
    shown: list[list[str]] = []
    for one in rows:
        unit = one["unit"].removesuffix("/year")
        behind = ": ".join(part for part in (one["basis"], one["source"]) if part)
        value = numeral(one["value"], ",.0f") if unit in _WHOLE else told(one["value"])
        shown.append([one["label"], value, _UNITS.get(unit, unit), codes_text(one["codes"]), behind])
    return table(shown, right=(1,))


def _avoided_lines(avoided: Row | None) -> list[str]:
    if avoided is None:
        return [_("Avoided emissions: none told, no baseline is stated.")]
    lines = [_("Avoided emissions, tCO2e a year")]
    if avoided["baseline"] is not None:
        lines += _baseline_lines(avoided)
    lines += [
        "  " + _("{label}: {value} avoided").format(label=one["label"], value=told(one["avoided"]["value"]))
        for one in avoided["electricity"]
    ]
    whole, land = avoided["avoided"]["value"], avoided["avoided_land_use_change"]
    text = (
        _("In all {value} less than the baseline ({codes}).")
        if whole >= 0
        else _("In all {value} more than the baseline.")
    )
    if avoided["baseline"] is None:
        text = _("In all {value} avoided by electricity given ({codes}).")
    lines += ["  " + text.format(value=told(abs(whole)), codes=codes_text(avoided["codes"]))]
    if land is not None:
        lines += ["  " + _("Land-use change, on its own: {value} avoided.").format(value=told(land["value"]))]
    margin = avoided["operating_margin"]
    if margin is not None:
        text = _("Operating margin of the grid: {value:,g} {unit} [{source}]")
        lines += ["  " + text.format(**margin)]
    return lines


def _baseline_lines(avoided: Row) -> list[str]:
    baseline, output = avoided["baseline"], avoided["output"]
    digest = baseline["input_sha256"][:12]
    lines = ["  " + _("Baseline: {name}, {year} (input {digest}).").format(**baseline, digest=digest)]
    why = avoided["why"] or _("not stated")
    lines += ["  " + _("Why it is what would have happened: {why}").format(why=why)]
    if abs(output["ratio"] - 1) < 1e-9:
        text = _("Both made the same: {amount} of {per}.")
        lines += ["  " + text.format(amount=_amount(output["year"]), per=output["per"])]
    else:
        text = _(
            "The baseline made {before} of {per}, the year {now}: the baseline is scaled by {ratio}, per unit of {per}."
        )
        amounts = {"before": _amount(output["baseline"]), "now": _amount(output["year"])}
        lines += ["  " + text.format(**amounts, per=output["per"], ratio=told(output["ratio"], 4))]
    rows = [["", _("baseline"), _("year"), _("avoided")]]
    for one in avoided["differences"]:
        name = _("removals added") if one["total"] == "removals" else _(_TOTALS[one["total"]])
        rows.append([name, *(told(one[key]["value"]) for key in ("baseline", "year", "avoided"))])
    lines += table(rows, right=(1, 2, 3))
    for key, text in (
        ("only_in_baseline", _("Only in the baseline: {labels}.")),
        ("only_in_year", _("Only in the year: {labels}.")),
    ):
        if avoided[key]:
            lines += ["  " + text.format(labels=", ".join(avoided[key]))]
    return lines


def _amount(one: Row) -> str:
    return f"{told(one['value'])} {one['unit']}"


def _financed_lines(financed: Row | None) -> list[str]:
    if financed is None:
        return [_("Financed emissions: none told, no balance sheet is stated.")]
    text = _("Financed emissions, tCO2e a year ({kind}, balance sheet of {day})")
    lines = [text.format(kind=word(financed["asset_class"]), day=financed["as_of"])]
    text = _("Equity {equity} USD, debt {debt} USD; attribution = outstanding / (equity + debt).")
    amounts = {name: money(financed[name]["value"]) for name in ("equity", "debt")}
    lines += ["  " + text.format(**amounts)]
    heads = {
        "scope_1": _("scope 1"), "scope_2": _("scope 2"), "scopes_1_2": _("scopes 1+2"), "scope_3": _("scope 3"),
        "scope_2_market_based": _("scope 2 by contracts"), "land_use_change": _("land"), "removals": _("removals"),
        "credits_generated": _("credits generated"),
    }  # fmt: skip
    shown = [name for name in heads if any(one[name] is not None for one in financed["investors"])]
    rows = [["", "", _("outstanding, USD"), _("share"), *(heads[name] for name in shown)]]
    for one in financed["investors"]:
        share = f"{numeral(one['attribution_percent'], ',.1f')} %"
        values = [told(one[name]["value"]) for name in shown]
        rows.append([one["name"], one["kind"], money(one["outstanding"]["value"]), share, *values])
    lines += table(rows, right=range(2, len(rows[0])))
    if financed["unattributed_percent"] > 1e-7:
        text = _("{share:,.1f} % is held by others, who are not listed.")
        lines += ["  " + text.format(share=financed["unattributed_percent"])]
    quality = financed["data_quality"]
    score = _("Data quality score of scopes 1+2: {score} of 5 (1 is best), {option}.")
    text = score if quality["score"] is not None else _("Data quality: {option}.")
    return [*lines, *wrap(text.format(**quality), 116, initial_indent="  ", subsequent_indent="    ")]


def _credit_lines(claims: list[Row]) -> list[str]:
    if not claims:
        return [_("Credits sold: none stated.")]
    texts = {
        "removal": _("Removals are {total} tCO2e a year; {sold} are sold as credits, so the site may claim {own}."),
        "avoided": _(
            "Avoided are {total} tCO2e a year; {sold} are sold as credits, so the site may claim {own} as avoided."
        ),
        "avoided_land_use_change": _(
            "Land-use change avoided is {total} tCO2e a year; {sold} are sold as credits, so the site may claim {own}."
        ),
    }
    lines = [_("Credits sold")]
    for one in claims:
        values = {"total": one["total"], "sold": one["sold"], "own": one["own_claim"]}
        lines += ["  " + texts[one["kind"]].format(**{name: told(value["value"]) for name, value in values.items()})]
        for sale in one["sales"]:
            where = ", ".join(part for part in (sale["programme"], sale["registry"]) if part)
            text = _("{amount} tCO2e, vintage {vintage}, {where}")
            amount = told(sale["amount"]["value"])
            lines += ["    " + text.format(amount=amount, vintage=sale["vintage"], where=where)]
    return [*lines, "  " + _("What is emitted stays as it is: a sale takes nothing from it and adds nothing to it.")]


def _social_lines(report: Row) -> list[str]:
    lines = [_("People and places, a year"), *_indicator_lines(report["social"])]
    if not report["social"]:
        lines += ["  " + _("nothing: the site states no people")]
    if report["premium_spent_on"]:
        spent = "; ".join(f"{one['purpose']} {money(one['amount']['value'])} USD" for one in report["premium_spent_on"])
        lines += ["  " + _("The premium was spent on: {spent}").format(spent=spent)]
    if report["standard"]:
        lines += ["  " + _("Standard: {name}").format(name=report["standard"])]
    if report["formalisation"]:
        lines += ["  " + _("Formalisation: {text}").format(text=report["formalisation"])]
    if report["intensities"]:
        lines += ["", _("Per direct and indirect job, by the multiplier above"), *_intensity_lines(report)]
    return lines


def _intensity_lines(report: Row) -> list[str]:
    heads = {
        "scopes_1_2": _("scopes 1+2"), "scopes_1_2_3": _("scopes 1+2+3"), "land_use_change": _("land, this year's"),
        "land_use_change_amortised": _("land, 20 years' mean"),
    }  # fmt: skip
    rows = [[heads[one["total"]], told(one["value"]), one["unit"]] for one in report["intensities"]]
    lines = table(rows, right=(1,))
    for one in report["comparisons"]:
        text = _("Scopes 1+2 beside {benchmark}: {value}, ratio {ratio} × [{source}]")
        values = {"value": told(one["large_scale"]["value"]), "ratio": told(one["ratio"], 2)}
        lines += ["  " + text.format(benchmark=one["benchmark"], source=one["source"], **values)]
    return lines
