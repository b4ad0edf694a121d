"""The footprint of one site, whole process, beside the import of pint, pydantic, click and the YAML reader alone.

    pytest tests/benchmarks/test_footprint_start.py -s

CPU seconds, user and system, medians of runs that take turns. To reach: 1.4.
"""

import resource
import statistics
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "andean_gold" / "site.yaml"
RUNS = 15
ALONE = [sys.executable, "-c", "import pint, pydantic, click, yaml"]
WHOLE = [sys.executable, "-c", "from asmcarbon.cli.main import main; main()", "footprint", str(EXAMPLE)]


def cpu_seconds(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_one_site_beside_its_imports() -> None:
    pairs = [(cpu_seconds(ALONE), cpu_seconds(WHOLE)) for _run in range(RUNS)]
    alone, whole = (statistics.median(one) for one in zip(*pairs, strict=True))
    ratio = statistics.median(second / first for first, second in pairs)
    print(f"\nimports {alone:.3f} s, footprint {whole:.3f} s: {ratio:.2f}")
    assert ratio > 1  # it does what the imports do, and more
