"""One drone at the bridge: its records become documents and events, its requests become orders."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any

import msgspec
from kelex_wire import schema

from kelex_host.bridge import pairing, records
from kelex_host.bridge.clock_sync import ClockSync
from kelex_host.bridge.heard import (
    DroneEvent,
    Heard,
    Incompatible,
    Offline,
    Online,
    OrderLost,
    Pong,
    Telemetry,
    Verdict,
)
from kelex_host.bridge.host_link import HostLink
from kelex_host.bridge.listener import Direct, Listener
from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Message, Outbox
from kelex_host.bridge.reply import Reply
from kelex_host.bridge.requests import RequestError
from kelex_host.bridge.topics import Topics

ORDER_WAIT_S = 2.0
# How long a port may be open without a session before somebody is told why.
STRANGER_S = 3.0
_TRANSACTIONS_KEPT = 1024

encode_json = msgspec.json.Encoder().encode


class DroneGateway:
    """`notice(text)` tells the person at the terminal one sentence.

    `touched(drone)` is called whenever there may be bytes to write, or another time at which it is due.
    """

    def __init__(
        self,
        drone: str,
        topics: Topics,
        outbox: Outbox,
        nonce: Callable[[], int],
        notice: Callable[[str], None],
        touched: Callable[[str], None] = lambda drone: None,
        pairings: pairing.Pairings | None = None,
        listener: Listener | None = None,
    ) -> None:
        self.drone = drone
        self._listener = listener or Direct(topics, outbox)
        self.link = HostLink(nonce)
        self.identity = ""
        self.stats: dict[str, Any] = {}
        self.reconnects = 0
        self.is_disk_held = False  # somebody asked for the holo-disk to be on, since the board started
        self._topics, self._outbox = topics, outbox
        self._document_topics: dict[str, str] = {}
        self._notice, self._touched = notice, touched
        self._started = (0, 0)
        self._clock = ClockSync()
        self._opened_s: float | None = None
        self._pending: dict[int, Reply] = {}
        self._transactions: OrderedDict[int, str] = OrderedDict()
        self._unsettled: deque[int] = deque()
        self._safe: set[int] = set()
        self._pairing = pairing.Pairing(drone, self.link, pairings, self._order, notice)

    # The port

    def opened(self, now: Now) -> None:
        """The drone's port is open."""
        self._opened_s = now.mono_s
        self._touched(self.drone)
        self.link.opened(now.mono_s)

    def closed(self, now: Now) -> None:
        """The drone's port is gone."""
        self._opened_s = None
        self._hear(now, self.link.closed(now.mono_s))

    def receive(self, now: Now, data: bytes) -> None:
        """Bytes from the port."""
        self.link.accepting = not self._outbox.full
        self._hear(now, self.link.receive(now.mono_s, data))

    def step(self, now: Now) -> None:
        """Do what time asks for."""
        self._hear(now, self.link.step(now.mono_s))
        if self._opened_s is not None and not self.link.online and now.mono_s - self._opened_s >= STRANGER_S:
            self._opened_s = None
            self._explain_silence()

    def due_s(self) -> float:
        """When `step` next has something to do (mono_s)."""
        due = self.link.due_s()
        return due if self._opened_s is None or self.link.online else min(due, self._opened_s + STRANGER_S)

    # Requests

    def request(self, now: Now, verb: str, fields: dict[str, Any], reply: Reply) -> None:
        """Turn a valid request into an order; the reply comes with the drone's verdict. Raises RequestError."""
        if not self.link.online:
            raise RequestError("offline", f"The drone '{self.drone}' is offline; check its cable and its power.")
        if verb in pairing.VERBS:
            self._pairing.request(now, verb, reply)
        else:
            self._order(now, *records.order_values(verb, fields), reply)

    def _order(self, now: Now, number: int, values: tuple[Any, ...], reply: Reply) -> None:
        self._touched(self.drone)
        order = self.link.order(now.mono_s, number, values, ORDER_WAIT_S)
        if order is None:
            raise RequestError("busy", f"The drone '{self.drone}' has too many orders waiting; try again in a moment.")
        self._pending[order] = reply
        # From now on: an event may overtake the verdict, or come though the verdict was lost.
        if reply.transaction is not None:
            self._transactions[order] = reply.transaction
            if len(self._transactions) > _TRANSACTIONS_KEPT:
                self._transactions.popitem(last=False)

    def _complete(self, number: int, data: dict[str, Any]) -> dict[str, Any]:
        """What the host knows of the drone, where it was asked who it is."""
        if number == schema.IDENTIFIED:
            data |= {"drone": self.drone, "identity": self.identity, "boot": self.link.boot}
        return data

    # What the link heard

    def _hear(self, now: Now, heard: list[Heard]) -> None:
        self._touched(self.drone)
        for item in heard:
            match item:
                case Telemetry():
                    self._tell_telemetry(now, item)
                case DroneEvent():
                    self._tell_event(now, item)
                case Verdict():
                    self._tell_verdict(now, item)
                case OrderLost():
                    self._lose_order(now, item)
                case Pong():
                    self._clock.sample(item.sent_s, item.received_s, item.time_ms)
                case Online():
                    self._come_online(now, item)
                case Offline():
                    self._publish("availability", b"offline", qos=1)
                    self._notice(f"{self.drone}: offline")
                    self._listener.offline(now, self.drone)
                case Incompatible():
                    self._opened_s = None
                    self._notice(
                        f"{self.drone}: runs {item.identity}, whose wire schema is another than this bridge's; "
                        f"put the matching firmware on it with `kelex flash`."
                    )

    def _come_online(self, now: Now, online: Online) -> None:
        if online.started != self._started:
            self._started = online.started
            self._unsettled.clear()
            self._safe.clear()
            self.is_disk_held = False
        self._clock = ClockSync()
        self._clock.guess(online.received_s, online.welcome.time_ms)
        self.identity = online.welcome.identity
        self.reconnects += 1
        self._opened_s = None
        self._publish("availability", b"online", qos=1)
        self._notice(f"{self.drone}: online ({self.identity}, boot {online.welcome.boot})")
        self._pairing.came_online(now)
        self._listener.online(now, self.drone, online.welcome.boot)

    def _explain_silence(self) -> None:
        if self.link.counters.bytes_received:
            why = "something answers on its port, but not Kelex; put the firmware on it with `kelex flash`"
        else:
            why = "nothing answers on its port; give the board power, or name another port with --port"
        self._notice(f"{self.drone}: {why}. Trying on.")

    def _tell_telemetry(self, now: Now, telemetry: Telemetry) -> None:
        record = telemetry.record
        if telemetry.number == schema.SENSES:
            senses = records.senses_document(record)
            self._tell_document(now, "senses", senses, record.time_ms)
            self._listener.senses(now, self.drone, senses)
        elif telemetry.number == schema.BODY:
            self._tell_document(now, "body", records.body_document(record), record.time_ms)
        elif telemetry.number == schema.STATS:
            dropped = record.events_dropped - self.stats.get("events_dropped", 0)
            if dropped > 0:
                self._notice(f"{self.drone}: {dropped} events were lost; its store was full while the broker was away")
            self.stats = records.stats_document(record)
            self._pairing.hear(bool(record.paired))

    def _tell_event(self, now: Now, event: DroneEvent) -> None:
        boot, record = event.boot, event.record
        self._unsettled.append(record.number)
        if not (told := records.told_event(self.drone, boot, event.message, record)):
            return self.settle(boot, record.number)
        told[1]["time"] = self._stamp(now, record.time_ms)
        if (transaction := self._transactions.get(getattr(record, "order", -1))) is not None:
            told[1]["transaction"] = transaction
        return self._listener.event(now, self.drone, *told, (self.drone, boot, record.number))

    def settle(self, boot: int, number: int) -> None:
        """The broker has an event: once it has all before it too, the drone may forget them."""
        if boot != self.link.boot:
            return
        self._touched(self.drone)
        self._safe.add(number)
        while self._unsettled and self._unsettled[0] in self._safe:
            settled = self._unsettled.popleft()
            self._safe.discard(settled)
            self.link.settled(boot, settled)

    def _tell_verdict(self, now: Now, verdict: Verdict) -> None:
        reply = self._pending.pop(verdict.order, None)
        if reply is None:
            return
        if verdict.number == schema.REFUSED:
            reply.error(now, RequestError(*records.refusal(verdict.record)))
        else:
            reply.ok(now, self._complete(verdict.number, records.verdict_data(verdict.number, verdict.record)))

    def _lose_order(self, now: Now, lost: OrderLost) -> None:
        reply = self._pending.pop(lost.order, None)
        if reply is None:
            return
        if lost.forbidden:
            reply.error(now, RequestError("not_allowed", records.NOT_ALLOWED))
        elif lost.tried:
            why = f"The drone '{self.drone}' did not answer in time: it may or may not have obeyed; look, then repeat."
            reply.error(now, RequestError("offline", why))
        else:
            why = f"The drone '{self.drone}' could not be sent that in time: it was dropped, nothing was done. Repeat."
            reply.error(now, RequestError("expired", why))

    # Publishing

    def health(self) -> dict[str, Any]:
        """Figures of this drone's link."""
        return {
            "online": self.link.online,
            "identity": self.identity,
            "connections": self.reconnects,
            "link": self.link.figures(),
            "stats": self.stats,
        }

    def _tell_document(self, now: Now, leaf: str, document: dict[str, Any], time_ms: int) -> None:
        document["time"] = self._stamp(now, time_ms)
        self._publish(leaf, encode_json(document))

    def _publish(self, leaf: str, payload: bytes, qos: int = 0) -> None:
        topic = self._document_topics.get(leaf)
        if topic is None:
            topic = self._document_topics[leaf] = self._topics.drone(self.drone, leaf)
        self._outbox.put(Message(topic, payload, qos, retain=True))

    def _stamp(self, now: Now, time_ms: int) -> str:
        host_s = self._clock.host_s(time_ms)
        return now.stamp(host_s if host_s < now.mono_s else None)
