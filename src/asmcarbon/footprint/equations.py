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

    Source: By definition of density.
    """
    return volume * density


def fuel_energy(mass, net_calorific_value):
    """Energy in a mass of fuel, by its net calorific value.

        mass * net_calorific_value

    mass                 [mass / time]
    net_calorific_value  [energy / mass]

    Source: IPCC 2006 Guidelines, vol. 2, ch. 1, section 1.4.1.2 (conversion of fuel units to energy).
    """
    return mass * net_calorific_value


def gas_emission(activity, emission_factor):
    """Mass of a gas that an activity emits.

        activity * emission_factor

    activity         what was burned, bought or used. [activity / time]
    emission_factor  [gas / activity]

    Source: IPCC 2006 Guidelines, vol. 2, ch. 2, equation 2.1.
    """
    return activity * emission_factor


def co2_equivalent(gas, global_warming_potential):
    """CO2 equivalent of a mass of gas.

        gas * global_warming_potential

    gas                       [gas / time]
    global_warming_potential  over 100 years, of one set. [CO2e / gas]

    Source: GHG Protocol Corporate Standard, ch. 6; IPCC 2006 Guidelines, vol. 1, ch. 8.
    """
    return gas * global_warming_potential


def lost_in_grid(delivered, loss_share):
    """Energy that is generated and does not arrive, for what does.

        delivered * loss_share / (1 - loss_share)

    delivered   what the site's meter counts. [energy / time]
    loss_share  of what is generated, lost in transmission and distribution. [dimensionless]

    Source: GHG Protocol, Corporate Value Chain (Scope 3) Standard, category 3, activity C; the share is of output, as
    the World Bank's EG.ELC.LOSS.ZS has it.

    >>> lost_in_grid(80, 0.2)
    20.0
    """
    return delivered * loss_share / (1 - loss_share)


def part_of(amount, share):
    """Part of an activity that an instrument covers.

        amount * share

    amount  [activity / time]
    share   [dimensionless]

    Source: By definition of a share.
    """
    return amount * share


def above_ground_carbon(biomass, carbon_fraction):
    """Carbon in the living biomass above ground.

        biomass * carbon_fraction

    biomass          dry matter above ground. [mass / area]
    carbon_fraction  carbon in dry matter. [carbon / mass]

    Source: IPCC 2006 Guidelines, vol. 4, ch. 2, equation 2.16 (biomass before conversion, by its carbon fraction);
    ch. 4, table 4.3 (carbon fraction) and, of the 2019 Refinement, table 4.7 (biomass above ground).
    """
    return biomass * carbon_fraction


def below_ground_carbon(carbon_above_ground, root_to_shoot):
    """Carbon in the living biomass below ground, from that above it.

        carbon_above_ground * root_to_shoot

    carbon_above_ground  stock, or what is taken up in a year. [carbon / area, or carbon / area / time]
    root_to_shoot        dry matter below ground to that above it. [dimensionless]

    Source: IPCC 2006 Guidelines, vol. 4, ch. 2, equation 2.8 (the R of its part b) and, of growth, equation 2.10;
    ch. 4, table 4.4 of the 2019 Refinement.
    """
    return carbon_above_ground * root_to_shoot


def land_carbon_lost(area, affected_share, carbon_before, carbon_after):
    """Carbon lost with land that was opened.

        area * affected_share * (carbon_before - carbon_after)

    area            opened in the year. [area / time]
    affected_share  share of it whose carbon was lost. [dimensionless]
    carbon_before   stock of the named pools before. [carbon / area]
    carbon_after    stock that is left. [carbon / area]

    Source: IPCC 2006 Guidelines, vol. 4, ch. 2, equation 2.16 (change in carbon stocks on land converted to another
    use).
    """
    return area * affected_share * (carbon_before - carbon_after)


def area_opened(area, time):
    """Area that was opened over a time.

        area * time

    area  opened in a year. [area / time]
    time  one year: the year of the account. [time]

    Source: By definition of a rate.
    """
    return area * time


def drained_carbon(area, carbon_loss):
    """Carbon that drained peat loses in a year.

        area * carbon_loss

    area         drained. [area]
    carbon_loss  from a hectare in a year, on the site. [carbon / area / time]

    Source: IPCC 2006 Guidelines, vol. 4, ch. 2, equation 2.26.
    """
    return area * carbon_loss


def fuel_consumed(fuel, combustion_factor):
    """Dry matter that burns on a hectare.

        fuel * combustion_factor

    fuel               dry matter that there is to burn, M_B. [mass / area]
    combustion_factor  share of it that burns, C_f. [dimensionless]

    Source: IPCC 2006 Guidelines, vol. 4, ch. 2, equation 2.27 (its M_B and C_f; table 2.4 has their product).
    """
    return fuel * combustion_factor


def matter_burned(area, burned_share, fuel_consumed):
    """Dry matter that fire burns at clearing.

        area * burned_share * fuel_consumed

    area           opened in the year. [area / time]
    burned_share   of it, where there was fire. [dimensionless]
    fuel_consumed  dry matter that burns on a hectare, M_B * C_f. [mass / area]

    Times grams of a gas for each kilogram, G_ef, it is the L_fire of the equation.

    Source: IPCC 2006 Guidelines, vol. 4, ch. 2, equation 2.27.

    >>> matter_burned(10, 0.5, 83.9)
    419.5
    """
    return area * burned_share * fuel_consumed


def grown_carbon(growth, carbon_fraction):
    """Carbon that a stand takes up above ground in a year.

        growth * carbon_fraction

    growth           of dry matter above ground, net of what dies. [mass / area / time]
    carbon_fraction  carbon in dry matter. [carbon / mass]

    Source: IPCC 2006 Guidelines, vol. 4, ch. 2, equation 2.9 (of one hectare); ch. 4, tables 4.9 and 4.10.
    """
    return growth * carbon_fraction


def carbon_taken_up(area, share, growth, buffer):
    """Carbon that rehabilitated land takes up in a year and that may be counted.

        area * share * growth * (1 - buffer)

    area    under rehabilitation. [area]
    share   of it whose planting lives. [dimensionless]
    growth  carbon that a hectare takes up at its age. [carbon / area / time]
    buffer  share held back against reversal. [dimensionless]

    Source: IPCC 2006 Guidelines, vol. 4, ch. 2, equation 2.9 (area and growth), on the share that lives and less the
    site's buffer.

    >>> carbon_taken_up(10, 0.8, 2.0, 0.25)
    12.0
    """
    return area * share * growth * (1 - buffer)


def pit_volume(area, depth):
    """Ground dug out of pits.

        area * depth

    area   [area / time]
    depth  their mean. [length]

    Source: By definition of a mean depth.
    """
    return area * depth


def ore_volume(mass, bulk_density):
    """Volume of ore in the ground.

        mass / bulk_density

    mass          [mass / time]
    bulk_density  of the ore before it is dug. [mass / length**3]

    Source: By definition of density.
    """
    return mass / bulk_density


def amortised(cleared, years):
    """Land-use change that one year of a product bears: the mean of the last years' clearing.

        cleared / years

    cleared  sum over the years of what each year's clearing lost. [CO2e / time]
    years    how many. [dimensionless]

    Source: GHG Protocol Product Life Cycle Accounting and Reporting Standard (2011), appendix B; ISO 14067 (of 20
    years).
    """
    return cleared / years


def removal(area, rate):
    """What rehabilitated land takes up.

        area * rate

    area  [area]
    rate  a year, after losses and the permanence buffer. [CO2e / area / time]

    Source: By definition of a rate for each area.
    """
    return area * rate


def engine_fuel(count, fuel_rate, hours, days):
    """Fuel that engines burn in a year.

        count * fuel_rate * hours * days

    fuel_rate  of one, as it runs. [length**3 / time]
    hours      running hours of a working day. [time / time]
    days       working days of a year. [time / time]

    Source: By definition of a rate for each hour.
    """
    return count * fuel_rate * hours * days


def added(one, other):
    """Sum of two amounts.

        one + other

    one, other   of one dimension

    Source: By definition of a sum.
    """
    return one + other


def engine_fuel_by_power(count, rated_power, load_factor, fuel_use, hours, days):
    """Fuel that engines burn in a year, by their power.

        count * rated_power * load_factor * fuel_use * hours * days

    count        how many of them. [dimensionless]
    rated_power  of one, at its shaft. [energy / time]
    load_factor  share of it that is drawn, on average while it runs. [dimensionless]
    fuel_use     for each kWh at its shaft. [length**3 / energy]
    hours        running hours of a working day. [time / time]
    days         working days of a year. [time / time]

    Source: Department of the Environment, Water, Heritage and the Arts, Australia, 2008, National Pollutant Inventory
    Emission Estimation Technique Manual for Combustion Engines, version 3.0, equation 5 (P × OpHrs × LF × EF), with
    litres a kWh in the place of its factor.

    >>> engine_fuel_by_power(2, 22, 0.6, 0.3, 8, 200)
    12672.0
    """
    return count * rated_power * load_factor * fuel_use * hours * days


def spread_over_life(size, lifetime):
    """Size of a piece of equipment that one year of its life accounts for.

        size / lifetime

    size      [power or energy]
    lifetime  [time]

    Source: By definition of an equal share of each year of service.
    """
    return size / lifetime


def full_time_jobs(workers, hours, full_time_hours, job_per_worker):
    """Full-time equivalents of a number of workers.

        workers * hours / full_time_hours * job_per_worker

    workers          [people]
    hours            that one of them works in a year. [time / time]
    full_time_hours  of one full-time job in a year. [time / time]
    job_per_worker   one who works full time holds one job. [employment / people]

    Source: By definition of a full-time equivalent.
    """
    return workers * hours / full_time_hours * job_per_worker


def intensity(emission, denominator):
    """Emission for each unit of what is produced, or for each job.

        emission / denominator

    emission     [CO2e / time]
    denominator  [product / time, or employment]

    Source: By definition of an intensity.
    """
    return emission / denominator


def revenue(output, price):
    """What an output is worth, by which economic allocation divides.

        output * price

    output  [mass / time]
    price   [money / mass]

    Source: By definition of a price.
    """
    return output * price


def share_of(part, whole):
    """Share of a product in what all of them share.

        part / whole

    part   mass, or what it is worth. [mass / time, or money / time]
    whole  the same of all products. [as part]

    Source: ISO 14044:2006, section 4.3.4.2 (allocation by a physical relation, or by economic value).
    """
    return part / whole


def product_uncertainty(squares):
    """Relative uncertainty of a product from the squares of its factors' relative uncertainties.

        sqrt(sum of U_i ** 2)

    Source: IPCC 2006 Guidelines, vol. 1, ch. 3, equation 3.1.
    """
    return sum(squares) ** 0.5


def sum_uncertainty(squares, total):
    """Relative uncertainty of a sum from the squares of its parts' absolute uncertainties.

        sqrt(sum of (U_i * x_i) ** 2) / |total|

    Parts that share an input are added before they are squared: they are fully correlated in it.

    Source: IPCC 2006 Guidelines, vol. 1, ch. 3, equation 3.2.
    """
    return sum(squares) ** 0.5 / (total**2) ** 0.5


def primary_data_share(primary, total):
    """Share of a footprint that is derived from primary data.

        primary / total

    primary  emissions whose activity and emission factor are both primary data. [CO2e / time]
    total    all emissions of the footprint. [CO2e / time]

    Source: WBCSD, PACT (2023), Pathfinder Framework 2.0, section 4.2.2.
    """
    return primary / total


def data_quality_rating(ratings, emissions):
    """Data quality rating of a footprint: the mean of its lines' ratings, weighted by what each line emits.

        sum of (R_i * E_i) / sum of E_i

    ratings    R_i, of each line, 1 the best. [dimensionless]
    emissions  E_i, of each line, without its sign. [CO2e / time]

    >>> data_quality_rating([2, 5], [75.0, 25.0])
    2.75

    Source: WBCSD, PACT (2025), Technical Specifications 3.0, DataQualityIndicators (weighted average of all inputs).
    """
    return sum(rating * emission for rating, emission in zip(ratings, emissions, strict=True)) / sum(emissions)
