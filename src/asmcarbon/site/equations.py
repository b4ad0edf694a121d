"""The equations that a site is read by, as plain arithmetic: see `asmcarbon.footprint.equations`.

They stand here because reading a site comes before its footprint, and a room imports from lower floors only: the
figure that is annualised is the figure of the site, which plans, batches and the hash of a report all see.
"""


def annualised(covered, days_of_year, days_covered):
    """Amount of a whole year, from that of a part of it, as if the rest were alike.

        covered * days_of_year / days_covered

    covered       sum over the days that records cover. [amount]
    days_of_year  of the calendar year: 365, or 366 in a leap year, so that complete records are not scaled at all,
                  though a year as a unit has 365 days. [dimensionless]
    days_covered  days from the first to the last that records cover, both counted. [dimensionless]

    Source: by definition.

    >>> annualised(1220.0, 366, 122)
    3660.0
    """
    return covered * days_of_year / days_covered
