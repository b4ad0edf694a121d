"""Chromium, driven by Playwright; a server for it; axe-core from npm.

Without them these tests are skipped, or fail where ASMCARBON_TEST_BROWSER says that they must run.
"""

import os
import shutil
import socket
import subprocess
import sys
import tarfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

COMMAND = Path(sys.executable).with_name("asmcarbon")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip


def lacking(what: str) -> None:
    if os.environ.get("ASMCARBON_TEST_BROWSER"):
        pytest.fail(f"{what} is needed where ASMCARBON_TEST_BROWSER is set")
    pytest.skip(f"{what} is not there")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        lacking("Chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        lacking("playwright")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core as a script."""
    folder = tmp_path_factory.mktemp("axe")
    npm = shutil.which("npm")
    if npm is None:
        lacking("npm")
    done = subprocess.run(
        [str(npm), "pack", "--silent", "axe-core@4.10.3"], cwd=folder, capture_output=True, text=True, check=False
    )
    packed = next(folder.glob("axe-core-*.tgz"), None)
    if packed is None:
        lacking(f"axe-core ({done.stderr.strip()[-200:]})")
    assert packed is not None
    with tarfile.open(packed) as archive:
        script = archive.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server without keys."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [COMMAND, "serve", "--port", str(port), "--database", str(folder / "server.sqlite")],
            stderr=log, stdout=log, env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}"
            for _time in range(300):
                try:
                    urllib.request.urlopen(f"{address}/health").close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield address
        finally:
            process.terminate()
            process.wait(20)


class Walk:
    """A page that is walked through: what it asks of others, and what it complains of, is noted."""

    def __init__(self, page: Any, host: str) -> None:
        self.page, self.outside, self.faults = page, [], []
        page.on("request", lambda one: self.outside.append(one.url) if not self._is_own(one.url, host) else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda one: self.faults.append(one.text) if "Content Security" in one.text else None)

    @staticmethod
    def _is_own(url: str, host: str) -> bool:
        return url.startswith((f"{host}/", "data:", "blob:", "about:"))

    def until(self, script: str, seconds: float = 90.0) -> None:
        """Wait until a script is true; the page's policy forbids Playwright's own waiting."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(script):
            assert time.monotonic() < end, (script, self.page.inner_text("#said"), self.faults)
            time.sleep(0.05)

    @property
    def spills(self) -> bool:
        """Whether the page is wider than its window."""
        return self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


@pytest.fixture
def walk(chromium: Any) -> Iterator[Callable[[str, int], Walk]]:
    """Open an address in a window of a width."""
    contexts = []

    def opened(address: str, width: int, locale: str = "en") -> Walk:
        context = chromium.new_context(viewport={"width": width, "height": 800}, locale=locale)
        contexts.append(context)
        host = "/".join(address.split("/")[:3])
        found = Walk(context.new_page(), host)
        found.page.goto(address)
        return found

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def faults(chromium: Any, axe: str) -> Callable[[str, int], list[str]]:
    """Serious faults that axe-core finds on a page."""

    def found(address: str, width: int, ready: str = "body") -> list[str]:
        context = chromium.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
        try:
            page = context.new_page()
            page.goto(address)
            page.wait_for_selector(ready)
            page.evaluate(axe)
            result = page.evaluate("axe.run()")
            return [
                f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in result["violations"]
                if one["impact"] in ("serious", "critical")
            ]  # fmt: skip
        finally:
            context.close()

    return found
