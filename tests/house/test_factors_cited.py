"""No number without a source: the tables that asmcarbon comes with pass their own check."""

from pathlib import Path

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
