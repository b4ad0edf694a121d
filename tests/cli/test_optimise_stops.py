"""`asmcarbon optimise` killed in mid-solve, or out of time: a whole answer or none, and one sentence that says so."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("asmcarbon")
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "andean_gold"
FORMER = '{"a": "former plan"}\n'


def killed_at(said: str, site: Path, output: Path) -> None:
    """Start a plan and kill it (SIGKILL on POSIX) as soon as it says that something is under way."""
    arguments = [COMMAND, "optimise", str(site), "--json", "-o", str(output)]
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True, encoding="utf-8") as running:
        assert running.stderr is not None
        for line in running.stderr:
            if said in line:
                running.kill()
                break
        else:
            pytest.fail(f"never said: {said}")


@pytest.mark.parametrize(
    ("site", "said"),
    [
        ("site.yaml", "weather and load"),
        ("site.yaml", "generators on and off, 1"),
        # A plan whose end is near.
        ("../milling_centre/site.yaml", "audit"),
        ("stages.yaml", "stages of 8,760 hours"),
        ("stages.yaml", "generators on and off, 1"),
    ],
)
def test_a_plan_that_is_killed_leaves_no_half_file(asmcarbon, tmp_path, site, said):
    output = tmp_path / "plan.json"
    output.write_text(FORMER, encoding="utf-8")
    killed_at(said, EXAMPLES / site, output)
    left = output.read_text(encoding="utf-8")
    assert left == FORMER or "notes" in json.loads(left)
    # What else may be left is a hidden part of its own process; the next run writes as if there were none.
    assert all(one.name == "plan.json" or one.name.endswith(".part") for one in tmp_path.iterdir())
    done = asmcarbon("footprint", EXAMPLES / "site.yaml", "--json", "-o", output)
    assert done.returncode == 0
    assert "totals" in json.loads(output.read_text(encoding="utf-8"))


def test_what_a_killed_run_left_is_no_hindrance(asmcarbon, tmp_path):
    for process in range(3):
        (tmp_path / f".f.json.{process}.part").write_text("{", encoding="utf-8")
    done = asmcarbon("footprint", EXAMPLES / "site.yaml", "--json", "-o", tmp_path / "f.json")
    assert done.returncode == 0
    assert json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))["site"]["country"] == "PER"


@pytest.mark.parametrize("site", ["site.yaml", "stages.yaml"])
@pytest.mark.parametrize("seconds", ["5", "0.1"])
def test_a_limit_of_time_gives_the_best_plan_with_its_gap_or_says_there_is_none(asmcarbon, tmp_path, site, seconds):
    output = tmp_path / "plan.txt"
    done = asmcarbon("optimise", EXAMPLES / site, "--time-limit", seconds, "-o", output)
    last = done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr
    if done.returncode == 0:
        assert "% cheaper" in output.read_text(encoding="utf-8")
    else:
        assert done.returncode == 1
        assert last == f"no plan was found within the limit of {float(seconds):g} s; allow it more time"
        assert list(tmp_path.iterdir()) == []


def test_no_time_at_all_is_no_plan(asmcarbon):
    done = asmcarbon("optimise", EXAMPLES / "site.yaml", "--time-limit", "1e-9")
    assert (done.returncode, done.stdout) == (1, "")
    refused = asmcarbon("optimise", EXAMPLES / "site.yaml", "--time-limit", "0")
    assert refused.returncode == 2
