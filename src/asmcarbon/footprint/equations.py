"""The equations of the account, each once, as plain arithmetic.

Nothing is imported and nothing branches on a value, so that one definition serves quantities of one site, columns of a
million sites, and the coefficients of the optimiser. Dimensions stand in brackets; pint checks them where it is
present.
"""


def fuel_mass(volume, density):
    """Mass of a volume of fuel.

        volume * density

    volume   [length**3 / time]
    density  [mass / length**3]
    """
    return volume * density


def fuel_energy(mass, net_calorific_value):
    """Energy in a mass of fuel, by its net calorific value.

        mass * net_calorific_value

    mass                 [mass / time]
    net_calorific_value  [energy / mass]

    IPCC 2006 Guidelines, vol. 2, ch. 1, section 1.4.1.2 (conversion of fuel units to energy).
    """
    return mass * net_calorific_value


def gas_emission(activity, emission_factor):
    """Mass of a gas that an activity emits.

        activity * emission_factor

    activity         what was burned, bought or used. [activity / time]
    emission_factor  [gas / activity]

    IPCC 2006 Guidelines, vol. 2, ch. 2, equation 2.1.
    """
    return activity * emission_factor


def co2_equivalent(gas, global_warming_potential):
    """CO2 equivalent of a mass of gas.

        gas * global_warming_potential

    gas                       [gas / time]
    global_warming_potential  over 100 years, of one set. [CO2e / gas]

    GHG Protocol Corporate Standard, ch. 6; IPCC 2006 Guidelines, vol. 1, ch. 8.
    """
    return gas * global_warming_potential


def lost_in_grid(delivered, loss_share):
    """Energy that is generated and does not arrive, for what does.

        delivered * loss_share / (1 - loss_share)

    delivered   what the site's meter counts. [energy / time]
    loss_share  of what is generated, lost in transmission and distribution. [dimensionless]

    GHG Protocol, Corporate Value Chain (Scope 3) Standard, category 3, activity C; the share is of output, as the
    World Bank's EG.ELC.LOSS.ZS has it.

    >>> lost_in_grid(80, 0.2)
    20.0
    """
    return delivered * loss_share / (1 - loss_share)


def part_of(amount, share):
    """Part of an activity that an instrument covers.

        amount * share

    amount  [activity / time]
    share   [dimensionless]
    """
    return amount * share


def above_ground_carbon(biomass, carbon_fraction):
    """Carbon in the living biomass above ground.

        biomass * carbon_fraction

    biomass          dry matter above ground. [mass / area]
    carbon_fraction  carbon in dry matter. [carbon / mass]

    IPCC 2006 Guidelines, vol. 4, ch. 2, equation 2.16 (biomass before conversion, by its carbon fraction); ch. 4,
    table 4.3 (carbon fraction) and, of the 2019 Refinement, table 4.7 (biomass above ground).
    """
    return biomass * carbon_fraction


def below_ground_carbon(carbon_above_ground, root_to_shoot):
    """Carbon in the living biomass below ground, from that above it.

        carbon_above_ground * root_to_shoot

    carbon_above_ground  [carbon / area]
    root_to_shoot        dry matter below ground to that above it. [dimensionless]

    IPCC 2006 Guidelines, vol. 4, ch. 2, equation 2.8 (the R of its part b); ch. 4, table 4.4 of the 2019 Refinement.
    """
    return carbon_above_ground * root_to_shoot


def land_carbon_lost(area, affected_share, carbon_before, carbon_after):
    """Carbon lost with land that was opened.

        area * affected_share * (carbon_before - carbon_after)

    area            opened in the year. [area / time]
    affected_share  share of it whose carbon was lost. [dimensionless]
    carbon_before   stock of the named pools before. [carbon / area]
    carbon_after    stock that is left. [carbon / area]

    IPCC 2006 Guidelines, vol. 4, ch. 2, equation 2.16 (change in carbon stocks on land converted to another use).
    """
    return area * affected_share * (carbon_before - carbon_after)


def amortised(cleared, years):
    """Land-use change that one year of a product bears: the mean of the last years' clearing.

        cleared / years

    cleared  sum over the years of what each year's clearing lost. [CO2e / time]
    years    how many. [dimensionless]

    Twenty years, as the GHG Protocol Product Standard and ISO 14067 have it.
    """
    return cleared / years


def removal(area, rate):
    """What rehabilitated land takes up.

        area * rate

    area  [area]
    rate  a year, after losses and the permanence buffer. [CO2e / area / time]
    """
    return area * rate


def engine_fuel(count, fuel_rate, hours, days):
    """Fuel that engines burn in a year.

        count * fuel_rate * hours * days

    fuel_rate  of one, as it runs. [length**3 / time]
    hours      running hours of a working day. [time / time]
    days       working days of a year. [time / time]
    """
    return count * fuel_rate * hours * days


def spread_over_life(size, lifetime):
    """Size of a piece of equipment that one year of its life accounts for.

    size / lifetime
    """
    return size / lifetime


def full_time_jobs(workers, hours, full_time_hours, job_per_worker):
    """Full-time equivalents of a number of workers.

        workers * hours / full_time_hours * job_per_worker

    workers          [people]
    hours            that one of them works in a year. [time / time]
    full_time_hours  of one full-time job in a year. [time / time]
    job_per_worker   one who works full time holds one job. [employment / people]
    """
    return workers * hours / full_time_hours * job_per_worker


def intensity(emission, denominator):
    """Emission for each unit of what is produced, or for each job.

    emission / denominator
    """
    return emission / denominator


def product_uncertainty(squares):
    """Relative uncertainty of a product from the squares of its factors' relative uncertainties.

        sqrt(sum of U_i ** 2)

    IPCC 2006 Guidelines, vol. 1, ch. 3, equation 3.1.
    """
    return sum(squares) ** 0.5


def sum_uncertainty(squares, total):
    """Relative uncertainty of a sum from the squares of its parts' absolute uncertainties.

        sqrt(sum of (U_i * x_i) ** 2) / |total|

    Parts that share an input are added before they are squared: they are fully correlated in it.

    IPCC 2006 Guidelines, vol. 1, ch. 3, equation 3.2.
    """
    return sum(squares) ** 0.5 / (total**2) ** 0.5


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
