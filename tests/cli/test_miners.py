"""A miner with receipts and a notebook, end to end: `check`, `footprint`, `batch`, and the API, which has no files."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from litestar.testing import TestClient

from asmcarbon.api.app import create_app
from asmcarbon.jobs.places import WorkLimits
from asmcarbon.jobs.settings import Settings

DRUM = 55 * 3.785411784  # L, NIST SP 811: gallon (U.S.)


@pytest.fixture
def desk(root: Path, tmp_path: Path) -> Path:
    for name in ("with_receipts.yaml", "receipts.csv"):
        shutil.copy(root / "examples" / "alluvial_gold" / name, tmp_path)
    return tmp_path


def test_the_example_of_receipts_is_checked_and_gives_a_footprint(asmcarbon, desk: Path):
    checked = asmcarbon("check", "with_receipts.yaml", cwd=desk)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "records cover 122 of 366 days" in checked.stdout
    told = asmcarbon("footprint", "with_receipts.yaml", cwd=desk).stdout
    assert "18 receipts of receipts.csv, from 2024-03-04 to 2024-06-29, a bidon of 60 L, times 366/122 days" in told


def test_the_example_counts_what_its_receipts_add_up_to(asmcarbon, desk: Path):
    report = json.loads(asmcarbon("footprint", "with_receipts.yaml", "--json", cwd=desk).stdout)
    lines = list(csv.DictReader(io.StringIO((desk / "receipts.csv").read_text(encoding="utf-8"))))
    litres = {"drum": DRUM, "bidon": 60.0}
    diesel = sum(float(one["amount"]) * litres[one["unit"]] for one in lines if one["item"] == "diesel.engines") * 3
    assert diesel == pytest.approx((17 * 2 * DRUM + 1.5 * 60) * 366 / 122)
    (co2,) = [one for one in report["lines"] if one["source"] == "energy.diesel.engines" and one["gas"] == "CO2"]
    amount = next(one for one in co2["inputs"] if one["name"] == "amount")
    assert (amount["value"], amount["unit"]) == (pytest.approx(diesel), "L/year")
    # IPCC 2006: 43 GJ/t and 74.1 kg/GJ; DESNZ 2025: 0.83072 kg/L
    assert co2["co2e"]["value"] == pytest.approx(diesel * 0.83072e-3 * 43 * 74.1, rel=1e-9)
    gold = sum(float(one["amount"]) for one in lines if one["item"] == "gold") * 3 / 1000
    per = next(one for one in report["intensities"] if one["per"] == "gold" and one["total"] == "scopes_1_2_3")
    assert per["value"] == pytest.approx(report["totals"]["scopes_1_2_3"]["value"] / gold)
    assert not any("the engines' duty implies" in note for note in report["notes"])


def test_the_engines_of_the_example_burn_about_what_the_receipts_say(asmcarbon, desk: Path):
    text = (desk / "with_receipts.yaml").read_text(encoding="utf-8")
    (desk / "half.yaml").write_text(text.replace("rated_power: 40 hp", "rated_power: 20 hp"), encoding="utf-8")
    notes = json.loads(asmcarbon("footprint", "half.yaml", "--json", cwd=desk).stdout)["notes"]
    # 2 x 20 hp x 0.7457 kW/hp x 0.6 x 0.3 L/kWh x 1,800 h = 9,664 L
    assert any("the engines' duty implies 9,664 L a year, 21,506 L are reported" in note for note in notes)


def test_what_check_prints_reads_back_to_the_same_report(asmcarbon, desk: Path):
    before = asmcarbon("footprint", "with_receipts.yaml", "--json", cwd=desk).stdout
    done = asmcarbon("check", "with_receipts.yaml", "--json", "-o", "site.json", cwd=desk)
    assert done.returncode == 0
    (desk / "receipts.csv").unlink()
    assert asmcarbon("footprint", "site.json", "--json", cwd=desk).stdout == before
    site = json.loads((desk / "site.json").read_text(encoding="utf-8"))
    assert site["receipts"][0]["lines"] == 42
    assert site["records"] == {"from": "2024-03-01", "until": "2024-06-30", "annualise": True}


def test_a_site_from_standard_input_finds_its_receipts_in_the_folder_of_the_shell(asmcarbon, desk: Path):
    text = (desk / "with_receipts.yaml").read_text(encoding="utf-8")
    done = asmcarbon("footprint", "-", "--json", cwd=desk, stdin=text)
    assert json.loads(done.stdout) == json.loads(
        asmcarbon("footprint", "with_receipts.yaml", "--json", cwd=desk).stdout
    )


def test_a_batch_reads_receipts_beside_each_site(asmcarbon, desk: Path):
    done = asmcarbon("batch", ".", cwd=desk)
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    report = json.loads(asmcarbon("footprint", "with_receipts.yaml", "--json", cwd=desk).stdout)
    assert float(row["scopes_1_2_3 [tCO2e/year]"]) == report["totals"]["scopes_1_2_3"]["value"]


def test_what_is_wrong_with_receipts_is_told_with_their_lines_and_no_traceback(asmcarbon, desk: Path):
    with (desk / "receipts.csv").open("a", encoding="utf-8") as file:
        file.write("2024-07-04,diesel.engines,2,drum,\n2024-06-04,diesel.engines,2,bidn,\n=1+1,\x1b[31m,2,drum,\n")
    done = asmcarbon("footprint", "with_receipts.yaml", cwd=desk)
    assert done.returncode == 2
    assert done.stdout == ""
    told = done.stderr.splitlines()
    assert [line.split("  ")[0] for line in told] == [f"receipts.csv:{n}" for n in (44, 45, 46, 46)]
    assert "\x1b" not in done.stderr
    assert "Traceback" not in done.stderr


def test_units_tell_their_sources(asmcarbon):
    rows = {row["unit"]: row for row in json.loads(asmcarbon("units", "--json").stdout)}
    assert all(row["source"] for row in rows.values())
    assert rows["castellano"]["source"].startswith("a 50th of the marco")
    (line,) = [line for line in asmcarbon("units").stdout.splitlines() if line.startswith("  tola ")]
    assert "180 grains" in line


def test_the_api_refuses_names_of_files_and_takes_what_was_read(asmcarbon, desk: Path):
    asmcarbon("check", "with_receipts.yaml", "--json", "-o", "site.json", cwd=desk)
    read = json.loads((desk / "site.json").read_text(encoding="utf-8"))
    with TestClient(create_app(Settings(str(desk / "server.sqlite"), work=WorkLimits(processes=0)))) as client:
        for named in ("receipts.csv", ["receipts.csv"], "/etc/passwd"):
            refused = client.post("/v1/footprints", json={**read, "receipts": named})
            assert refused.status_code == 422
            (problem,) = refused.json()["problems"]
            assert problem["where"] == "receipts"
            assert "command line only" in problem["what"]
        taken = client.post("/v1/footprints", json=read)
        assert taken.status_code == 200
        assert taken.json() == json.loads(asmcarbon("footprint", "site.json", "--json", cwd=desk).stdout)
        counted = {**read, "processing": {"ore": "3 bidon/week"}, "containers": {"bidon": "60 kg"}}
        assert client.post("/v1/footprints", json=counted).status_code == 200
        assert client.get("/v1/units").json()["units"][0]["source"].startswith("SI Brochure")


def test_a_folder_is_told_by_the_gwps_and_the_draws_that_are_asked_for(asmcarbon, desk: Path):
    asked = ("--gwp-set", "AR4", "--draws", "200", "--seed", "3")
    (row,) = csv.DictReader(io.StringIO(asmcarbon("batch", ".", *asked, cwd=desk).stdout))
    report = json.loads(asmcarbon("footprint", "with_receipts.yaml", "--json", *asked, cwd=desk).stdout)
    assert float(row["scopes_1_2_3 [tCO2e/year]"]) == report["totals"]["scopes_1_2_3"]["value"]
    drawn = report["monte_carlo"]["totals"]["scopes_1_2_3"]
    told = [None if row[f"drawn {end} [%]"] == "" else float(row[f"drawn {end} [%]"]) for end in ("low", "high")]
    assert told == [drawn["low_percent"], drawn["high_percent"]]
    assert row["gwp_set"] == "AR4"


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ((".", "--decimal", ",", "--workers", "1"), ["--decimal", "--workers"]),
        ((".", "--plan", "-o", "plans", "--draws", "200"), ["--draws"]),
        (("receipts.csv", "--points", "3"), ["--points"]),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(asmcarbon, desk: Path, asked, refused):
    done = asmcarbon("batch", *asked, cwd=desk)
    assert done.returncode == 2
    assert [line.split()[0] for line in done.stderr.splitlines()] == refused
