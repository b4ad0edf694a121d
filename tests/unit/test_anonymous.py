"""What a table of groups lets others find out of one site, by linear programs over all that it tells."""

import csv
import io

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog

from asmcarbon.batch.anonymous import P, anonymous_of
from asmcarbon.batch.tables_run import Asked, of_tables

TOTAL, JOBS, GOLD = "scopes_1_2 [tCO2e/year]", "jobs", "gold [kg/year]"
PER_GOLD, PER_JOB = "scopes_1_2 per gold [tCO2e/kg]", "scopes_1_2 per job [tCO2e/job/year]"
OVER = {PER_GOLD: GOLD, PER_JOB: JOBS}


def drawn(seed, size=60):
    """Sites of some countries over some years; some state no jobs, some no gold, and a few are very large."""
    rng = np.random.default_rng(seed)
    rows = []
    for n in range(size):
        country = str(rng.choice(["PER", "GHA", "TZA"], p=[0.6, 0.3, 0.1]))
        for year in (2023, 2024)[: rng.integers(1, 3)]:
            emitted = float(rng.lognormal(3, 1.0 + (seed % 3)))
            gold = float(rng.lognormal(1, 0.5)) if rng.random() < 0.7 else None
            jobs = float(rng.integers(3, 60)) if rng.random() < 0.8 else None
            rows.append((f"s{n}", country, year, "gold", "", emitted, gold, jobs))
    frame = pl.DataFrame(rows, ["site", "country", "year", "minerals", "programme", TOTAL, GOLD, JOBS], orient="row")
    return frame.with_columns((pl.col(TOTAL) / pl.col(over)).alias(name) for name, over in OVER.items())


def told_of(frame, least, by=("country",)):
    told, left_out = anonymous_of(frame.lazy(), frame.columns, by, least)
    return told.to_dicts(), left_out


@pytest.mark.parametrize("least", [3, 5])
@pytest.mark.parametrize("seed", range(12))
def test_no_site_that_knows_itself_can_tell_another(seed, least):
    frame = drawn(seed)
    told, _left = told_of(frame, least)
    groups = {row["country"] for row in told}
    for group in groups:
        named = groups - {"others"}
        its = frame.filter(~pl.col("country").is_in(named) if group == "others" else pl.col("country") == group)
        sums, values = [], []
        for row in (row for row in told if row["country"] == group and row["figure"] != JOBS):
            is_stated = its[row["figure"]].is_not_null()
            stating = its.filter(is_stated)
            assert row["stating"] == stating["site"].n_unique() >= least
            # Whoever knows what a group produces knows, by its mean, what it emits.
            over = stating[OVER[row["figure"]]].sum() if row["figure"] in OVER else 1
            assert row["value"] == pytest.approx(stating[TOTAL].sum() / over, rel=6e-3)
            sums.append(is_stated.to_numpy().astype(float))
            values.append(stating[TOTAL].sum())
        if not sums:
            continue
        emitted = its[TOTAL].to_numpy()
        of_site = {site: (its["site"] == site).to_numpy() for site in its["site"].unique().to_list()}
        largest = sorted(of_site, key=lambda site: -emitted[of_site[site]].sum())[:3]
        for knows in largest:
            own = of_site[knows]
            bounds = [(e, e) if mine else (0, None) for e, mine in zip(emitted, own, strict=True)]
            for target in set(largest) - {knows}:
                found = linprog(-of_site[target].astype(float), A_eq=np.array(sums), b_eq=values, bounds=bounds)
                assert found.status in (0, 3)  # 3: no bound at all
                most = np.inf if found.status == 3 else -found.fun
                assert most >= (1 + P) * emitted[of_site[target]].sum() * (1 - 1e-6), (group, knows, target)


@pytest.mark.parametrize(("states", "told"), [(1, {TOTAL}), (4, {TOTAL}), (5, {TOTAL, JOBS, PER_JOB}),
                                              (15, {TOTAL, JOBS, PER_JOB}), (16, {TOTAL, JOBS}), (19, {TOTAL, JOBS}),
                                              (20, {TOTAL, JOBS, PER_JOB})])  # fmt: skip
def test_what_few_sites_state_or_all_but_few_is_not_told(states, told):
    jobs = [10.0 if n < states else None for n in range(20)]
    per_job = [None if one is None else 10.0 for one in jobs]
    frame = pl.DataFrame({
        "site": [f"s{n}" for n in range(20)], "country": ["PER"] * 20, "year": [2024] * 20, "minerals": ["gold"] * 20,
        "programme": [""] * 20, TOTAL: [100.0] * 20, JOBS: jobs, PER_JOB: per_job,
    })  # fmt: skip
    rows, _left = told_of(frame, 5)
    assert {row["figure"] for row in rows} == told


def test_a_site_over_many_years_is_one_site():
    years = pl.DataFrame({
        "site": ["a"] * 8, "country": ["PER"] * 8, "year": range(2016, 2024), "minerals": ["gold"] * 8,
        "programme": [""] * 8, TOTAL: [1.0] * 8, JOBS: [2.0] * 8,
    })  # fmt: skip
    assert told_of(years, 3) == ([], 1)


def test_a_site_that_dwarfs_the_others_hides_the_sum():
    sizes = [1000.0, 900.0, *[1.0] * 20]
    frame = pl.DataFrame({
        "site": [f"s{n}" for n in range(22)], "country": ["PER"] * 22, "year": [2024] * 22, "minerals": ["gold"] * 22,
        "programme": [""] * 22, TOTAL: sizes, JOBS: [10.0] * 22,
    })  # fmt: skip
    told, _left = told_of(frame, 5)
    assert [row["figure"] for row in told] == [JOBS]


def test_the_table_is_written_beside_the_results(tmp_path):
    rows = ["site,country,year,diesel.generator [L/year],gold [kg/year]"]
    rows += [f"m{n},{'PER' if n < 20 else 'GHA'},2024,{1000 + n},2" for n in range(22)]
    (tmp_path / "in.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    asked = Asked(("country",), 5)
    done = of_tables([(tmp_path / "in.csv", "in.csv")], tmp_path / "out.csv", method={}, anonymous=asked)
    text = (tmp_path / "anonymous.csv").read_text("utf-8")
    (mean,) = (row for row in csv.DictReader(io.StringIO(text)) if row["figure"] == PER_GOLD)
    litre = 0.83072 * 43 * (74.1 + 0.003 * 27 + 0.0006 * 273) / 1e6
    assert (mean["country"], mean["sites"], mean["stating"]) == ("PER", "20", "20")
    assert float(mean["value"]) == pytest.approx(litre * sum(range(1000, 1020)) / 40, rel=5e-3)
    assert "GHA" not in text
    assert done.manifest.anonymous == {"by": ("country",), "least_sites": 5, "sites_in_no_group": 2}
