"""The equations of the statements beside a footprint, each once, as plain arithmetic: see `equations.py`."""


def baseline_emission(emission, baseline_output, output):
    """Emission of a baseline that makes as much as was made.

        emission / baseline_output * output

    emission         of the baseline as it stands. [CO2e / time]
    baseline_output  product of the baseline. [mass / time]
    output           product of the year that is compared with it. [mass / time]

    >>> baseline_emission(120.0, 12.0, 15.0)
    150.0

    Source: WRI and WBCSD 2005, The GHG Protocol for Project Accounting, section 2.12 (a baseline emission rate for each
    unit of a product; the equation itself is not numbered).
    """
    return emission / baseline_output * output


def avoided_emission(baseline, actual):
    """Emission that a baseline has and the year does not; below zero where the year has more.

        baseline - actual

    baseline  of the same product. [CO2e / time]
    actual    [CO2e / time]

    Source: WRI and WBCSD 2005, The GHG Protocol for Project Accounting, annual reduction, baseline emissions less
    project emissions (not numbered; as the Open Risk Manual, Quantifying GHG Reductions, 2021, restates it).
    """
    return baseline - actual


def equity_held(share, total_equity):
    """Outstanding amount of one who holds a share of a company that is not listed.

        share * total_equity

    share         of the equity. [dimensionless]
    total_equity  of the balance sheet. [money]

    Source: PCAF 2022, The Global GHG Accounting and Reporting Standard, Part A, second edition, subchapters 5.2 and
    5.3, attribution of emissions (not numbered).
    """
    return share * total_equity


def attribution_factor(outstanding, total_equity, debt):
    """Share of the emissions of a company or a project that one who finances it answers for.

        outstanding / (total_equity + debt)

    outstanding   of a loan what is not repaid, of equity what is held. [money]
    total_equity  of the balance sheet, none where it is below zero. [money]
    debt          of the balance sheet, current and long-term. [money]

    >>> attribution_factor(5_000_000, 0, 25_000_000)
    0.2

    Source: PCAF 2022, The Global GHG Accounting and Reporting Standard, Part A, second edition, subchapters 5.2 and
    5.3, attribution of emissions (not numbered).
    """
    return outstanding / (total_equity + debt)


def financed_emission(attribution, emission):
    """Emission, removal or credits of a company that one who finances it answers for.

        attribution * emission

    attribution  [dimensionless]
    emission     [CO2e / time]

    Source: PCAF 2022, The Global GHG Accounting and Reporting Standard, Part A, second edition, figure 4-2 and
    subchapters 5.2 and 5.3, equations to calculate financed emissions and emission removals (not numbered).
    """
    return attribution * emission


def own_claim(total, sold):
    """Removals or avoided emissions that the site may still claim after it has sold credits of them.

        total - sold

    total  [CO2e / time]
    sold   [CO2e / time]

    Source: by definition.
    """
    return total - sold


def hours_worked(workers, hours):
    """Hours that all workers together work in a year.

        workers * hours

    workers  [people]
    hours    of one of them. [time / time]

    Source: by definition.
    """
    return workers * hours


def hourly_wage(wages, worked):
    """Wage of an hour of one worker.

        wages / worked

    wages   paid to all. [money / time]
    worked  hours of all. [people * time / time]

    Source: by definition.
    """
    return wages / worked


def indirect_jobs(jobs, multiplier):
    """Jobs elsewhere that go with the jobs of a site.

        jobs * multiplier

    jobs        direct ones. [employment]
    multiplier  indirect ones for each of them. [dimensionless]

    Source: by definition.
    """
    return jobs * multiplier


def all_jobs(jobs, multiplier):
    """Direct and indirect jobs together.

        jobs * (1 + multiplier)

    jobs        direct ones. [employment]
    multiplier  indirect ones for each of them. [dimensionless]

    >>> all_jobs(120, 4)
    600

    Source: by definition.
    """
    return jobs * (1 + multiplier)


def rehabilitation_ratio(rehabilitated, opened):
    """Land whose rehabilitation was finished for each hectare that was opened in the same year.

        rehabilitated / opened

    rehabilitated  [area / time]
    opened         [area / time]

    Source: by definition.
    """
    return rehabilitated / opened


def energy_consumed(fuels, bought, generated):
    """Energy that an organisation consumes: the electricity that it makes from fuels is in the fuels already.

        fuels + bought + generated

    fuels      by their net calorific value. [energy / time]
    bought     electricity purchased for consumption. [energy / time]
    generated  electricity of its own, not from fuels, that it consumes. [energy / time]

    Source: GRI 302: Energy 2016, disclosure 302-1 (non-renewable and renewable fuel, electricity purchased, electricity
    self-generated; seen in transcriptions of its form).
    """
    return fuels + bought + generated
