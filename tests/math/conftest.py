"""Lets the tests of the algebra read the reference case that the benchmarks use."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def reference() -> ModuleType:
    path = Path(__file__).parents[1] / "benchmarks" / "reference.py"
    spec = importlib.util.spec_from_file_location("asmcarbon_reference_case", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
