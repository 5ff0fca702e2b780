"""`[homeassistant]` of the configuration."""

from __future__ import annotations

import typing
from typing import Annotated

import msgspec

_END = r"$(?!\n)"
Prefix = Annotated[
    str,
    msgspec.Meta(
        pattern="^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*" + _END,
        description="a topic of A-Z, a-z, 0-9, _ and -, in levels parted by /",
        extra_json_schema={"x-public": True},
    ),
]


class HomeAssistantSettings(msgspec.Struct, frozen=True):
    """`[homeassistant]`: how the house is discovered: `device` in one message each, `classic` entity by entity, `off`.

    `prefix` is Home Assistant's discovery prefix; `status` is where it publishes its birth message.
    `nursery_watch_switch`: a switch for the nursery watch. Since Home Assistant cannot sign, switching the watch off
    then needs no signature, whoever asks for it.
    """

    discovery: typing.Literal["device", "classic", "off"] = "device"
    prefix: Prefix = "homeassistant"
    status: Prefix = "homeassistant/status"
    nursery_watch_switch: bool = False
