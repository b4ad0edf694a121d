"""Rooms import from lower floors only, and costly libraries stay in theirs: the contracts of pyproject.toml."""

from pathlib import Path

import pytest
from importlinter.cli import lint_imports


def test_every_import_keeps_the_floors(root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(root)
    monkeypatch.syspath_prepend(root / "src")
    status = lint_imports(config_filename=str(root / "pyproject.toml"), no_cache=True, no_logo=True)
    told = capsys.readouterr().out
    assert status == 0, told
    assert "Contracts: 4 kept, 0 broken." in told
