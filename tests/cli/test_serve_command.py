"""`asmcarbon serve`: what would put keys or sites on the net in the clear is refused before it listens."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request

import pytest
from conftest import COMMAND

from asmcarbon.jobs.keys import create_key
from asmcarbon.jobs.store import Store


@pytest.fixture
def with_key(tmp_path):
    database = str(tmp_path / "server.sqlite")
    store = Store(database)
    create_key(store, "fund", "")
    store.close()
    return database


def refusal(asmcarbon, database, *arguments):
    refused = asmcarbon("serve", "--database", database, *arguments)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "Traceback" not in refused.stderr
    return refused.stderr


def test_other_machines_are_not_served_over_http(asmcarbon, with_key):
    for host in ("0.0.0.0", "::", "192.0.2.1", "example.org"):
        told = refusal(asmcarbon, with_key, "--host", host)
        assert told.startswith(f"--host  '{host}' can be reached by other machines, and keys would cross the net")
        assert "--tls-certificate" in told and told.count("\n") == 1


def test_other_machines_are_not_served_without_a_key(asmcarbon, tmp_path):
    told = refusal(asmcarbon, tmp_path / "server.sqlite", "--behind-proxy", "192.0.2.1")
    assert "there are no keys" in told
    assert "asmcarbon keys create --tenant my-fund" in told


def test_half_a_certificate_and_one_that_cannot_be_read_are_told_at_once(asmcarbon, with_key, tmp_path):
    told = refusal(asmcarbon, with_key, "--tls-certificate", tmp_path / "no.pem")
    assert "--tls-key  is missing" in told
    assert "no.pem cannot be read" in told


def test_a_certificate_that_is_none_is_told_in_a_sentence(asmcarbon, with_key, tmp_path):
    (tmp_path / "a.pem").write_text("no certificate", encoding="utf-8")
    arguments = ("--tls-certificate", tmp_path / "a.pem", "--tls-key", tmp_path / "a.pem")
    assert "--tls-certificate  " in refusal(asmcarbon, with_key, *arguments)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--port", "0"), ("--port", "65536"), ("--processes", "0"), ("--queue-limit", "0"), ("--rate", "nan"),
        ("--rate", "0"), ("--rate", "inf"), ("--solve-limit", "nan"), ("--solve-limit", "0"), ("--keep-days", "nan"),
        ("--keep-days", "-1"),
    ],
)  # fmt: skip
def test_a_number_that_cannot_be_is_refused(asmcarbon, tmp_path, option, value):
    assert option in refusal(asmcarbon, tmp_path / "server.sqlite", option, value)


def test_a_database_that_cannot_be_is_told_in_one_line(asmcarbon, tmp_path):
    told = refusal(asmcarbon, tmp_path)
    assert told.startswith("--database  ") and told.count("\n") == 1


def test_a_port_that_is_taken_is_told_without_a_traceback(asmcarbon, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = asmcarbon("serve", "--port", port, "--database", tmp_path / "server.sqlite")
    assert refused.returncode != 0
    assert "address already in use" in refused.stderr.lower()
    assert "Traceback" not in refused.stderr


def test_what_was_accepted_before_a_kill_is_there_after_it(serving, tmp_path):
    database = str(tmp_path / "server.sqlite")
    site = json.dumps({"name": "A site", "country": "PER", "year": 2024}).encode()

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [COMMAND, "serve", "--port", str(port), "--database", database]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/v1/plans", data=site, headers={"content-type": "application/json"}
        )
        for _time in range(300):
            try:
                accepted = json.load(urllib.request.urlopen(request, timeout=30))
                break
            except OSError:
                time.sleep(0.1)
        os.kill(server.pid, signal.SIGKILL)
    finally:
        server.kill()
        server.wait()
    there = serving("--database", database)
    path = f"{there}/v1/jobs/{accepted['job']['id']}?wait=60"
    told = json.load(urllib.request.urlopen(path, timeout=90))
    # A site without energy has no plan: it fails for that, once, and not because a server was lost.
    assert told["job"]["status"] == "failed"
    assert told["problem"]["status"] == 422
