"""What tests share: the checkout, the example site, the installed command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes is no matter of its law: on a busy machine any of them may be slow.
settings.register_profile("timeless", deadline=None)
settings.load_profile("timeless")

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "andean_gold" / "site.yaml"
COMMAND = Path(sys.executable).with_name("asmcarbon")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def example() -> Path:
    return EXAMPLE


@pytest.fixture(scope="session")
def asmcarbon():
    """Run the installed command in a process of its own."""

    def run(*arguments: str | Path, cwd: Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
        return subprocess.run(
            [COMMAND, *map(str, arguments)],
            cwd=cwd,
            input=stdin,
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )

    return run
