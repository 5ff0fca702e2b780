"""A real browser on the console, which may reach nothing but this computer."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

# No look-ups, no updates, no reports: whatever still leaves the page shows in the list of its requests.
FLAGS = (
    "--headless", "--no-sandbox", "--enable-unsafe-swiftshader",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--disable-domain-reliability", "--disable-client-side-phishing-detection", "--no-first-run", "--no-pings",
    "--metrics-recording-only", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)  # fmt: skip


def chromium() -> str:
    """Debian's chromium; without it, or without playwright, the test is left out, saying why."""
    binary = shutil.which("chromium")
    missing = "no chromium here: install it with `apt-get install chromium`" if binary is None else ""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        missing = "no playwright here: `uv sync --all-groups` brings it"
    if not missing:
        assert binary
        return binary
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


@contextmanager
def running() -> Iterator[Any]:
    """A browser, for as long as the block lasts."""
    binary = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()
