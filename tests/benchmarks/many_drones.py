"""Twenty simulated drones in one `kelex up`, each reporting its senses at 10 Hz: what share of a core that takes.

Real are all the processes: the house (bridge, simulated boards, pseudo-terminals) and its embedded broker, whose
processor time is read from /proc; a client outside them listens to everything and counts. A drone reports when
something changes, else once a second: here the firmware is a copy in which that second is a tenth.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import paho.mqtt.client as mqtt
from kelex_sim.pico import firmware_path
from measure import Row

DRONES = 20
REPORTS_HZ = 10
SETTLE_S = 4.0
MEASURE_S = 15.0
ROUNDS = 2
START_S = 60.0
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def rows() -> list[Row]:
    rounds = [measure() for _ in range(ROUNDS)]
    house, broker, reports_hz, messages_hz = (median(figures) for figures in zip(*rounds, strict=True))
    note = (
        f"house {house:.2f}, broker {broker:.2f}; {messages_hz:,.0f} messages/s, "
        f"{reports_hz:,.0f} of them reports (awaited: {DRONES * REPORTS_HZ})"
    )
    return [
        Row(
            f"{DRONES} simulated drones at {REPORTS_HZ} Hz, cores", f"{house + broker:.2f}", "1", "", note, at_most=True
        )
    ]


def measure() -> tuple[float, float, float, float]:
    """Cores taken by the house and by its broker; senses and all messages per second that a listener gets."""
    with _house() as (pid, port):
        heard: list[str] = []
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        client.on_message = lambda _, __, message: heard.append(message.topic)
        client.connect("127.0.0.1", port)
        client.subscribe("kelex/#")
        client.loop_start()
        time.sleep(SETTLE_S)
        heard.clear()
        before, began_s = _cpu_s(pid), time.monotonic()
        time.sleep(MEASURE_S)
        after, took_s = _cpu_s(pid), time.monotonic() - began_s
        topics = heard.copy()
        client.disconnect()
        client.loop_stop()
    house, broker = ((b - a) / took_s for a, b in zip(before, after, strict=True))
    senses = [topic for topic in topics if topic.endswith("/senses")]
    return house, broker, len(senses) / took_s, len(topics) / took_s


def _cpu_s(pid: int) -> tuple[float, float]:
    """Seconds of processor time of a process, and of all its descendants together."""
    return _own_s(pid), sum(sum(_cpu_s(child)) for child in _children(pid))


def _own_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_S


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


@contextmanager
def _house() -> Iterator[tuple[int, int]]:
    """(process id, the broker's port) of a running house."""
    with TemporaryDirectory() as folder:
        _copy_firmware(Path(folder))
        config = Path(folder, "kelex.toml")
        config.write_text("".join(f'[[drone]]\nid = "kelex-{i}"\nroom = "nursery"\n' for i in range(DRONES)))
        command = [sys.executable, "-u", "-m", "kelex_host", "up", "--no-console", "--config", str(config)]
        environment = os.environ | {"PYTHONPATH": folder, "KELEX_HOME": folder}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as house:
            try:
                yield house.pid, _port(house)
            finally:
                house.terminate()


def _copy_firmware(folder: Path) -> None:
    for package in ("kelex_boot", "kelex_drone", "kelex_wire"):
        shutil.copytree(firmware_path() / package, folder / package)
    senses = folder / "kelex_drone" / "senses.py"
    text = senses.read_text()
    faster = re.sub(r"(?m)^HEARTBEAT_MS = \d+$", f"HEARTBEAT_MS = {1000 // REPORTS_HZ}", text)
    assert faster != text, "the firmware names its longest silence otherwise now"
    senses.write_text(faster)


def _port(house: subprocess.Popen[str]) -> int:
    """The port that the house says its broker listens at."""
    assert house.stdout
    end_s = time.monotonic() + START_S
    for line in house.stdout:
        found = re.search(r"broker +mqtt://127\.0\.0\.1:(\d+)", line)
        if found:
            return int(found[1])
        assert time.monotonic() < end_s, "the house does not come up"
    raise AssertionError("the house has ended")
