"""Pairing a drone at a port that no house uses: the same steps, and the same care, as `bridge/pairing.py`.

The new key is kept before it is sent, beside the one before; a house that starts later finds out which one holds.
"""

from __future__ import annotations

from typing import Any

from kelex_wire import schema
from kelex_wire.tags import key_words

from kelex_host.bridge import records
from kelex_host.bridge.heard import Incompatible, Online, OrderLost
from kelex_host.bridge.pairing import Pairings
from kelex_host.errors import TrustError
from kelex_host.shells.caller import LIMIT_S, Call, Unopened


async def pair_at(port: str, drone: str, pairings: Pairings) -> None:
    """Have the drone at a port obey this house alone. Raises TrustError."""
    before = pairings.keys(drone)
    if len(before) > 1:
        raise TrustError(f"Which key '{drone}' has is still to be found out; `kelex up --port {port}` does it.")
    key = pairings.draw()
    pairings.keep(drone, (key, *before))
    refusal = await _order(port, before, schema.ORDER_PAIR, *key_words(key))
    if refusal is None:
        pairings.keep(drone, (key,))
        return
    code, why = refusal
    if code != "lost":
        pairings.keep(drone, before)
    raise TrustError(why)


async def unpair_at(port: str, drone: str, pairings: Pairings) -> None:
    """Have the drone at a port obey any house again. Raises TrustError."""
    refusal = await _order(port, pairings.keys(drone), schema.ORDER_UNPAIR)
    if refusal is not None:
        raise TrustError(refusal[1])
    pairings.keep(drone, ())


async def _order(port: str, keys: tuple[bytes, ...], number: int, *values: Any) -> tuple[str, str] | None:
    """Give the order under the first of these keys that the drone takes; (error code, sentence), None when it obeyed.

    The code is `lost` where nobody knows whether it did.
    """
    lost = "lost", f"The drone at {port} did not answer in time: it may or may not have obeyed; `kelex up` finds out."
    refusal = "not_allowed", records.NOT_ALLOWED
    for key in keys or (None,):
        async with Call(port, key) as call:
            answer = await call.greet()
            if not isinstance(answer, Online):
                return "offline", _why_not_there(port, answer)
            verdict = await call.order(number, *values)
        if isinstance(verdict, OrderLost):
            if not verdict.forbidden:
                return lost if verdict.tried else ("expired", f"The drone at {port} is gone; nothing was done. Repeat.")
        elif verdict.number != schema.REFUSED:
            return None
        else:
            refusal = records.refusal(verdict.record)
            if refusal[0] != "not_allowed":
                return refusal
    return refusal


def _why_not_there(port: str, answer: Incompatible | Unopened | None) -> str:
    match answer:
        case Incompatible():
            return (
                f"{answer.identity} at {port} speaks another wire schema; put this version's on it: kelex flash {port}"
            )
        case Unopened():
            return answer.why
    return f"{port} opens, but no Kelex answers within {LIMIT_S:g} s; put the firmware on the board: kelex flash {port}"
