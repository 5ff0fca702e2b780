"""A quiet life for tests of what the drone senses: its retained senses, and all that it said since some moment."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from kelex_host.proof.life import DRONE, Life

SETTLED_S = 6.0


class WatchedLife(Life):
    """Powered up and settled. `watch` begins anew; `seen` gives what was published since."""

    def __init__(self, seed: int = 3) -> None:
        super().__init__(seed)
        self.start()
        self.run(SETTLED_S)
        self.watch()

    def watch(self) -> None:
        self._from = len(self.broker.log)
        self.since_us = self.kernel.now_us

    @property
    def senses(self) -> dict[str, Any]:
        """The retained senses."""
        document: dict[str, Any] = json.loads(self.broker.retained[f"kelex/drone/{DRONE}/senses"])
        return document

    def seen(self, leaf: str) -> list[dict[str, Any]]:
        """All documents of the drone under that topic since `watch`."""
        topic = f"kelex/drone/{DRONE}/{leaf}"
        return [json.loads(message.payload) for message in self.broker.log[self._from :] if message.topic == topic]

    def events(self, *apart_from: str) -> list[tuple[str, str]]:
        """(subject, type) of each event since `watch`."""
        told = []
        for message in self.broker.log[self._from :]:
            scope, _, subject = message.topic.rpartition("/event/")
            if scope and subject not in apart_from:
                told.append((subject, json.loads(message.payload)["event_type"]))
        return told

    def ask(self, scope: str, verb: str, **fields: Any) -> dict[str, Any]:
        """Send a request and return the response's data; it has to be `ok`."""
        topic = f"kelex/drone/{DRONE}" if scope == "drone" else f"kelex/{scope}"
        before = len(self.broker.log)
        self.broker.send(f"{topic}/request/{verb}", json.dumps(fields).encode())
        self.run(0.05)
        answers = [m for m in self.broker.log[before:] if m.topic == f"{topic}/response/{verb}"]
        answer = json.loads(answers[0].payload)
        assert answer["status"] == "ok", answer
        data: dict[str, Any] = answer.get("data", {})
        return data

    def run_until(self, holds: Callable[[], bool], most_s: float) -> float:
        """Let time pass until something holds; how long that took, in steps of 0.1 s. Longer than `most_s` fails."""
        began_us = self.kernel.now_us
        while not holds():
            assert self.kernel.now_us - began_us < most_s * 1e6, f"not within {most_s} s: {self.senses}"
            self.run(0.1)
        return (self.kernel.now_us - began_us) / 1e6
