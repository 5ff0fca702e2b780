"""kill -9 of `kelex up` at random moments, under a stream of requests; what was answered has to have happened.

By hand, 200 kills: uv run python tests/killing.py --kills 200
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

import paho.mqtt.client as mqtt

NEWS = "kelex/house/{}/news"
EACH_S = 0.01
PATIENCE_S = 180.0
# A kill falls at any moment: at work behind so many answers at most, or so long after the start of the process.
ANSWERS = 40
STARTING_S = (0.0, 2.0)


@dataclass(slots=True)
class Heard:
    """What any reader of the broker heard."""

    sent: int = 0
    answered: set[str] = field(default_factory=set)
    events: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # by transaction: their ids
    repeats: int = 0
    online: int = 0
    strange: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, topic: str, payload: bytes) -> None:
        """A message."""
        with self.lock:
            try:
                self._take(topic, payload)
            except (
                KeyError,
                TypeError,
                ValueError,
            ) as error:  # else its thread would end, and all stand still
                self.strange.append(f"{topic} said {payload[:80]!r}: {error!r}")

    def _take(self, topic: str, payload: bytes) -> None:
        if topic == "kelex/house/availability":
            self.online += payload == b"online"
            return
        said = json.loads(payload)
        transaction = said.get("transaction", "")
        if topic == NEWS.format("response"):
            if said["status"] == "ok":
                self.answered.add(transaction)
        elif said["event_type"] == "news_item":
            self.repeats += said["event_id"] in self.events[transaction]
            self.events[transaction].add(said["event_id"])

    def problems(self) -> list[str]:
        """What was answered and did not happen, or happened twice."""
        with self.lock:
            lost = sorted(self.answered - self.events.keys())
            twice = [transaction for transaction, ids in self.events.items() if len(ids) > 1]
            strange = self.strange[:]
        return (
            strange
            + [f"{one} was answered ok, and no event came" for one in lost]
            + [f"{one} happened {len(self.events[one])} times" for one in twice]
        )


class Stream:
    """A client that asks without end, each time for something else, and hears all there is."""

    def __init__(self, port: int, heard: Heard) -> None:
        self.heard = heard
        self._ends = threading.Event()
        self._mqtt = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self._mqtt.on_message = lambda client, data, message: heard.take(message.topic, message.payload)
        self._mqtt.on_connect = lambda client, *rest: client.subscribe(
            [("kelex/house/event/news", 1), (NEWS.format("response"), 1), ("kelex/house/availability", 1)]
        )
        self._mqtt.connect("127.0.0.1", port)
        self._mqtt.loop_start()
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Ask no more, and go on hearing."""
        self._ends.set()
        self._thread.join()

    def close(self) -> None:
        """Hear no more either."""
        self._mqtt.disconnect()
        self._mqtt.loop_stop()

    def _ask(self) -> None:
        while not self._ends.wait(EACH_S):
            self.heard.sent += 1
            asked = {"title": f"item {self.heard.sent}", "transaction": f"t{self.heard.sent}"}
            self._mqtt.publish(NEWS.format("request"), json.dumps(asked), 1)


def start(home: Path, port: int) -> subprocess.Popen[bytes]:
    """`kelex up` at that broker."""
    with (home / "said").open("ab") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "kelex_host", "up", "--no-console", "--broker", f"mqtt://127.0.0.1:{port}"],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, env={**os.environ, "KELEX_HOME": str(home)},
        )  # fmt: skip


def wait_for(holds: Callable[[], bool], what: str) -> None:
    """Wait until it does; a failure by name where it never does."""
    end_s = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end_s, f"never came: {what}"
        time.sleep(0.02)


def is_above(heard: Heard, before: int) -> bool:
    """Whether a house has come online since."""
    return heard.online > before


def has_answered(heard: Heard, count: int) -> bool:
    """Whether so many requests were answered ok."""
    return len(heard.answered) >= count


def survive(home: Path, port: int, kills: int, random: Random) -> Heard:
    """So many lives, each cut short; then one that may end in peace."""
    heard = Heard()
    stream = Stream(port, heard)
    try:
        for _ in range(kills):
            before = heard.online
            process = start(home, port)
            if random.random() < 0.8:  # most die at work, some while they start
                wait_for(partial(is_above, heard, before), "a house that is online")
                wait_for(partial(has_answered, heard, len(heard.answered) + random.randrange(ANSWERS)), "its answers")
                time.sleep(random.uniform(0.0, EACH_S))
            else:
                time.sleep(random.uniform(*STARTING_S))
            process.send_signal(signal.SIGKILL)
            process.wait()
        process = start(home, port)
        before = heard.online
        wait_for(partial(is_above, heard, before), "the last house online")
        stream.end()
        wait_for(lambda: not heard.problems(), f"an event for each answer: {heard.problems()[:3]}")
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)
    finally:
        stream.close()
    return heard


def main() -> None:
    from brokers import Mosquitto

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    binary = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    assert binary, "install mosquitto"
    with tempfile.TemporaryDirectory(prefix="kelex-kills-") as folder:
        broker = Mosquitto(binary, Path(folder), "allow_anonymous true")
        broker.start()
        home = Path(folder) / "home"
        home.mkdir()
        try:
            began_s = time.monotonic()
            heard = survive(home, broker.url.port, options.kills, Random(options.seed))
            took_s = time.monotonic() - began_s
        finally:
            broker.stop()
    print(
        f"{options.kills} kills in {took_s:.0f} s: {heard.sent} requests, {len(heard.answered)} answered ok, "
        f"{len(heard.events)} happened, {heard.repeats} came again under the same id; "
        f"problems: {heard.problems() or 'none'}"
    )


if __name__ == "__main__":
    main()
