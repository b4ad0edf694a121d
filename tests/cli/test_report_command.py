"""`asmcarbon report`: a page for a board, with or without a plan, whole or not at all."""

import shutil
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_a_site_that_cannot_be_planned_has_a_page_that_says_why(asmcarbon, tmp_path):
    done = asmcarbon("report", EXAMPLES / "alluvial_gold" / "parcels.yaml", "-o", tmp_path / "report.html")
    assert done.returncode == 0
    page = (tmp_path / "report.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert "energy.machines  no machines are given" in page
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]


def test_the_footprint_alone_goes_to_standard_output(asmcarbon):
    done = asmcarbon("report", EXAMPLES / "andean_gold" / "site.yaml", "--no-plan")
    assert done.stdout.startswith("<!doctype html>")
    assert done.stderr == ""
    assert "To invest" not in done.stdout


def test_a_plan_has_what_fewer_emissions_cost_below_it(asmcarbon, tmp_path):
    site = EXAMPLES / "andean_gold" / "site.yaml"
    done = asmcarbon("report", site, "--points", "3", "-o", tmp_path / "report.html")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "report.html").read_text("utf-8")
    assert len(page.encode()) < 200_000
    frontier = page.partition('<h2 id="frontier">')[2].partition("</section>")[0]
    assert frontier.count("<svg") == 2
    assert "net present cost over 20 years at 10%, thousand USD" in frontier
    assert "What a further tonne avoided costs, USD" in frontier
    again = asmcarbon("report", site, "--points", "3")
    assert again.stdout == page


def test_a_folder_that_is_not_there_is_told_before_any_work(asmcarbon, tmp_path):
    done = asmcarbon("report", EXAMPLES / "andean_gold" / "site.yaml", "-o", "nowhere/report.html", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "nowhere/report.html  --output  is in a folder that does not exist; expected a file in a folder that does"
    ]


def test_a_wrong_site_is_told_and_nothing_written(asmcarbon, tmp_path):
    (tmp_path / "site.yaml").write_text("name: m\ncountry: Peru\nyear: 2024\n", encoding="utf-8")
    done = asmcarbon("report", "site.yaml", "-o", "report.html", cwd=tmp_path)
    assert done.returncode == 2
    assert "country" in done.stderr
    assert not (tmp_path / "report.html").exists()


def test_a_page_is_printed_where_there_is_a_browser(asmcarbon, tmp_path):
    site = EXAMPLES / "andean_gold" / "site.yaml"
    done = asmcarbon("report", site, "--no-plan", "--pdf", "report.pdf", cwd=tmp_path)
    if shutil.which("chromium") is None and shutil.which("google-chrome") is None:
        assert done.returncode == 2
        assert "--pdf  needs Chromium or Chrome" in done.stderr
        assert not list(tmp_path.iterdir())
        return
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert done.stdout == ""


@pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no browser here")
def test_a_print_that_cannot_be_written_leaves_nothing(asmcarbon, tmp_path):
    site = EXAMPLES / "andean_gold" / "site.yaml"
    done = asmcarbon("report", site, "--no-plan", "--pdf", "nowhere/report.pdf", cwd=tmp_path)
    assert done.returncode == 2
    assert "is in a folder that does not exist" in done.stderr
