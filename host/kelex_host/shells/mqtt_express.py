"""MQTT's QoS 0 publishing, past paho: packets are built here and many leave in one send.

paho makes a lock, a dict and a system call for each message; such a packet needs none of them, for nobody answers it.
"""

from __future__ import annotations

import ssl
from functools import lru_cache
from typing import Any

TOPIC_BYTES_MAX = 65_535
PACKET_BYTES_MAX = 268_435_455
SEND_BYTES = 65_536
_PUBLISH, _RETAIN = 0x30, 0x01


class Express:
    """PUBLISH packets on their way to a socket, TLS or not, that is set not to block.

    MQTT 5 has properties behind the topic: ours are none, a length of zero.
    """

    def __init__(self, sock: Any, *, has_properties: bool = False) -> None:
        self._properties = b"\0" if has_properties else b""
        self._send = sock.send
        self._waiting = bytearray()
        self._sending = b""

    def __bool__(self) -> bool:
        """Whether anything still waits to be sent."""
        return bool(self._waiting or self._sending)

    def __len__(self) -> int:
        """Bytes that wait."""
        return len(self._waiting) + len(self._sending)

    def put(self, topic: str, payload: bytes, retain: bool) -> None:
        """Line up a message. Raises ValueError for a topic that no broker takes, and for a payload beyond MQTT."""
        name = _name(topic)
        self._waiting += _head(len(name) + len(self._properties) + len(payload), retain)
        self._waiting += name
        self._waiting += self._properties
        self._waiting += payload

    def flush(self) -> bool:
        """Send what the socket takes; whether that was all. Raises OSError when the connection is broken."""
        while self:
            if not self._sending:
                self._sending = bytes(self._waiting[:SEND_BYTES])
                del self._waiting[:SEND_BYTES]
            try:
                count = self._send(self._sending)
            except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
                return False  # TLS wants the very same bytes again
            self._sending = self._sending[count:]
        return True


@lru_cache(4096)
def _head(rest_bytes: int, retain: bool) -> bytes:
    """A packet's first byte and the length of its rest, seven bits in each byte."""
    if rest_bytes > PACKET_BYTES_MAX:
        raise ValueError("Payload too large.")
    head = bytearray((_PUBLISH | _RETAIN if retain else _PUBLISH,))
    while rest_bytes > 0x7F:
        head.append(rest_bytes & 0x7F | 0x80)
        rest_bytes >>= 7
    head.append(rest_bytes)
    return bytes(head)


@lru_cache(4096)
def _name(topic: str) -> bytes:
    """A topic as a packet has it, its length in front."""
    name = topic.encode()
    if not name or "+" in topic or "#" in topic or len(name) > TOPIC_BYTES_MAX:
        raise ValueError("Invalid topic.")
    return len(name).to_bytes(2, "big") + name
