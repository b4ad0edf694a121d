"""The wheel holds the package and the factor tables as they stand in the checkout, and nothing else."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, root]
    done = subprocess.run(build, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = folder.glob("asmcarbon-*-py3-none-any.whl")
    with ZipFile(path) as opened:
        yield opened


def expected(root: Path) -> dict[str, Path]:
    """Path in the wheel -> file in the checkout."""
    files = {path.relative_to(root / "src"): path for path in (root / "src/asmcarbon").rglob("*")}
    files |= {Path("asmcarbon", path.relative_to(root)): path for path in (root / "emission_factors").rglob("*")}
    return {name.as_posix(): path for name, path in files.items() if path.is_file() and "__pycache__" not in path.parts}


def test_the_wheel_holds_the_package_and_the_tables_and_nothing_else(root: Path, wheel: ZipFile):
    inside = {name for name in wheel.namelist() if ".dist-info/" not in name}
    wanted = set(expected(root))
    assert inside == wanted
    assert {
        "asmcarbon/units.txt", "asmcarbon/energy/climate_1deg.npz",
        "asmcarbon/emission_factors/fuels.csv", "asmcarbon/emission_factors/release.toml",
    } <= wanted  # fmt: skip


def test_every_file_in_the_wheel_equals_the_checkout(root: Path, wheel: ZipFile):
    differing = [name for name, path in expected(root).items() if wheel.read(name) != path.read_bytes()]
    assert differing == []


def test_the_wheel_brings_the_command_and_the_licence(root: Path, wheel: ZipFile):
    about = {Path(name).name: name for name in wheel.namelist() if ".dist-info/" in name}
    assert b"asmcarbon = asmcarbon.cli.main:main" in wheel.read(about["entry_points.txt"])
    assert wheel.read(about["LICENSE"]) == (root / "LICENSE").read_bytes()
