"""A port that the running house has open: asked for, and given back. The order for it is guarded, as firmware is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from kelex_host import running
from kelex_host.bridge.verbs import LEND, LEND_FOR_UPDATE_S
from kelex_host.cli.request import ask_house, house_owner
from kelex_host.errors import FlashError, KelexError
from kelex_host.shells.installer import Watcher


def drone_of_house(port: str) -> str | None:
    """Which drone of the running house has this port open; None where no house does."""
    house = running.find()
    if house is None:
        return None
    real = os.path.realpath(port)
    return next(
        (drone for drone, name in house.port_of.items() if name == "auto" or os.path.realpath(name) == real), None
    )


@contextmanager
def borrowed(port: str, member: str | None, watcher: Watcher) -> Iterator[None]:
    """Have the port while the running house, if it has it open, does without. Raises KelexError."""
    drone = drone_of_house(port)
    if drone is None:
        yield
        return
    signer = member or house_owner()
    _ask(drone, LEND_FOR_UPDATE_S, signer)
    watcher.say(f"The running house lends {port}, and takes it back afterwards.")
    try:
        yield
    finally:
        _ask(drone, 0, signer)


def _ask(drone: str, seconds: int, signer: str) -> None:
    try:
        answer = ask_house("drone", LEND, {"seconds": seconds}, None, drone, signer)
    except KelexError as error:
        raise FlashError(
            f"The running house has the port open, and cannot be asked for it ({error}); stop it first."
        ) from None
    if answer["status"] != "ok":
        why = answer["error"]["message"]
        raise FlashError(
            f"The running house has the port open, and does not lend it ({why}) Stop it, or sign with --as."
        )
