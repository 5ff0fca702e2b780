"""A drone's way to its prompt and back, over the wire: the order for it, and the wait until a new version is well."""

from __future__ import annotations

import asyncio
from itertools import cycle
from typing import Any

from kelex_wire import schema

from kelex_host.bridge.heard import Incompatible, Online, OrderLost, Verdict
from kelex_host.errors import FlashError
from kelex_host.flashing.board_report import why_no_drone
from kelex_host.flashing.outcome import Standing
from kelex_host.shells.caller import Call, Unopened
from kelex_host.shells.pico_finder import BoardPort

_NOT_ALLOWED = schema.REFUSALS.index("not_allowed")
_UNKNOWN_VERB = schema.REFUSALS.index("unknown_verb")
AGAIN_S = 0.3
# From a port that is open again to the drone's answer: its start, on an emulated board and a busy machine.
START_S = 15.0
# From the order to the reset; the drone waits for its events at most so long (kelex_drone/drone.py).
RESET_S = 4.0
# So long a board that is giving a version up may say nothing: three starts, each of which has a minute to get well
# (kelex_boot), and what the starts take. While it speaks, its time may be slower than ours, as an emulated board's is.
SILENT_S = 210.0
WELL_S = 1800.0
TOUCH_PAD = "hold its touch pad while you plug it in, then do this again"


async def greet(port: BoardPort) -> Online | None:
    """The drone at a port, of whatever schema; None where none answers. Raises FlashError where it does not open."""
    async with Call(port.now(), any_schema=True) as call:
        return _online(await call.greet())


def _online(answer: Online | Incompatible | Unopened | None) -> Online | None:
    if isinstance(answer, Unopened):
        raise FlashError(answer.why)
    return answer if isinstance(answer, Online) else None


async def standing(port: BoardPort, keys: tuple[bytes, ...]) -> Standing | None:
    """What the drone at a port runs; None where it does not answer, speaks another schema, or is another's."""
    for key in keys or (None,):
        async with Call(port.now(), key) as call:
            if _online(await call.greet()) is None:
                return None
            if told := _standing(await call.order(schema.ORDER_STATS)):
                return told
    return None


async def enter_maintenance(port: BoardPort, keys: tuple[bytes, ...]) -> None:
    """Order the drone to its prompt, under one of these pairing keys. Raises FlashError."""
    for key in keys or (None,):
        async with Call(port.now(), key, any_schema=True, takes_events=True) as call:
            if _online(await call.greet()) is None:
                raise FlashError(f"The drone at {port.name} does not answer any more; reset it and try again.")
            verdict = await call.order(schema.ORDER_MAINTENANCE)
            if isinstance(verdict, Verdict) and verdict.number == schema.ACCEPTED:
                await call.hang_on(RESET_S)
                return
        _explain(port, verdict)
    raise FlashError(f"The drone at {port.name} is paired, and not with this house; {TOUCH_PAD}.")


def _explain(port: BoardPort, verdict: Verdict | OrderLost) -> None:
    """Raise FlashError, unless another key may do better."""
    if isinstance(verdict, Verdict) and verdict.number == schema.REFUSED:
        if verdict.record.reason == _UNKNOWN_VERB:
            raise FlashError(f"The drone at {port.name} has a firmware without maintenance; {TOUCH_PAD}.")
        if verdict.record.reason != _NOT_ALLOWED:
            why = schema.REFUSALS[verdict.record.reason]
            raise FlashError(f"The drone at {port.name} refuses maintenance now ({why}); try again in a moment.")
    elif isinstance(verdict, OrderLost) and not verdict.forbidden:
        raise FlashError(
            f"The drone at {port.name} did not answer the order for maintenance; try again, or {TOUCH_PAD}."
        )


async def await_well(port: BoardPort, keys: tuple[bytes, ...], version: str) -> Standing | None:
    """Be the host of a new version until it is well, or the board has gone back to another; None: neither comes.

    That is so at once where the board says why it is no drone.
    """
    loop = asyncio.get_running_loop()
    heard_s = loop.time()
    end_s = heard_s + WELL_S
    turns = cycle(keys or (None,))
    while loop.time() < min(end_s, heard_s + SILENT_S):
        async with Call(port.now(), next(turns), any_schema=True) as call:
            answer = await call.greet(START_S)
            if isinstance(answer, Online) and answer.welcome.schema_crc != schema.SCHEMA_CRC:
                return Standing("", "", trial=False, why="another schema")
            while isinstance(answer, Online) and loop.time() < end_s:
                told = _standing(await call.order(schema.ORDER_STATS))
                if told is None:
                    break
                if told.version != version or not told.trial:
                    return told
                await call.hang_on(AGAIN_S)
            heard_s = max(heard_s, call.heard_s or heard_s)
            if why_no_drone(bytes(call.said)):
                return None
        await asyncio.sleep(AGAIN_S)
    return None


def _standing(verdict: Verdict | OrderLost) -> Standing | None:
    if not isinstance(verdict, Verdict) or verdict.number != schema.STATS_TOLD:
        return None
    record: Any = verdict.record
    why = schema.GIVEN_UP[record.rolled_back]
    return Standing(
        f"{record.firmware:08x}", schema.SLOTS[record.slot], bool(record.trial), "" if why == "none" else why
    )
