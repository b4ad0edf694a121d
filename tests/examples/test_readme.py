"""Every block of README.md runs, in the order in which it stands, in a copy of the examples and the factors."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def blocks(readme: str) -> list[tuple[str, str]]:
    """Blocks of shell with the heading above each; the two set-up commands are run by CI itself."""
    found, heading = [], ""
    for part in re.split(r"(?m)^(## .*)$", readme):
        if part.startswith("## "):
            heading = part[3:]
        elif heading != "Set up":
            found += [(heading, block) for block in re.findall(r"```sh\n(.*?)```", part, re.DOTALL)]
    return found


@pytest.fixture(scope="module")
def desk(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    for name in ("examples", "emission_factors"):
        shutil.copytree(root / name, folder / name)
    return folder


def test_every_block_of_the_readme_runs(root: Path, desk: Path):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert len(blocks(readme)) >= 5
    for heading, block in blocks(readme):
        shell = ["bash", "-e", "-c", block]
        done = subprocess.run(
            shell, cwd=desk, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, f"{heading}\n{block}\n{done.stdout}\n{done.stderr}"
    assert (desk / "plan.txt").read_text(encoding="utf-8").startswith("My site")
    assert (desk / "refused.csv").read_text(encoding="utf-8") == "file,row,column,value,reason\n"


def test_the_set_up_commands_stand_behind_their_marks(root: Path):
    readme = (root / "README.md").read_text(encoding="utf-8")
    for mark, ending in (("main-command", "site.yaml"), ("test-command", "loadfile")):
        command = re.search(rf"<!-- {mark} -->\n```sh\n(.*)\n```", readme)
        assert command is not None
        assert command[1].startswith("python3 -m venv .venv && ")
        assert command[1].endswith(ending)
