"""Where the server keeps things: what cannot be a database is told in a sentence, what is kept is for nobody else."""

import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from stat import S_IMODE

import pytest
import sqlalchemy as sa

from asmcarbon.errors import InputError, MissingExtra, StoreError
from asmcarbon.jobs.store import Store, keys, versions

ROW = {"id": "a", "tenant": "fund", "name": "", "opens": "all", "hash": "h", "created": 1.0}


def refusal(database):
    with pytest.raises(InputError) as refused:
        Store(str(database))
    (problem,) = refused.value.problems
    assert problem.where == "--database"
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)
    return str(refused.value)


def test_what_was_kept_is_there_when_it_is_opened_again(database):
    first = Store(database)
    with first.writing() as connection:
        connection.execute(keys.insert().values(ROW))
    first.close()
    again = Store(database)
    with again.reading() as connection:
        assert connection.scalar(sa.select(keys.c.tenant)) == "fund"
    again.close()


def test_a_connection_in_use_when_the_store_closes_is_closed_when_it_comes_back(store):
    with store.reading() as connection:
        raw = connection.connection.dbapi_connection
        store.close()
        assert connection.scalar(sa.select(versions.c.version)) == 1
    with pytest.raises(Exception, match="closed"):
        raw.cursor()


def test_a_change_that_an_error_leaves_is_not_kept_at_all(store):
    with pytest.raises(ZeroDivisionError), store.writing() as connection:
        connection.execute(keys.insert().values(ROW))
        1 / 0  # noqa: B018
    with store.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(keys)) == 0


def test_who_reads_keeps_no_writer_waiting_and_sees_nothing_half_done(store):
    count = sa.select(sa.func.count()).select_from(keys)
    with store.reading() as reading, store.writing() as writing:
        writing.execute(keys.insert().values(ROW))
        assert reading.scalar(count) == 0
    with store.reading() as reading:
        assert reading.scalar(count) == 1


def test_servers_that_open_an_empty_database_at_once_make_its_tables_once(database):
    def opened(_nth):
        Store(database).close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(opened, range(8)))
    store = Store(database)
    with store.reading() as connection:
        assert connection.execute(sa.select(versions.c.version)).all() == [(1,)]
    store.close()


def test_tables_of_another_version_are_refused(database):
    store = Store(database)
    with store.writing() as connection:
        connection.execute(versions.update().values(version=7))
    store.close()
    assert "is of tables version 7; expected version 1" in refusal(database)


def test_tables_of_another_program_are_refused_and_left_alone(database):
    store = Store(database)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE asmcarbon")
        connection.exec_driver_sql("DROP TABLE tokens")
    told = refusal(database)
    assert "has tables of another program: callbacks, footprints, jobs, keys" in told
    with store.engine.begin() as connection:
        assert not sa.inspect(connection).has_table("tokens")
    store.close()


def test_a_file_of_another_program_is_refused(tmp_path):
    file = tmp_path / "other.sqlite"
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE sites (name TEXT)")
    other.close()
    assert "has tables of another program: sites" in refusal(file)


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path):
    file = tmp_path / "site.yaml"
    text = "name: A site\n" * 1000
    file.write_text(text, encoding="utf-8")
    assert "is not a database" in refusal(file)
    assert file.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("database", "words"),
    [
        ("", "'' is no file that could be"),
        ("no/such/folder/server.sqlite", "is no file that could be"),
        ("a\x00b", "is no file that could be"),
        ("mysql://root:pw@localhost/x", "'mysql://root:pw@localhost/x' is no file that could be"),
        ("sqlite:///server.sqlite", "is no file that could be"),
        ("postgresql://user:secret@127.0.0.1:port/x", "is not a URL of a database"),
        ("postgresql://user:secret@127.0.0.1:1/x", "postgresql://user:***@127.0.0.1:1/x cannot be used"),
        ("postgresql://user@127.0.0.1:1/x?password=secret", "postgresql://user@127.0.0.1:1/x cannot be used"),
    ],
)
def test_what_can_be_no_database_is_told_in_one_sentence(tmp_path, monkeypatch, database, words):
    monkeypatch.chdir(tmp_path)
    assert words in refusal(database)


def test_a_folder_is_refused(tmp_path):
    assert "cannot be opened" in refusal(tmp_path)


def test_a_name_that_sqlite_takes_for_memory_is_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Store(":memory:").close()
    assert (tmp_path / ":memory:").stat().st_size > 0


def test_what_is_kept_is_for_its_user_alone(tmp_path):
    file = tmp_path / "server.sqlite"
    store = Store(str(file))
    with store.writing() as connection:
        connection.execute(keys.insert().values(ROW))
        assert {one.name for one in tmp_path.iterdir()} >= {"server.sqlite", "server.sqlite-wal"}
        assert {S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()} == {0o600}
    store.close()


def test_postgresql_without_its_driver_tells_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtra, match="pip install 'asmcarbon\\[postgresql\\]'"):
        Store("postgresql://user@127.0.0.1:1/x")


def test_a_database_that_goes_away_is_told_on_one_line(store, monkeypatch):
    def away(*_given, **_named):
        raise sa.exc.OperationalError("SELECT", {}, Exception("connection refused\n\tIs the server running?"))

    monkeypatch.setattr(store.engine, "connect", away)
    with (
        pytest.raises(StoreError, match=r"does not answer: connection refused Is the server running\?$"),
        store.reading(),
    ):
        pass
