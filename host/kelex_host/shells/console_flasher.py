"""Flashing from the page: the house lends the port, by an order signed with the page's key, and gets it back after."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from kelex_host import config, running
from kelex_host.bridge.topics import RequestTopic
from kelex_host.bridge.verbs import LEND, LEND_FOR_UPDATE_S
from kelex_host.console import text
from kelex_host.console.flashing import PLAN, ROLLBACK, Flashing
from kelex_host.console.orders import Wish, WishError
from kelex_host.errors import FlashError, KelexError
from kelex_host.shells.firmware_compiler import build_firmware, find_mpy_cross
from kelex_host.shells.flasher import Flasher
from kelex_host.shells.pairing_files import PairingFiles
from kelex_host.shells.serial_port import find_pico, why_not_open

Ask = Callable[[Wish], Awaitable[dict[str, Any]]]


async def flash(state: Flashing, drone: str, way: str, ask: Ask, build: Path | None) -> None:
    """Do it, and tell `state`; `ask` signs, and `build` is a MicroPython of our own, with its compiler.

    Raises WishError where it does not even begin.
    """
    if state.works:
        raise WishError(text.FLASH_WORKS)
    port = _port_of(drone)
    state.start(drone)
    try:
        await _lend(ask, drone, LEND_FOR_UPDATE_S)
        try:
            sentence = await asyncio.to_thread(_work, state, drone, port, way, build)
        finally:
            await _lend(ask, drone, 0)
    except KelexError as error:
        sentence = str(error)
    except BaseException:
        state.finish(text.FLASH_BROKE)
        raise
    state.finish(sentence)


def _work(state: Flashing, drone: str, port: str, way: str, build: Path | None) -> str:
    keys = PairingFiles(config.home()).keys(drone)
    if way == ROLLBACK:
        return Flasher(port, keys, state).roll_back().text
    firmware = build_firmware(find_mpy_cross(build))
    return Flasher(port, keys, state).update(firmware, dry_run=way == PLAN).text


def _port_of(drone: str) -> str:
    house = running.find()
    port = house.port_of.get(drone) if house is not None else None
    if port is None:
        raise WishError(text.FLASH_SIMULATED.format(drone=drone))
    try:
        return find_pico() if port == "auto" else port
    except OSError as error:
        raise WishError(why_not_open(port, error)) from None


async def _lend(ask: Ask, drone: str, seconds: int) -> None:
    answer = await ask(Wish(RequestTopic("drone", drone, LEND), {"seconds": seconds}))
    if answer.get("status") != "ok":
        raise FlashError(str((answer.get("error") or {}).get("message", "")))
