"""What the house says of itself: the documents `info` and `health`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kelex_wire.schema import SCHEMA_CRC

from kelex_host.bridge.asyncapi import schema_hash
from kelex_host.bridge.now import Now

if TYPE_CHECKING:
    from kelex_host.bridge.bridge import Bridge


def info(bridge: Bridge) -> dict[str, Any]:
    """What runs here; of it, the speed alone can change while it runs."""
    assert bridge.started is not None
    return {
        "version": bridge.version,
        "base": bridge.topics.base,
        "drones": list(bridge.drones),
        "simulated": bridge.world is not None,
        **({"speed": bridge.speed} if bridge.speed is not None else {}),
        "configuration": bridge.configuration,
        "wire_schema": f"{SCHEMA_CRC:08x}",
        "schema_hash": schema_hash(bridge.topics.base, bridge.version),
        "started": bridge.started.stamp(),
    }


def health(bridge: Bridge, now: Now) -> dict[str, Any]:
    """How it goes: figures since the start."""
    assert bridge.started is not None
    return {
        "time": now.stamp(),
        "uptime_s": round(now.mono_s - bridge.started.mono_s),
        "queued": len(bridge.outbox),
        "dropped": bridge.outbox.dropped,
        "broker_connections": bridge.broker_connections,
        "refused": dict(bridge.desk.refused),
        "drones": {name: drone.health() for name, drone in bridge.drones.items()},
    }
