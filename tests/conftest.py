"""Fixtures for the whole suite."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from brokers import Mosquitto

Tell = Callable[[str], None]


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Have a line printed at the end of the run, whichever process the test ran in."""
    return lambda line: record_property("told", line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    told = [
        line
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, line in getattr(report, "user_properties", ())
        if name == "told"
    ]
    if told:
        terminalreporter.section("figures")
        for line in told:
            terminalreporter.line(line)


@pytest.fixture(scope="session")
def mosquitto_binary() -> str:
    binary = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    if binary is None:
        message = "no mosquitto here: install it with `apt-get install mosquitto`"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return binary


@pytest.fixture
def mosquitto(mosquitto_binary: str, tmp_path: Path) -> Iterator[Mosquitto]:
    broker = Mosquitto(mosquitto_binary, tmp_path, "allow_anonymous true")
    broker.start()
    yield broker
    broker.stop()
