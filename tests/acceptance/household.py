"""Running processes of the product, and a plain MQTT client that knows nothing of it but the contract."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from contract.validating import of_household

PATIENCE_S = 90.0
KELEX = (sys.executable, "-m", "kelex_host")


def until(holds: Callable[[], Any], what: str, patience_s: float = PATIENCE_S) -> Any:
    """Wait for a condition and return what it gives; fail by name when it never comes."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        value = holds()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"never came: {what}")


_started: list[Kelex] = []


def end_what_still_runs(since: int = 0) -> None:
    """End the processes that tests started and, having failed, did not end themselves."""
    while len(_started) > since:
        _started.pop().stop(signal.SIGKILL)


def started() -> int:
    """How many processes were started so far; for `end_what_still_runs`."""
    return len(_started)


class Kelex:
    """A running `kelex` command, in a home of its own."""

    def __init__(self, home: Path, *arguments: str, program: tuple[str, ...] = KELEX, console: bool = False) -> None:
        """Most tests look at no page: without `console`, none is served, which spares a second of each start."""
        self.lines: list[str] = []
        self._home = home
        self._process = subprocess.Popen(
            [*program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={
                "KELEX_CONSOLE_ENABLED": str(console).lower(),
                **os.environ,
                "KELEX_HOME": str(home),
                "PYTHONUNBUFFERED": "1",
            },
        )
        threading.Thread(target=self._read, daemon=True).start()
        _started.append(self)

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self.lines.append(line.rstrip("\n"))

    def says(self, pattern: str) -> re.Match[str]:
        """Wait until it has printed a line with this pattern."""

        def find() -> re.Match[str] | None:
            return next((match for line in self.lines if (match := re.search(pattern, line))), None)

        try:
            match = until(find, "a line")
        except AssertionError:
            raise AssertionError(f"no line with {pattern!r} among {self.lines}") from None
        assert isinstance(match, re.Match)
        return match

    def type(self, line: str) -> None:
        """Type a line into it."""
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def run(self, *arguments: str, stdin: int = subprocess.DEVNULL) -> subprocess.CompletedProcess[str]:
        """Run another `kelex` command in the same home, to its end."""
        return run(self._home, *arguments, stdin=stdin)

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def limit(self, what: int, most: int) -> None:
        """Set one of its resource limits."""
        resource.prlimit(self._process.pid, what, (most, resource.RLIM_INFINITY))

    def memory_mb(self) -> int:
        """How much of the computer's memory it holds (Linux's VmRSS)."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(re.findall(r"VmRSS:\s*(\d+) kB", status)[0]) // 1024

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """End it; its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self._process.wait(PATIENCE_S)


def run(
    home: Path, *arguments: str, patience_s: float = PATIENCE_S, stdin: int = subprocess.DEVNULL
) -> subprocess.CompletedProcess[str]:
    """A `kelex` command that ends by itself."""
    return subprocess.run(
        [*KELEX, *arguments],
        capture_output=True,
        text=True,
        timeout=patience_s,
        stdin=stdin,
        env={**os.environ, "KELEX_HOME": str(home)},
        check=False,
    )


class Client:
    """A plain MQTT client: every message that it saw, and the latest of each topic."""

    def __init__(self, port: int, topic_filter: str = "kelex/#") -> None:
        self.seen: list[tuple[str, bytes, bool]] = []
        self._subscribed = threading.Event()
        self._mqtt = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self._mqtt.on_message = lambda client, data, message: self.seen.append(
            (message.topic, message.payload, message.retain)
        )
        self._mqtt.on_connect = lambda client, *rest: client.subscribe(topic_filter, 1)
        self._mqtt.on_subscribe = lambda *rest: self._subscribed.set()
        self._mqtt.connect("127.0.0.1", port)
        self._mqtt.loop_start()
        assert self._subscribed.wait(PATIENCE_S)

    def close(self) -> None:
        """Leave. All that was seen has to be as the contract says."""
        self._mqtt.disconnect()
        self._mqtt.loop_stop()
        problems = of_household().problems(self.seen)
        assert not problems, "against the contract:\n" + "\n".join(problems[:10])

    def send(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish, and wait until the broker has it."""
        self._mqtt.publish(topic, payload, 1, retain).wait_for_publish(PATIENCE_S)

    def send_all(self, messages: Iterable[tuple[str, bytes]], at_once: int = 100) -> None:
        """Publish many, in order, and wait for the broker once for each `at_once` of them."""
        waiting = []
        for topic, payload in messages:
            waiting.append(self._mqtt.publish(topic, payload, 1))
            if len(waiting) == at_once:
                waiting.pop().wait_for_publish(PATIENCE_S)
                waiting.clear()
        if waiting:
            waiting.pop().wait_for_publish(PATIENCE_S)

    def latest(self, topic: str) -> bytes | None:
        """The last payload of a topic, None if there was none."""
        return next((payload for seen, payload, _ in reversed(self.seen) if seen == topic), None)

    def document(self, topic: str) -> Any:
        """The last payload of a topic as JSON, an empty object if there was none."""
        return json.loads(self.latest(topic) or b"{}")

    def events(self, event_type: str = "") -> list[dict[str, Any]]:
        """Every event, or every one of a type."""
        events = [json.loads(payload) for topic, payload, _ in self.seen if "/event/" in topic]
        return [event for event in events if event_type in ("", event["event_type"])]

    def responses(self, topic: str, transaction: str | None = None) -> list[dict[str, Any]]:
        """Every response on a topic, or those of one transaction."""
        responses = [json.loads(payload) for seen, payload, _ in self.seen if seen == topic]
        return [r for r in responses if transaction is None or r.get("transaction") == transaction]

    def ask(self, scope: str, verb: str, **fields: Any) -> dict[str, Any]:
        """A request with a transaction of its own; its response."""
        transaction = f"{verb}-{len(self.seen)}-{time.monotonic_ns()}"
        self.send(f"kelex/{scope}/request/{verb}", json.dumps({**fields, "transaction": transaction}).encode())
        topic = f"kelex/{scope}/response/{verb}"
        response = until(lambda: self.responses(topic, transaction), f"a response on {topic}")[0]
        assert isinstance(response, dict)
        return response

    def truth(self) -> dict[str, Any]:
        """What the simulated hardware really does now."""
        data = self.ask("world", "truth")["data"]
        assert isinstance(data, dict)
        return data
