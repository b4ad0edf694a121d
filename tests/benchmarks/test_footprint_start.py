"""The footprint of one site, whole process, beside the import of pint, pydantic, click and the YAML reader alone.

    pytest tests/benchmarks/test_footprint_start.py -s

CPU seconds, user and system, medians of runs that take turns. To reach: 1.4 over the imports; what they take with
pint's own registry is printed beside.
"""

import resource
import statistics
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "andean_gold" / "site.yaml"
RUNS = 15
ALONE = [sys.executable, "-c", "import pint, pydantic, click, yaml"]
REGISTRY = [sys.executable, "-c", "import pint, pydantic, click, yaml; pint.UnitRegistry()"]
WHOLE = [sys.executable, "-c", "from asmcarbon.cli.main import main; main()", "footprint", str(EXAMPLE)]


def cpu_seconds(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_one_site_beside_its_imports() -> None:
    runs = [[cpu_seconds(one) for one in (ALONE, REGISTRY, WHOLE)] for _run in range(RUNS)]
    alone, registry, whole = (statistics.median(one) for one in zip(*runs, strict=True))
    ratio, beside_registry = (statistics.median(run[2] / run[n] for run in runs) for n in (0, 1))
    print(f"\nimports {alone:.3f} s, with pint's registry {registry:.3f} s, footprint {whole:.3f} s")
    print(f"footprint over imports {ratio:.2f}, over imports and registry {beside_registry:.2f}")
    assert ratio > 1  # it does what the imports do, and more
