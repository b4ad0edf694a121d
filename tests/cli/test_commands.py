"""The command line as a user meets it: output, exit codes, standard error, files."""

import json
from pathlib import Path

import pytest


def test_a_footprint_goes_to_standard_output_and_exits_with_0(asmcarbon, example):
    done = asmcarbon("footprint", example)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "per job (120 full-time)" in done.stdout


def test_a_plan_says_its_progress_on_standard_error_only(asmcarbon, example):
    done = asmcarbon("optimise", example, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["capital_cost"] > 0
    assert "8,760 hours" in done.stderr


def test_a_plan_is_certified_where_that_is_asked_for(asmcarbon, root):
    done = asmcarbon("optimise", str(root / "examples" / "milling_centre" / "site.yaml"), "--certify")
    assert done.returncode == 0
    assert "Certified by HiGHS with all hours as one program" in done.stdout
    assert "0.00 USD/year less" in done.stdout


def test_stages_are_planned_and_not_certified(asmcarbon, root):
    example = str(root / "examples" / "andean_gold" / "stages.yaml")
    done = asmcarbon("optimise", example, "--json")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert [stage["year"] for stage in report["stages"]] == [2024, 2029, 2034, 2039]
    for stage in report["stages"]:
        assert stage["gross_emissions"]["value"] <= stage["emissions_cap"]["value"]
        assert stage["dispatch_gap"] < 0.01
    assert sum(one["cost"] / 1.1 ** one["year"] for one in report["cash_flow"]) == pytest.approx(
        report["net_present_cost"]
    )
    refused = asmcarbon("optimise", example, "--certify")
    assert refused.returncode == 2
    assert "--certify  is for a plan of one year" in refused.stderr


def test_optimize_is_optimise(asmcarbon):
    assert (
        asmcarbon("optimize", "--help").stdout.splitlines()[2:]
        == asmcarbon("optimise", "--help").stdout.splitlines()[2:]
    )


def test_a_site_is_read_from_standard_input(asmcarbon, example):
    assert (
        asmcarbon("footprint", "-", stdin=example.read_text(encoding="utf-8")).stdout
        == asmcarbon("footprint", example).stdout
    )


def test_the_same_input_gives_the_same_bytes(asmcarbon, example):
    runs = [asmcarbon("optimise", example, "--json").stdout for _run in range(2)]
    assert runs[0] == runs[1]


def test_a_wrong_figure_is_a_sentence_and_exits_with_2(asmcarbon, example, tmp_path):
    text = example.read_text(encoding="utf-8").replace("value: 36500 L/year", "value: 36500 kWh/year")
    (tmp_path / "site.yaml").write_text(text, encoding="utf-8")
    done = asmcarbon("footprint", "site.yaml", cwd=tmp_path)
    line = 1 + text[: text.index("36500 kWh/year")].count("\n")
    sentence = "'36500 kWh/year' is energy per time; expected volume per time, for example '1200 L/month'"
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"site.yaml:{line}  energy.diesel.generator  {sentence}\n"


def test_a_missing_factor_exits_with_1_and_names_the_nearest(asmcarbon, tmp_path):
    (tmp_path / "site.yaml").write_text(
        "name: x\ncountry: ATA\nyear: 2024\nenergy: {grid: {purchased: 5 kWh/year}}\n", encoding="utf-8"
    )
    done = asmcarbon("footprint", "site.yaml", cwd=tmp_path)
    assert done.returncode == 1
    assert "no factor for electricity.grid in ATA, 2024: the tables have no figure for ATA" in done.stderr
    assert "the nearest rows are electricity.grid:World:2024:CO2e:lifecycle" in done.stderr


def test_a_world_average_stands_in_only_where_the_site_allows_it(asmcarbon, tmp_path):
    text = "name: x\ncountry: ATA\nyear: 2024\nmethod: {substitute: world}\nenergy: {grid: {purchased: 5 kWh/year}}\n"
    (tmp_path / "site.yaml").write_text(text, encoding="utf-8")
    done = asmcarbon("footprint", "site.yaml", "--json", cwd=tmp_path)
    assert [line["substituted"] for line in json.loads(done.stdout)["lines"]] == [True, True]


def test_generators_too_small_for_the_machines_exit_with_1(asmcarbon, example, tmp_path):
    text = example.read_text(encoding="utf-8").replace("rated_power: 50 kW", "rated_power: 20 kW")
    (tmp_path / "site.yaml").write_text(text, encoding="utf-8")
    done = asmcarbon("optimise", "site.yaml", "-o", "plan.txt", cwd=tmp_path)
    assert done.returncode == 1
    # The machines draw 43.1 kW together at their load factors: 5.25 + 11.25 + 21 + 3.2 + 2.4.
    assert "falls short of the machines by up to 23.1 kW" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["site.yaml"]


def test_no_half_written_file_is_left(asmcarbon, example, tmp_path):
    done = asmcarbon("footprint", example, "-o", tmp_path / "no" / "footprint.txt")
    assert done.returncode == 2
    assert "is in a folder that does not exist" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_init_writes_a_site_that_checks_and_plans(asmcarbon, tmp_path):
    assert asmcarbon("init", "site.yaml", cwd=tmp_path).returncode == 0
    assert "a plan can be made" in asmcarbon("check", "site.yaml", cwd=tmp_path).stdout
    again = asmcarbon("init", "site.yaml", cwd=tmp_path)
    assert again.returncode == 2
    assert "exists already" in again.stderr


@pytest.mark.parametrize("kind", ["underground", "alluvial", "base_metal", "milling"])
def test_every_type_of_mine_has_a_template_that_gives_a_footprint(asmcarbon, tmp_path, kind):
    asmcarbon("init", "--type", kind, "site.yaml", cwd=tmp_path)
    done = asmcarbon("footprint", "site.yaml", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["totals"]["scopes_1_2"]["value"] > 0
    assert (report["land_use_change"] is not None) == (kind == "alluvial")


def test_check_says_what_a_plan_lacks(asmcarbon, tmp_path):
    (tmp_path / "site.yaml").write_text("name: x\ncountry: PER\nyear: 2024\n", encoding="utf-8")
    done = asmcarbon("check", "site.yaml", cwd=tmp_path)
    assert done.returncode == 0
    assert "energy.machines  no machines are given" in done.stdout
    assert "location  is missing" in done.stdout


def test_check_prints_the_area_of_a_polygon_and_not_the_polygon(asmcarbon, tmp_path):
    ring = [[-70.01, -12.81], [-70.008, -12.81], [-70.008, -12.808], [-70.01, -12.808], [-70.01, -12.81]]
    (tmp_path / "parcel.geojson").write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}), encoding="utf-8")
    opened = "{polygon: parcel.geojson, carbon_before: 47.4 tC/ha, pools: [above_ground]}"
    text = f"name: x\ncountry: PER\nyear: 2024\nland:\n  opened: [{opened}]\n"
    (tmp_path / "site.yaml").write_text(text, encoding="utf-8")
    for done in (
        asmcarbon("check", "site.yaml", "--json", cwd=tmp_path),
        asmcarbon("check", "-", "--json", cwd=tmp_path, stdin=text),
    ):
        assert done.returncode == 0, done.stderr
        (shown,) = json.loads(done.stdout)["land"]["opened"]
        assert shown["area"]["basis"] == "measured"
        assert shown["area"]["value"].startswith("4.80")
        assert "polygon" not in shown
        assert "12.8" not in done.stdout


def test_factors_can_be_listed_and_shown(asmcarbon):
    shown = json.loads(asmcarbon("factors", "show", "diesel.stationary:any:1990:CO2:combustion", "--json").stdout)
    # IPCC 2006 Guidelines, vol. 2, table 2.3: 74,100 kg/TJ, 95 % range 72,600-74,800.
    assert (shown["value"], shown["low"], shown["high"], shown["unit"]) == (74.1, 72.6, 74.8, "kgCO2/GJ")
    listed = asmcarbon("factors", "list", "--item", "electricity.grid", "--region", "PER").stdout
    assert "electricity.grid:PER:2024:CO2:direct" in listed
    unknown = asmcarbon("factors", "show", "diesel.nothing")
    assert unknown.returncode == 1
    assert "diesel." in unknown.stderr


def test_units_are_those_that_may_be_written(asmcarbon):
    rows = json.loads(asmcarbon("units", "--json").stdout)
    names = {name for row in rows for name in (row["unit"], *row["also"])}
    assert {"L", "drum", "jerrycan", "troy_oz", "kgCO2e", "USD", "%"} <= names
    assert not {"ton", "oz", "gallon", "barrel"} & names


def test_the_schema_of_a_site_is_json_schema(asmcarbon):
    schema = json.loads(asmcarbon("schema").stdout)
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["required"] == ["name", "country", "year"]
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("content", [b"", b"\x00\xff\x00", b"- 1\n", b"a: *b\n", b"name: x\nname: y\n", b"[" * 5000])
def test_a_hostile_file_is_a_sentence(asmcarbon, tmp_path: Path, content: bytes):
    (tmp_path / "site.yaml").write_bytes(content)
    done = asmcarbon("footprint", "site.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("site.yaml")
    assert "Traceback" not in done.stderr
