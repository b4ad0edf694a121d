"""What lies in the repository: no machine's own paths or hosts, nothing large, a docstring on every module."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

TOP = {"LICENSE", "README.md", "emission_factors", "examples", "pyproject.toml", "src", "tests"}
LARGEST_FILE = 1_000_000
LONGEST_SOURCE = 450

# A build takes packages from wherever the machine that runs it is told to, and reads no folder outside the checkout.
# The brackets keep this file from naming what it looks for.
HOST = re.compile(
    rb"[p]ypi\.org|[p]ythonhosted|[r]egistry\.npmjs|[r]egistry\.yarnpkg|[d]eb\.debian|[a]rchive\.ubuntu|[c]onda\.anaconda"
)
MACHINE_PATH = re.compile(rb"(?<![\w.~])/(?:work|root|home|Users)/")


@pytest.fixture(scope="module")
def tracked(root: Path) -> list[Path]:
    """Every file that git keeps; without git, every file that no dot-folder of the top holds."""
    if (root / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True).stdout
        paths = [root / name for name in listed.split("\0") if name]
    else:
        hidden = re.compile(r"\.(?!ci/)[^/]+/|.*\b__pycache__/")
        paths = [path for path in root.rglob("*") if not hidden.match(path.relative_to(root).as_posix())]
    return [path for path in paths if path.is_file()]


@pytest.fixture(scope="module")
def modules(root: Path) -> list[Path]:
    return sorted((root / "src").rglob("*.py"))


def test_the_top_holds_only_what_belongs_there(root: Path, tracked: list[Path]):
    top = {path.relative_to(root).parts[0] for path in tracked}
    assert {name for name in top if not name.startswith(".")} == TOP


def test_no_file_names_a_package_registry(root: Path, tracked: list[Path]):
    assert [str(path.relative_to(root)) for path in tracked if HOST.search(path.read_bytes())] == []


def test_no_file_names_a_path_of_one_machine(root: Path, tracked: list[Path]):
    assert [str(path.relative_to(root)) for path in tracked if MACHINE_PATH.search(path.read_bytes())] == []


def test_constraints_are_names_and_versions_alone(root: Path):
    lines = (root / ".ci/constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert [line for line in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line)] == []
    names = [re.sub(r"[-_.]+", "-", line.partition("==")[0]).lower() for line in pins]
    assert len(names) == len(set(names))


def test_no_file_is_large(root: Path, tracked: list[Path]):
    assert {str(path.relative_to(root)) for path in tracked if path.stat().st_size > LARGEST_FILE} == set()


def test_every_module_says_what_it_is(root: Path, modules: list[Path]):
    assert modules
    parsed = {path: ast.parse(path.read_text(encoding="utf-8")) for path in modules}
    assert [str(path.relative_to(root)) for path, tree in parsed.items() if not ast.get_docstring(tree)] == []


def test_no_module_is_long(root: Path, modules: list[Path]):
    lengths = {str(path.relative_to(root)): len(path.read_text(encoding="utf-8").splitlines()) for path in modules}
    assert {name: length for name, length in lengths.items() if length > LONGEST_SOURCE} == {}
