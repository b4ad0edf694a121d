"""Rooms import from lower floors only, and costly libraries stay in theirs: the contracts of pyproject.toml."""

import os
import subprocess
import sys
from pathlib import Path


def test_every_import_keeps_the_floors(root: Path):
    # A process of its own: import-linter silences the loggers of the one that it runs in.
    lint = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    command = [lint, "--no-cache", "--no-logo"]
    found = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "Contracts: 4 kept, 0 broken." in found.stdout
