"""One MQTT connection, from an open socket to its end: paho between the event loop and the connection's owner.

The loop drives paho by `add_reader`, `add_writer` and `loop_misc`. paho's callbacks only queue: the owner is told
after paho has returned, since paho repeats a packet for ever when a callback raises. What the owner raises goes to
the loop's exception handler.

Messages of QoS 0 pass by paho (see `mqtt_express.py`) while it has nothing to send. What waits there is therefore
always older than what waits in paho, goes first, and the order of publishing is the order on the wire.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import paho.mqtt.client as mqtt

from kelex_host.broker_url import BrokerUrl
from kelex_host.errors import BrokerError
from kelex_host.shells.broker_problems import why_broken, why_refused, why_unacknowledged, why_unreachable
from kelex_host.shells.mqtt_express import Express
from kelex_host.shells.mqtt_versions import PLAIN, VERSION_REFUSED, answer_properties, delivery_of, subscription

CONNECT_TIMEOUT_S = 5.0
FLUSH_TIMEOUT_S = 1.0
TICK_S = 1.0
READ_BURST_PACKETS = 64
UNACKNOWLEDGED_MAX = 1000
UNACKNOWLEDGED_S = 15.0
UNSENT_BYTES_MAX = 8 * 1024 * 1024
_CREDENTIALS_REFUSED = (134, 135)  # paho's numbers for the return codes 4 and 5 of MQTT 3.1.1


class Link:
    """`paho` is connected. Its owner is told of acceptance, of messages (topic, payload, retained) and of tokens."""

    def __init__(
        self,
        paho: mqtt.Client,
        url: BrokerUrl,
        *,
        accepted: Callable[[], None],
        message: Callable[..., None],
        published: Callable[[int], None],
    ) -> None:
        self.accepted = self.version_refused = False
        self._version = paho.protocol
        self._paho, self._url = paho, url
        self._tell_accepted, self._tell_message, self._tell_published = accepted, message, published
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[str] = self._loop.create_future()
        self._inbox: deque[Callable[[], None]] = deque()
        self._unacknowledged: deque[tuple[int, mqtt.MQTTMessageInfo, float]] = deque()
        self._subscribing: dict[int, tuple[list[str], asyncio.Future[list[str]]]] = {}
        self._paho_bytes = 0  # handed to paho since it last had nothing to send
        self._flush_due = self._writer_added = False
        self._socket: Any = paho.socket()
        if self._socket is None:
            self._end(why_broken(url))
            return
        self._express = Express(self._socket, has_properties=self._version == mqtt.MQTTv5)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        paho.on_connect, paho.on_disconnect = self._on_connect, self._on_disconnect
        paho.on_subscribe, paho.on_message = self._on_subscribe, self._on_message
        paho.on_socket_close = self._on_socket_close
        paho.on_socket_register_write = self._on_write_wanted
        paho.on_socket_unregister_write = self._on_write_done
        self._loop.add_reader(self._socket, self._readable)
        self._flush()

    async def until_ended(self) -> str:
        """Keep the connection alive; returns why it ended, in one sentence."""
        deadline_s = self._loop.time() + CONNECT_TIMEOUT_S
        while not self._ended.done():
            await asyncio.wait({self._ended}, timeout=TICK_S)
            if self._ended.done():
                break  # what follows judges a connection that still stands
            if not self.accepted and self._loop.time() > deadline_s:
                self.version_refused = True  # or so a broker of old takes a version that it does not know
                self._end(why_unreachable(self._url, TimeoutError()))
            if self._unacknowledged and self._loop.time() - self._unacknowledged[0][2] > UNACKNOWLEDGED_S:
                self._end(why_unacknowledged(self._url))  # only a new session mends that
            self._paho.loop_misc()
        return self._ended.result()

    async def finish(self) -> None:
        """Send what waits, then DISCONNECT, each for at most FLUSH_TIMEOUT_S."""
        deadline_s = self._loop.time() + FLUSH_TIMEOUT_S
        while (self._unacknowledged or self._wants_to_write()) and self._loop.time() < deadline_s:
            await asyncio.wait({self._ended}, timeout=0.002)
        self._paho.disconnect()
        await asyncio.wait({self._ended}, timeout=FLUSH_TIMEOUT_S)

    def detach(self) -> None:
        """Drop the socket (without DISCONNECT, if it is still open) and whatever waited for it."""
        self.accepted = False
        self._inbox.clear()
        for _, answer in self._subscribing.values():
            answer.cancel()
        self._paho.on_socket_close = self._paho.on_disconnect = None
        if (sock := self._paho.socket()) is not None:
            self._on_socket_close(None, None, sock)
            sock.close()

    def subscribe(self, filters: Sequence[tuple[str, int]], as_published: bool) -> asyncio.Future[list[str]]:
        """See MqttClient.subscribe."""
        code, packet_id = self._paho.subscribe(subscription(filters, self._version, as_published))
        if code != mqtt.MQTT_ERR_SUCCESS or packet_id is None:
            raise BrokerError(why_broken(self._url))
        answer: asyncio.Future[list[str]] = self._loop.create_future()
        self._subscribing[packet_id] = ([name for name, _ in filters], answer)
        return answer

    @property
    def unsent_bytes(self) -> int:
        """About how much waits for the broker to take it."""
        return len(self._express) + self._paho_bytes

    def publish(self, token: int, topic: str, payload: bytes, qos: int, retain: bool, correlation: bytes) -> None:
        """See MqttClient.publish; the owner is told of `token` when the broker has acknowledged it."""
        if self.unsent_bytes > UNSENT_BYTES_MAX or len(self._unacknowledged) >= UNACKNOWLEDGED_MAX:
            why = f"The MQTT broker at {self._url.address} is too slow: check its load and network."
            self._end(why)  # so that all that it has not acknowledged goes again over the next connection
            raise BrokerError(why)
        if not qos and not self._paho.want_write():
            self._express.put(topic, payload, retain)
            if not self._flush_due:
                self._flush_soon()
            return
        properties = answer_properties(correlation) if self._version == mqtt.MQTTv5 else None
        info = self._paho.publish(topic, payload, qos, retain, properties)
        if info.rc != mqtt.MQTT_ERR_SUCCESS:
            raise BrokerError(why_broken(self._url))
        self._paho_bytes += len(topic) + len(payload)
        if qos:
            # Looked at in `_deliver`: `on_publish` would cost 10 to 24 us for each message, even of QoS 0.
            self._unacknowledged.append((token, info, self._loop.time()))

    def _readable(self) -> None:
        for _ in range(READ_BURST_PACKETS):
            self._paho.loop_read()
            if not self._deliver() and not self._buffered():
                return
        if self._buffered():
            # TLS has decrypted more than was read: the socket itself will not become readable for it.
            self._loop.call_soon(self._readable)

    def _buffered(self) -> bool:
        sock: Any = self._paho.socket()
        return self._url.tls and sock is not None and sock.pending() > 0

    def _deliver(self) -> bool:
        """Tell what has come; returns whether there was anything."""
        moved = False
        try:
            while self._inbox:
                moved = True
                self._inbox.popleft()()
            while self._unacknowledged and self._unacknowledged[0][1].is_published():
                moved = True
                self._tell_published(self._unacknowledged.popleft()[0])
        finally:
            if self._inbox:  # a handler raised: what came after it is still owed
                self._loop.call_soon(self._deliver)
        return moved

    def _flush_soon(self) -> None:
        if not self._flush_due:  # one write for everything published in this turn of the loop
            self._flush_due = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flush_due = False
        if self._paho.socket() is None:
            return
        try:
            if self._express.flush():
                self._paho.loop_write()
        except OSError:
            self._end(why_broken(self._url))
            return
        if not self._paho.want_write():
            self._paho_bytes = 0
        if not self._wants_to_write():
            self._on_write_done(None, None, self._socket)
        elif not self._writer_added and self._paho.socket() is not None:
            self._writer_added = True
            self._loop.add_writer(self._socket, self._flush)

    def _wants_to_write(self) -> bool:
        return bool(self._express) or self._paho.want_write()

    def _end(self, why: str) -> None:
        self.accepted = False
        if not self._ended.done():
            self._ended.set_result(why)

    def _on_connect(self, _: object, __: object, ___: object, code: Any, ____: object) -> None:
        if code.is_failure:
            credentials = code.value in _CREDENTIALS_REFUSED
            self.version_refused = code.value in VERSION_REFUSED
            self._end(why_refused(self._url, credentials=credentials, reason=str(code)))
        else:
            self.accepted = True
            self._inbox.append(self._tell_accepted)

    def _on_disconnect(self, _: object, __: object, ___: object, ____: object, _____: object) -> None:
        if not self.accepted and not self._ended.done():
            self.version_refused = True
        self._end(why_broken(self._url) if self.accepted else why_unreachable(self._url, ConnectionResetError()))

    def _on_message(self, _: object, __: object, message: mqtt.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            return  # a broker should have refused it; raised from here, paho would read the packet for ever
        payload = bytes(message.payload)
        delivery = delivery_of(message)
        asked = () if delivery is PLAIN else (delivery,)
        self._inbox.append(partial(self._tell_message, topic, payload, message.retain, *asked))

    def _on_subscribe(self, _: object, __: object, packet_id: int, codes: list[Any], ___: object) -> None:
        filters, answer = self._subscribing.pop(packet_id, ([], None))
        if answer is not None and not answer.done():
            answer.set_result([name for name, code in zip(filters, codes, strict=False) if code.is_failure])

    def _on_write_wanted(self, _: object, __: object, ___: object) -> None:
        self._flush_soon()

    def _on_write_done(self, _: object, __: object, sock: Any) -> None:
        if self._writer_added:
            self._writer_added = False
            self._loop.remove_writer(sock)

    def _on_socket_close(self, _: object, __: object, sock: Any) -> None:
        self._on_write_done(None, None, sock)
        self._loop.remove_reader(sock)
