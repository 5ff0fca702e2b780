"""What waits to be published, what is on its way, and what every newcomer has to find retained.

Events and responses (QoS 1) keep their order and leave only when the broker has acknowledged them. Documents
(retained) are the latest only: while the broker is gone a newer one takes the place of an older one.

A broker acknowledges before it has saved: mosquitto, killed, was seen to forget its last 19 acknowledged messages. So
an event that it took within SAVED_S before it went is said once more, with the `event_id` by which a reader knows it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import msgspec

IN_FLIGHT_MOST = 20
WAITING_MOST = 10_000
SAVED_S = 2.0
# It saves before it reads on, so no more than some windows of ours can be in doubt.
SAID_MOST = 3 * IN_FLIGHT_MOST


class Message(msgspec.Struct, frozen=True, gc=False):
    """Something to publish. `settles` names the drone's event that is in safe hands once the broker has it.

    `fact` is the sequence in the household's journal of the event that it is; 0 for whatever else. `correlation` is
    what MQTT 5 recognises an answer by. `repeat`: it was acknowledged once, and is said again to be sure.
    """

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False
    settles: tuple[str, int, int] | None = None  # drone, boot, event number
    fact: int = 0
    correlation: bytes = b""
    repeat: bool = False

    @property
    def is_event(self) -> bool:
        """Whether it tells what happened, under an id of its own."""
        return not self.retain and "/event/" in self.topic


class Publish(msgspec.Struct, frozen=True, gc=False):
    """Publish this; say `acknowledged(handle)` when the broker has it."""

    handle: int
    message: Message


@dataclass(slots=True)
class Outbox:
    """Messages on their way to the broker."""

    dropped: int = 0
    retained: dict[str, Message] = field(default_factory=dict)
    # The connection takes less than it is given: documents wait here, where a newer one takes an older one's place.
    congested: bool = False
    # Counts what is retained and not for the moment only (QoS 1), so that who lists such documents knows of a change.
    changes: int = 0
    _connected: bool = False
    _waiting: deque[Message] = field(default_factory=deque)
    _documents: dict[str, Message] = field(default_factory=dict)
    _in_flight: dict[int, Message] = field(default_factory=dict)
    _said: deque[tuple[float, Message]] = field(default_factory=lambda: deque(maxlen=SAID_MOST))
    _handles: int = 0

    def __len__(self) -> int:
        return len(self._waiting) + len(self._in_flight)

    @property
    def full(self) -> bool:
        """Whether no more should be asked of the drones for now."""
        return len(self._waiting) >= WAITING_MOST // 2

    @property
    def room(self) -> int:
        """How many more may wait before they are too many."""
        return max(0, WAITING_MOST // 2 - len(self._waiting))

    def put(self, message: Message) -> None:
        """Hand over a message. Where too many wait already, the newest is dropped and counted."""
        if message.retain:
            self.retained[message.topic] = message
            self.changes += message.qos
            self._documents.pop(message.topic, None)
            self._documents[message.topic] = message
        elif message.qos == 0 and not self._connected:
            return
        elif len(self._waiting) >= WAITING_MOST:
            self.dropped += 1
        else:
            self._waiting.append(message)

    def connected(self) -> None:
        """A new session with the broker: it may have forgotten everything."""
        self._connected = True
        self._documents = dict(self.retained)

    def lost(self, at_s: float) -> None:
        """The broker is gone: what it has not acknowledged, or perhaps not saved, goes again, first and in order."""
        self._connected = False
        # Without what rests on it: that is done. And once: a broker that comes and goes is not told for ever.
        unsure = [
            msgspec.structs.replace(message, settles=None, fact=0, repeat=True)
            for said_s, message in self._said
            if at_s - said_s < SAVED_S
        ]
        again = [message for message in self._in_flight.values() if not message.retain]
        self._waiting.extendleft(reversed(unsure + again))
        self._in_flight.clear()
        self._said.clear()

    def take(self) -> list[Publish]:
        """What may be published now."""
        taken: list[Publish] = []
        if not (self._connected and (self._documents or self._waiting)):
            return taken
        while len(self._in_flight) < IN_FLIGHT_MOST:
            if self._documents and not self.congested:
                message = self._documents.pop(next(iter(self._documents)))
            elif self._waiting:
                message = self._waiting.popleft()
            else:
                break
            self._handles += 1
            if message.qos:
                self._in_flight[self._handles] = message
            taken.append(Publish(self._handles, message))
        return taken

    def acknowledged(self, handle: int, at_s: float = 0.0) -> Message | None:
        """The broker has it; the message, unless it was sent in a session that is over."""
        message = self._in_flight.pop(handle, None)
        if message and message.is_event and not message.repeat:
            self._said.append((at_s, message))
        return message
