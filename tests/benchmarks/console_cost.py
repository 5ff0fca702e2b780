"""What the console costs: memory and processor per browser, and what it does to an order's way through the bridge.

The house is `kelex up` as a user runs it. How soon a page is usable is measured in Chromium: from its request, made
once the house has said where the page is, to all but the scene being there and live; each page with an empty cache. For
the other figures a browser is a socket that takes all that the page is sent, without drawing it; the drone moves all
the while. Orders are measured with no page open and with ten, in turns.

    uv run python tests/benchmarks/console_cost.py

This also measures growth: over the messages of an hour, sent as fast as they are taken, with ten browsers: what an hour
brings, but not an hour's clock.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parents[1]))

import paho.mqtt.client as mqtt
import socketio
from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, until
from console.browser import running
from measure import Row, percentile

BROWSERS = 10
LOOKS = 60
ROUNDS = 2
WATCHED_S = 10.0
SETTLE_S = 3.0
LOADS = 7
# By the page's own clock, from its request: usable is the first picture of a page that shows the drone as he is, and
# that the server listens to; drawn is the first with the scene in it.
USABLE = """
const seen = (name) => requestAnimationFrame(() => setTimeout(() => (window[name] ??= performance.now())));
const watch = new MutationObserver(() => {
  if (!document.body) return;
  if (document.body.matches(".k-page:not(.k-stale)") && window.kelex?.state.live) seen("usable_ms");
  if (!document.querySelector("#k-scene canvas")) return;
  seen("drawn_ms");
  watch.disconnect();
});
watch.observe(document, { subtree: true, childList: true, attributes: true });
"""
# A drone that moves half of the hour tells its body so often: each 60 ms.
HOUR_OF_BODIES = 3600 * 1000 // 60 // 2


def rows(*, with_growth: bool = False) -> list[Row]:
    with tempfile.TemporaryDirectory() as home:
        house = Kelex(Path(home), "up", console=True)
        try:
            house.says("is up")
            client = Client(port_of(house))
            until(lambda: client.latest("kelex/drone/kelex/availability") == b"online", "the drone online")
            address = house.says(r"console (http://127\.0\.0\.1:\d+)")[1]
            usable_s, drawn_s = loads_s(address)
            return [
                Row("console, usable after the browser's request, median", f"{percentile(usable_s, 50):.2f} s", "1.5 s",
                    "", f"{LOADS} loads in Chromium without a graphics card, the first {usable_s[0]:.2f} s; the scene "
                    f"after {percentile(drawn_s, 50):.2f} s", at_most=True),
                *asyncio.run(measure(client, port_of(house), address, with_growth)),
            ]  # fmt: skip
        finally:
            house.stop()


def loads_s(address: str) -> tuple[list[float], list[float]]:
    """How long each of some loads takes, and then the scene: see USABLE."""
    usable_s, drawn_s = [], []
    with running() as browser:
        for _ in range(LOADS):
            page = browser.new_page(viewport={"width": 1200, "height": 800})
            page.add_init_script(USABLE)
            page.goto(address, wait_until="commit", timeout=120_000)
            page.wait_for_function("window.drawn_ms", timeout=120_000)
            assert page.get_by_role("button", name="Stop", exact=True).is_enabled()
            usable_s.append(page.evaluate("window.usable_ms") / 1000)
            drawn_s.append(page.evaluate("window.drawn_ms") / 1000)
            page.close()
    return usable_s, drawn_s


async def measure(client: Client, port: int, address: str, with_growth: bool) -> list[Row]:
    """All figures, each with ten browsers against none; orders by a process of their own, beside the sockets' work."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        await in_process(pool, os.getpid)
        return await measured(client, port, address, with_growth, pool)


async def in_process(pool: ProcessPoolExecutor, function: Any, *arguments: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(pool, function, *arguments)


async def measured(client: Client, port: int, address: str, with_growth: bool, pool: ProcessPoolExecutor) -> list[Row]:
    """The rows."""
    pid = console_pid()
    alone, watched = [], []
    warm = await open_browsers(address, 1)
    await close(warm)
    await asyncio.sleep(SETTLE_S)
    memory_kb = resident_kb(pid)
    idle = await share_of_core(client, pid)
    cost_kb = busy = grown_kb = 0.0
    for turn in range(ROUNDS):
        alone += await in_process(pool, order_ms, port)
        browsers = await open_browsers(address, BROWSERS)
        await asyncio.sleep(SETTLE_S)
        if turn == 0:
            cost_kb, busy = (resident_kb(pid) - memory_kb) / BROWSERS, await share_of_core(client, pid)
        watched += await in_process(pool, order_ms, port)
        if with_growth and turn == ROUNDS - 1:
            grown_kb = await growth_kb(port, pid)
        await close(browsers)
        await asyncio.sleep(SETTLE_S)
    ratio = percentile(watched, 50) / percentile(alone, 50)
    found = [
        Row("console, memory per browser", f"{cost_kb / 1024:.1f} MB", "5 MB", "", f"{memory_kb // 1024} MB for none",
            at_most=True),
        Row("console, core per browser, drone moving", f"{(busy - idle) / BROWSERS:.1f} %", "3 %", "",
            f"{idle:.0f} % with none, {busy:.0f} % with {BROWSERS}", at_most=True),
        Row(f"order answered, p50, {BROWSERS} browsers / none", f"{ratio:.2f}x", "1.1x", "",
            f"{percentile(watched, 50):.1f} against {percentile(alone, 50):.1f} ms; p99 {percentile(watched, 99):.1f} "
            f"against {percentile(alone, 99):.1f} ms", at_most=True),
    ]  # fmt: skip
    if with_growth:
        found.append(
            Row(f"console, growth over an hour's messages, {BROWSERS} browsers", f"{grown_kb / 1024:.1f} MB", "1 MB",
                "", f"{HOUR_OF_BODIES:,} bodies, after a quarter of an hour's", at_most=True)
        )  # fmt: skip
    return found


async def open_browsers(address: str, count: int) -> list[Any]:
    """So many pages, each with its socket."""
    browsers = []
    for _ in range(count):
        html = await asyncio.to_thread(lambda: urlopen(address, timeout=60).read().decode())
        found = re.search(r"'client_id': '([^']*)', 'next_message_id': (\d+)", html)
        assert found, "the page names no client"
        query = {"client_id": found[1], "next_message_id": found[2], "implicit_handshake": "true",
                 "document_id": found[1], "tab_id": found[1]}  # fmt: skip
        browser = socketio.AsyncClient(reconnection=False)
        await browser.connect(f"{address}?{urlencode(query)}", socketio_path="/_nicegui_ws/socket.io",
                              transports=["websocket"], headers={"Origin": address})  # fmt: skip
        browsers.append(browser)
    return browsers


async def growth_kb(port: int, pid: int) -> float:
    """What the console holds more after an hour's messages than after a quarter of an hour's."""
    await asyncio.to_thread(bodies, port, HOUR_OF_BODIES // 4)
    before_kb = resident_kb(pid)
    await asyncio.to_thread(bodies, port, HOUR_OF_BODIES)
    return resident_kb(pid) - before_kb


def bodies(port: int, count: int) -> None:
    """A drone that moves tells where it is, so many times, and the broker has taken all."""
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(1000)
    client.connect("127.0.0.1", port)
    client.loop_start()
    for i in range(count):
        body = {"joints": {"head_pan": i % 90, "left_elbow": (7 * i) % 60}, "moving": True, "pose": None,
                "gesture": None, "eye": {"color": "#00ff00", "effect": "steady"}, "holodisk": False, "quiet": False,
                "failsafe": False}  # fmt: skip
        last = client.publish("kelex/drone/kelex/body", json.dumps(body), 1 if i % 100 == 0 else 0)
        if i % 100 == 0:
            last.wait_for_publish(60)
    client.disconnect()
    client.loop_stop()


async def close(browsers: list[Any]) -> None:
    for browser in browsers:
        await browser.disconnect()


def order_ms(port: int) -> list[float]:
    """How long each of LOOKS orders takes to be answered."""
    answered, ready = threading.Event(), threading.Event()
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.on_message = lambda *_: answered.set()
    client.on_subscribe = lambda *_: ready.set()
    client.on_connect = lambda *_: client.subscribe("kelex/drone/kelex/response/look", 1)
    client.connect("127.0.0.1", port)
    client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # type: ignore[union-attr]
    client.loop_start()
    assert ready.wait(30)
    times_ms = []
    for i in range(LOOKS):
        answered.clear()
        began_s = time.perf_counter()
        client.publish("kelex/drone/kelex/request/look", json.dumps({"pan": 20 if i % 2 else -20, "tilt": 0}), 1)
        assert answered.wait(30)
        times_ms.append((time.perf_counter() - began_s) * 1000)
        time.sleep(0.05)
    client.disconnect()
    client.loop_stop()
    return times_ms


async def share_of_core(client: Client, pid: int) -> float:
    """What the console takes of a core while the drone waves, in percent."""
    before, began_s = processor_s(pid), time.perf_counter()
    while time.perf_counter() - began_s < WATCHED_S:
        await asyncio.to_thread(client.ask, "drone/kelex", "gesture", name="wave")
        await asyncio.sleep(1.0)
    return 100 * (processor_s(pid) - before) / (time.perf_counter() - began_s)


def console_pid() -> int:
    """The console's process, which is a grandchild of ours."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if b"console_child" in command and _is_ours(parent):
                return int(folder.name)
        except (OSError, ValueError, IndexError):
            continue
    raise AssertionError("there is no console")


def _is_ours(pid: int) -> bool:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]) == os.getpid()


def processor_s(pid: int) -> float:
    """Processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_kb(pid: int) -> int:
    """What a process holds of memory."""
    found = re.search(r"VmRSS:\s*(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1])


if __name__ == "__main__":
    for row in rows(with_growth=True):
        print(f"{row.figure}: {row.measured} (bar {row.reach}); {row.note}")
