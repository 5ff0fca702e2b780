"""The firmware's ear, and nothing else of a board: samples in, what it thinks out."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from kelex_sim.board import Board
from kelex_sim.disk import Disk
from kelex_sim.machine import make_machine
from kelex_sim.modules import Port, native_modules
from kelex_sim.pico import FirmwareWorld, firmware_path

FRAME = 256
FRAME_S = 0.032


@dataclass(slots=True)
class Heard:
    """`opinions` as (frame, opinion) after each judgement; `alarms` as (start, end) in seconds."""

    opinions: list[tuple[int, int]] = field(default_factory=list)
    alarms: list[tuple[float, float]] = field(default_factory=list)


def hearing() -> Any:
    """The firmware's module `kelex_drone.hearing.ear`, in a world of its own."""
    disk = Disk()
    natives = native_modules(lambda: 0, Port(lambda data: None), make_machine(Board()), Random(0), disk)
    return FirmwareWorld(firmware_path(), natives, disk.open).load("kelex_drone.hearing.ear")


def listen(module: Any, samples: Iterable[int]) -> Heard:
    """Play samples of 12 bits at 8 kHz to a fresh ear. What is left behind the last whole frame is not heard."""
    ear = module.Ear()
    words = memoryview(array("H", samples))
    heard = Heard()
    start_s = -1.0
    count = len(words) // FRAME
    for frame in range(count):
        changed = ear.hear(words[frame * FRAME : (frame + 1) * FRAME])
        if ear.judged is not None:
            heard.opinions.append((frame, ear.opinion))
        if changed and ear.crying:
            start_s = (frame + 1) * FRAME_S
        elif changed:
            heard.alarms.append((start_s, (frame + 1) * FRAME_S))
    if ear.crying:
        heard.alarms.append((start_s, count * FRAME_S))
    return heard
