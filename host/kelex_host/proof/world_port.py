"""The simulated house as the bridge sees it: the world's errors become the contract's, and the truth gets its time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kelex_sim.errors import WorldError
from kelex_sim.world import World

from kelex_host.bridge.now import Now
from kelex_host.bridge.request_desk import World as WorldPort
from kelex_host.bridge.requests import RequestError


def world_port(world: World) -> WorldPort:
    """What a Bridge takes as its `world`."""

    def act(now: Now, verb: str, fields: dict[str, Any]) -> dict[str, Any]:
        try:
            return {"time": now.stamp(), **world.act(verb, fields)}
        except WorldError as error:
            raise RequestError(error.code, str(error)) from None

    return act


def live_world_port(world: Callable[[], World]) -> WorldPort:
    """The same for a house in real time, whose clock has to be brought to the present at each look."""
    return lambda now, verb, fields: world_port(world())(now, verb, fields)
