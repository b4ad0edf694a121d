"""Each command pays only for what it uses: what an import brings along is looked up in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SOLVERS = {"pyomo", "highspy"}
WEATHER = {"pvlib", "pandas"}
HTTP = {"litestar", "prometheus_client", "uvicorn"}
COSTLY = {*SOLVERS, *WEATHER, *HTTP, "dask", "numpy", "pint", "polars", "pydantic", "scipy", "sqlalchemy", "yaml"}


def brought_by(code: str) -> set[str]:
    """Top-level modules that are loaded after the code has run in a fresh interpreter."""
    show = "import json, sys; sys.stderr.write(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    done = subprocess.run([sys.executable, "-c", f"{code}\n{show}"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr))


def test_help_pays_for_click_alone():
    assert not COSTLY & brought_by("import asmcarbon.cli.main")
    assert not COSTLY & brought_by("from asmcarbon.cli.main import main\nmain(['--help'], standalone_mode=False)")
    assert not COSTLY & brought_by("from asmcarbon.cli.main import main\nmain(['--version'], standalone_mode=False)")


def test_a_package_alone_brings_nothing(root: Path):
    packages = [
        ".".join(path.parent.relative_to(root / "src").parts) for path in (root / "src/asmcarbon").rglob("__init__.py")
    ]
    assert "asmcarbon.optimise" in packages
    assert not {*COSTLY, "click"} & brought_by("\n".join(f"import {package}" for package in packages))


def test_a_footprint_brings_no_solver_no_weather_and_no_server():
    brought = brought_by("import asmcarbon.cli.footprint, asmcarbon.footprint.uncertainty")
    assert "pint" in brought
    assert not {*SOLVERS, *WEATHER, *HTTP} & brought
    # pint itself imports NumPy, and SciPy where that is installed; nobody else may be the one who does.
    assert not {"scipy"} & brought - brought_by("import pint")


@pytest.mark.parametrize(
    ("module", "without"),
    [
        ("asmcarbon.errors", {*COSTLY, "click"}),
        ("asmcarbon.messages", {*COSTLY, "click"}),
        ("asmcarbon.factors.tables", {*COSTLY, "click"}),
        ("asmcarbon.finance.discounting", {*COSTLY, "click"}),
        ("asmcarbon.finance.debt", {*COSTLY, "click"}),
        ("asmcarbon.finance.returns", {*COSTLY, "click"}),
        ("asmcarbon.site.read", {*SOLVERS, *WEATHER, *HTTP, "click"}),
        ("asmcarbon.energy.sun", {*SOLVERS, *HTTP, "click", "pint"}),
        ("asmcarbon.optimise.solve", {*WEATHER, *HTTP, "click"}),
        ("asmcarbon.planning.plan_site", {*HTTP, "click"}),
        ("asmcarbon.reports.terminal", {*SOLVERS, *WEATHER, *HTTP, "click"}),
        ("asmcarbon.batch.run", {*SOLVERS, *WEATHER, *HTTP, "click"}),
        ("asmcarbon.cli.statements", {*SOLVERS, *WEATHER, *HTTP}),
        ("asmcarbon.cli.export", {*SOLVERS, *WEATHER, *HTTP, "sqlalchemy"}),
        ("asmcarbon.cli.keys", {*COSTLY, "sqlalchemy"}),
        ("asmcarbon.cli.optimise", {*SOLVERS, *WEATHER, *HTTP}),
        ("asmcarbon.cli.risk", {*SOLVERS, *WEATHER, *HTTP}),
        ("asmcarbon.cli.serve", COSTLY),
        ("asmcarbon.jobs.keys", {*COSTLY, "click"} - {"sqlalchemy"}),
        ("asmcarbon.jobs.places", {*SOLVERS, *WEATHER, *HTTP, "click"}),
        ("asmcarbon.api.app", {*SOLVERS, *WEATHER, "httpx", "uvicorn", "click"}),
    ],
)
def test_an_import_brings_only_what_it_may(module: str, without: set[str]):
    assert not without & brought_by(f"import {module}")
