"""Which alerts stand, in one document at `<base>/house/alerts`: for who cannot follow a topic for each."""

from __future__ import annotations

import msgspec

from kelex_host.bridge.outbox import Message, Outbox
from kelex_host.bridge.topics import Topics


class AlertList:
    """It looks at what is retained below `<base>/house/alerts/`."""

    def __init__(self, topics: Topics, outbox: Outbox) -> None:
        self._topic = topics.house("alerts")
        self._outbox = outbox
        self._seen = -1
        self._told = b""

    def update(self) -> None:
        """Tell the list anew where it has changed."""
        if self._seen == self._outbox.changes:
            return
        stem = self._topic + "/"
        standing = [m for topic, m in sorted(self._outbox.retained.items()) if topic.startswith(stem) and m.payload]
        payload = msgspec.json.encode({"alerts": [_summary(message) for message in standing]})
        if payload != self._told:
            self._told = payload
            self._outbox.put(Message(self._topic, payload, retain=True))
        self._seen = self._outbox.changes


class _Alert(msgspec.Struct):
    id: str
    severity: str
    text: str


def _summary(message: Message) -> _Alert:
    return msgspec.json.decode(message.payload, type=_Alert)
