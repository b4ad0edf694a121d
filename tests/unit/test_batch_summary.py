"""What a run tells over all its sites, against NumPy, hand calculations and what a published row says."""

import csv
import io
import statistics

import numpy as np
import polars as pl
import pytest

from asmcarbon.batch.suspects import suspects_of
from asmcarbon.batch.tables_run import of_tables
from asmcarbon.factors.tables import read_tables
from asmcarbon.footprint.compare import benchmarks_of

HEADER = "site,country,year,programme,diesel.generator [L/year],gold [kg/year],ore [t/year]"
HEADER += ",workers [person],hours [h/year]\n"
LITRE = 0.83072 * 43 * (74.1 + 0.003 * 27 + 0.0006 * 273) / 1e6  # tCO2e, scopes 1 and 2


def run(tmp_path, rows, **more):
    path = tmp_path / "in.csv"
    path.write_text(HEADER + "".join(",".join(str(cell) for cell in row) + "\n" for row in rows), encoding="utf-8")
    of_tables([(path, "in.csv")], tmp_path / "out.csv", method={}, **more)
    return {name: list(csv.DictReader(io.StringIO((tmp_path / name).read_text("utf-8"))))
            for name in ("out.csv", "summary.csv", "to_audit.csv") if (tmp_path / name).exists()}  # fmt: skip


def drawn(seed, size):
    rng = np.random.default_rng(seed)
    return [
        (f"s{n}", rng.choice(["PER", "GHA", "TZA"]), rng.choice([2023, 2024]), rng.choice(["", "A", "=B"]),
         round(float(rng.lognormal(9, 0.7)), 3), round(float(rng.lognormal(1, 0.7)), 3), 100, 10, 2080)
        for n in range(size)
    ]  # fmt: skip


GOLD = "scopes_1_2 per gold [tCO2e/kg]"


@pytest.mark.parametrize("size", [1, 2, 3, 40])
def test_distributions_are_those_of_numpy_and_of_the_standard_library(tmp_path, size):
    rows = drawn(size, size)
    told = run(tmp_path, rows)["summary.csv"]
    for grouping, place in (("all", None), ("country", 1), ("year", 2)):
        for group in {"all"} if place is None else {str(row[place]) for row in rows}:
            its = [row for row in rows if place is None or str(row[place]) == group]
            (one,) = (
                row for row in told
                if (row["grouping"], row["group"], row["measure"], row["benchmark"]) == (grouping, group, GOLD, "")
            )  # fmt: skip
            values = [LITRE * row[4] / row[5] for row in its]
            assert int(one["sites"]) == int(one["stating"]) == len(its)
            assert float(one["mean"]) == pytest.approx(
                LITRE * sum(r[4] for r in its) / sum(r[5] for r in its), rel=1e-9
            )
            quartiles = np.quantile(values, [0.25, 0.5, 0.75], method="linear")
            names = ("lower quartile", "median", "upper quartile")
            assert [float(one[name]) for name in names] == pytest.approx(list(quartiles), rel=1e-9)
            if len(its) > 1:
                assert list(quartiles) == pytest.approx(statistics.quantiles(values, n=4, method="inclusive"))
            assert (float(one["least"]), float(one["most"])) == pytest.approx((min(values), max(values)))
            assert float(one["scopes_1_2 [tCO2e/year]"]) == pytest.approx(LITRE * sum(row[4] for row in its), rel=1e-9)
            assert float(one["jobs"]) == pytest.approx(10 * len(its))


def test_the_share_below_large_scale_mining_is_counted_for_each_of_its_figures(tmp_path):
    # 1 L is 2.656 kgCO2e: 5, 14 and 40 tCO2e for each kg of gold.
    rows = [(f"s{n}", "PER", 2024, "", litres, 1, 100, 10, 2080) for n, litres in enumerate((1883, 5273, 15065))]
    told = {row["benchmark"]: row for row in run(tmp_path, rows)["summary.csv"]
            if row["grouping"] == "all" and row["measure"] == GOLD and row["benchmark"]}  # fmt: skip
    gold = {row.factor_id: row for per, row in benchmarks_of("gold", read_tables()) if per == "gold"}
    assert told.keys() == gold.keys()
    for key, row in gold.items():
        value = float(row.quantity.m_as("tCO2e/kg"))
        below = sum(LITRE * litres < value for litres in (1883, 5273, 15065))
        assert float(told[key]["share below [%]"]) == pytest.approx(100 * below / 3)
    assert {round(float(row["share below [%]"])) for row in told.values()} >= {33, 67}


def test_what_does_not_go_together_is_listed_for_the_auditor(tmp_path):
    rows = [
        ("fine", "PER", 2024, "", 1000, 1, 100, 10, 2080), ("no ore", "PER", 2024, "", 1000, 1, "", 10, 2080),
        ("no work", "PER", 2024, "", 1000, "", "", "", ""), ("no fuel", "PER", 2024, "", "", 1, 100, 10, 2080),
    ]  # fmt: skip
    told = run(tmp_path, rows)["to_audit.csv"]
    assert {(row["site"], row["reason"]) for row in told} == {
        ("no ore", "metal without ore"),
        ("no work", "fuel or electricity, but neither ore, metal nor jobs"),
        ("no fuel", "metal or ore without any fuel or electricity"),
    }


def test_an_outlier_is_what_the_modified_z_score_says():
    # Iglewicz and Hoaglin: 0.6745 (x - median) / MAD. Logarithms 0, 1 ... 9, 40 have the median 5 and the MAD 3.
    exponents = [*range(10), 40]
    frame = pl.DataFrame({
        "site": [f"s{n}" for n in exponents], "country": "PER", "year": 2024, "minerals": "gold",
        "scopes_1_2 [tCO2e/year]": 1.0, "jobs": 1.0, "ore [t/year]": 1.0, "gold [kg/year]": 1.0,
        GOLD: [10.0**n for n in exponents],
    })  # fmt: skip
    found, number = suspects_of(frame.lazy(), frame.columns)
    assert (number, found["site"].to_list()) == (1, ["s40"])
    assert found["score"][0] == pytest.approx(0.6745 * 35 / 3)
    assert found["median"][0] == pytest.approx(1e5)


def test_what_no_site_states_has_no_sum(tmp_path):
    told = run(tmp_path, [("a", "PER", 2024, "", 1000, 1, 100, "", "")])["summary.csv"]
    assert {(row["land_use_change [tCO2e/year]"], row["removals [tCO2e/year]"], row["jobs"]) for row in told} == {
        ("", "", "")
    }


def test_no_reason_hides_the_sites_of_another():
    found, number = suspects_of(
        pl.DataFrame({
            "site": [f"s{n}" for n in range(6)], "country": "PER", "year": 2024,
            "minerals": ["gold", "gold", "gold", None, None, "gold"], "jobs": [1.0, 1.0, 1.0, None, None, 1.0],
            "scopes_1_2 [tCO2e/year]": [1.0, 1.0, 1.0, 1.0, 1.0, 0.0],
            "ore [t/year]": [None, None, None, None, None, 1.0], "gold [kg/year]": [1.0] * 3 + [None] * 2 + [1.0],
        }, strict=False).lazy(),
        ["scopes_1_2 [tCO2e/year]", "ore [t/year]", "jobs"], most=1,
    )  # fmt: skip
    assert number == 6
    assert found["reason"].to_list() == [
        "fuel or electricity, but neither ore, metal nor jobs", "metal or ore without any fuel or electricity",
        "metal without ore",
    ]  # fmt: skip


def test_no_site_is_an_empty_summary(tmp_path):
    told = run(tmp_path, [("bad", "PER", 2024, "", -1, 1, 1, 1, 1)])
    assert (told["out.csv"], told["summary.csv"], told["to_audit.csv"]) == ([], [], [])
