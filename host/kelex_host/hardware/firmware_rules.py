"""The firmware has its own copy of the pins and addresses (`kelex_drone/board.py`): both have to say the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from kelex_host.hardware.board import Board, Part

FILE = "kelex_drone/board.py"
Constants = Mapping[str, Any]


def constants_in(source: str) -> dict[str, Any]:
    """The constants of a module, from its text: it is made for MicroPython, so it is not imported."""
    found: dict[str, Any] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = ast.literal_eval(node.value)
    return found


def pins_are_the_firmwares(board: Board, firmware: Constants) -> Iterator[str]:
    """Whose pin is another's in the firmware is swapped; both are named."""
    theirs = _pins(board, firmware)
    owner = {gpio: name for name, (_, gpio) in theirs.items()}
    ours: dict[str, int | None] = {name: part.gpio for name, part in board.parts.items()}
    ours |= {f"I2C's {line.upper()}": getattr(board.i2c, line) for line in ("sda", "scl")}
    for name, gpio in ours.items():
        if name not in theirs or gpio is None or gpio == theirs[name][1]:
            continue
        constant, right = theirs[name]
        there = owner.get(gpio)
        has = (
            f"where the firmware has {board.called(there) if there in board.parts else there}"
            if there
            else (f"where the firmware of {board.called('')} has nothing")
        )
        who = board.called(name) if name in board.parts else name
        yield f"{who} is on GPIO {gpio}, {has}; put it on GPIO {right}, or change {constant} in {FILE}."


def addresses_are_the_firmwares(board: Board, firmware: Constants) -> Iterator[str]:
    """The same for addresses, and for the bus itself."""
    for name, part in board.parts.items():
        constant = f"{part.model}_ADDRESS"
        right = firmware.get(constant)
        if part.bus and part.address is not None and right is not None and part.address != right:
            yield (
                f"{board.called(name)} has address {part.address:#04x}, and the firmware of "
                f"{board.called('')} asks for "
                f"{right:#04x}; set it back, or change {constant} in {FILE}."
            )
    for key, constant in (("bus", "I2C_BUS"), ("hz", "I2C_HZ")):
        if getattr(board.i2c, key) != firmware.get(constant):
            yield (
                f"i2c.{key} of {board.called('')} is {getattr(board.i2c, key)}, and the firmware's {constant} "
                f"{firmware.get(constant)}; make them the same in both ({FILE})."
            )


def every_signal_is_the_firmwares(board: Board, firmware: Constants) -> Iterator[str]:
    """A part with a pin that the firmware does not know does nothing; one that it knows and is not there is missed."""
    theirs = _pins(board, firmware)
    for name, part in board.parts.items():
        if part.gpio is not None and name not in theirs:
            yield (
                f"{board.called(name)} is on GPIO {part.gpio} of {board.called('')}, and {FILE} has "
                f"no {_constant(name)}; "
                "teach the firmware to use it, or leave it out."
            )
    for constant in firmware:
        if constant.endswith("_PIN") and constant[:-4].lower() not in board.parts:
            name = constant[:-4].lower()
            yield (
                f"The firmware of {board.called('')} uses {constant}, and there is no part '{name}'; add "
                "it to the file."
            )


def joints_are_the_firmwares(board: Board, firmware: Constants) -> Iterator[str]:
    """Range, speed and acceleration of each joint are what the firmware keeps."""
    for joint, servo in zip(board.joints, firmware.get("SERVOS", ()), strict=False):
        for key, right in zip(("low", "high", "speed", "acceleration", "jerk"), servo[1:], strict=False):
            if getattr(joint, key) * 100 != right:
                yield (
                    f"{board.called(joint.joint)} has {key} {getattr(joint, key):g}, and the firmware "
                    f"of {board.called('')} "
                    f"{right / 100:g}; make SERVOS in {FILE} the same."
                )


def _pins(board: Board, firmware: Constants) -> dict[str, tuple[str, int]]:
    """What the firmware has on which GPIO, by our names: (the constant, the GPIO)."""
    pins: dict[str, tuple[str, int]] = {}
    for name, part in board.parts.items():
        if _is_signal(part) and _constant(name) in firmware:
            pins[name] = (_constant(name), firmware[_constant(name)])
    for joint, servo in zip(board.joints, firmware.get("SERVOS", ()), strict=False):
        pins[joint.joint] = ("SERVOS", servo[0])
    for line in ("SDA", "SCL"):
        pins[f"I2C's {line}"] = (f"I2C_{line}", firmware[f"I2C_{line}"])
    return pins


def _is_signal(part: Part) -> bool:
    return part.gpio is not None


def _constant(name: str) -> str:
    return f"{name.upper()}_PIN"
