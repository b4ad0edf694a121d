"""No number without a source: the tables that asmcarbon comes with pass their own check."""

import re
from collections import Counter
from pathlib import Path

import pytest

from asmcarbon.factors.check import check
from asmcarbon.factors.tables import default_folder, read_tables


def test_the_tables_come_from_the_checkout(root: Path):
    assert default_folder() == root / "emission_factors"


def test_the_tables_have_no_problem():
    assert check(default_folder()) == []


def test_every_factor_names_a_publication_and_a_place_in_it():
    tables = read_tables()
    assert tables.factors
    for factor in tables.factors:
        source = tables.sources[factor.source_id]
        assert source.citation, factor.factor_id
        assert source.publisher, factor.factor_id
        assert source.licence, factor.factor_id
        assert factor.locator, factor.factor_id


def test_every_table_is_explained_in_the_readme():
    folder = default_folder()
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in sorted(folder.glob("*.csv")) if f"`{path.name}`" not in readme] == []


@pytest.fixture(scope="module")
def entries() -> dict[str, str]:
    """The entries of the changelog by release, in its order."""
    text = (default_folder() / "CHANGELOG.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (\S+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_newest_entry_of_the_changelog_is_of_the_release(entries: dict[str, str]):
    assert next(iter(entries)) == read_tables().release


def test_releases_are_numbered_by_year_and_stand_newest_first(entries: dict[str, str]):
    numbers = [tuple(map(int, name.split("."))) for name in entries]
    assert all(len(number) == 2 and number[0] >= 2026 and number[1] >= 1 for number in numbers)
    assert numbers == sorted(set(numbers), reverse=True)


def test_the_newest_entry_tells_what_the_release_holds(entries: dict[str, str]):
    tables = read_tables()
    told = " ".join(next(iter(entries.values())).split())
    counts = f"{len(tables.factors):,} rows of {len(tables.sources)} sources, default GWP set {tables.default_gwp_set}"
    assert counts in told
    by_table = Counter(factor.table for factor in tables.factors)
    assert sorted(map(int, re.findall(r"\((\d+)(?: rows)?\)", told))) == sorted(by_table.values())
