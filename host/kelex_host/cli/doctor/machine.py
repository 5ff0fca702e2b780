"""Checks of the machine itself: Python, the directory that a house writes to, the clock."""

from __future__ import annotations

import os
import re
import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kelex_host.cli.doctor.finding import Finding, note, ok, wrong

PYTHON_LEAST = (3, 11)
RELEASE_YEAR = 2026

# A time zone spelled out, as POSIX has it: CET-1CEST,M3.5.0,M10.5.0/3
_POSIX_ZONE = re.compile(r"([A-Za-z]{3,}|<[^>]+>)[+-]?\d.*")


def python(version: tuple[int, ...]) -> Finding:
    """Whether this Python is one that Kelex is made for."""
    text = ".".join(map(str, version))
    if version < PYTHON_LEAST:
        least = ".".join(map(str, PYTHON_LEAST))
        return wrong("python", f"This is Python {text}; install {least} or newer, such as `uv python install`.")
    return ok("python", f"This is Python {text}.")


def home(directory: Path) -> Finding:
    """Whether a house can write to KELEX_HOME. The doctor does not make it."""
    about = "home"
    mend = "own it (`chown`), or set KELEX_HOME to a directory of yours"
    try:
        if not directory.exists():
            above = next(parent for parent in directory.absolute().parents if parent.exists())
            if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
                return wrong(about, f"{directory} is not there and cannot be made in {above}: {mend}.")
            return ok(about, f"{directory} is not there yet; it is made when it is needed.")
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        return wrong(about, f"{directory} cannot be written to ({error.strerror}): {mend}.")
    return ok(about, f"{directory} can be written to.")


def clock(now: datetime) -> Finding:
    """Whether the clock can be right at all: many a small computer has none that outlives a power cut."""
    if now.year < RELEASE_YEAR:
        return wrong(
            "clock",
            f"The clock says {now:%Y-%m-%d}, before this Kelex was made; set it, best by the network (`apt install "
            "systemd-timesyncd`), or events will bear wrong times.",
        )
    return ok("clock", f"The clock says {now:%Y-%m-%d %H:%M}.")


def time_zone(named: str | None, localtime: Path) -> Finding:
    """Whether local time is known: from `named`, which is TZ, else from the system's `localtime`."""
    about = "time zone"
    if named is None:
        if localtime.exists():
            return ok(about, f"Local time is {datetime.now().astimezone().tzname()}, by the system.")
        return note(about, "No time zone is set, so local time is UTC; set one, such as TZ=Europe/Berlin.")
    if _is_zone(named.removeprefix(":")):
        return ok(about, f"Local time is that of TZ={named}.")
    return wrong(about, f"TZ={named} names no time zone; write one such as TZ=Europe/Berlin, or unset it.")


def _is_zone(name: str) -> bool:
    if name in ("", "UTC") or _POSIX_ZONE.fullmatch(name):
        return True
    if name.startswith("/"):
        return Path(name).is_file()
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
