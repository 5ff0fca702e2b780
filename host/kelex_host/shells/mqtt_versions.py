"""What MQTT 5 adds, where a broker speaks it: built for paho here, so that the rest speaks of plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

# An order that waits for us at the broker is worth obeying for so long after it lost us, and no longer.
SESSION_S = 30
# CONNACK's numbers for a protocol version that a broker does not speak: MQTT 5's own, and paho's for 3.1.1's 1.
VERSION_REFUSED = (132,)


class Delivery:
    """What came with a message beside its payload: where an answer is wanted, and what it is recognised by."""

    __slots__ = ("correlation", "reply_to")

    def __init__(self, reply_to: str = "", correlation: bytes = b"") -> None:
        self.reply_to = reply_to
        self.correlation = correlation


PLAIN = Delivery()


def delivery_of(message: mqtt.MQTTMessage) -> Delivery:
    """What came with a message; nothing under MQTT 3.1.1."""
    properties = getattr(message, "properties", None)
    if properties is None:
        return PLAIN
    reply_to = getattr(properties, "ResponseTopic", "")
    return Delivery(reply_to, getattr(properties, "CorrelationData", b"")) if reply_to else PLAIN


def session_properties() -> Properties:
    """For CONNECT: the broker keeps our session for SESSION_S."""
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = SESSION_S
    return properties


def answer_properties(correlation: bytes) -> Properties | None:
    """For PUBLISH: what an answer is recognised by."""
    if not correlation:
        return None
    properties = Properties(PacketTypes.PUBLISH)
    properties.CorrelationData = correlation
    return properties


def subscription(filters: Sequence[tuple[str, int]], version: int, as_published: bool) -> list[Any]:
    """Filters for SUBSCRIBE. `as_published`: a message's retain flag is shown as its sender set it (MQTT 5 alone)."""
    if version < mqtt.MQTTv5:
        return list(filters)
    return [(name, SubscribeOptions(qos=qos, retainAsPublished=as_published)) for name, qos in filters]
