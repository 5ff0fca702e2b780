"""Where each part of the body is wired, as `hardware/board.toml` states it (a test compares the two).

Written from that file, not from the firmware: a simulated body that copied the firmware's pins would hide its mistakes.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache

I2C_BUS = 0
I2C_SDA = 4
I2C_SCL = 5
BUS = "bus"  # its name among the parts that can fail
CLOCK = "clock"  # and that of its clock

TOUCH_PIN = 15
PIR_PIN = 22
DOOR_PIN = 14
DOORBELL_PIN = 16
EYE_PIN = 17
BUZZER_PIN = 18
HOLODISK_PIN = 19
MICROPHONE_PIN = 26
LIGHT_PIN = 27
BATTERY_PIN = 28

BATTERY_RATIO = 4.0
# Volts of the pack at rest, and percent left.
BATTERY_CURVE = ((6.0, 0), (6.8, 5), (7.2, 20), (7.4, 40), (7.6, 60), (7.9, 80), (8.4, 100))
SERVO_SUPPLY_V = 5.0

LIGHT_DARK_V = 0.3
LIGHT_V_PER_LUX = 0.004545
LIGHT_MOST_V = 3.2


@dataclass(frozen=True, slots=True)
class Part:
    """A sensor: its name, its model, the channels that it feeds; an I2C address where it has one."""

    name: str
    model: str
    channels: tuple[str, ...]
    address: int = 0


PARTS = (
    Part("climate", "SHT31", ("temperature", "humidity"), 0x44),
    Part("range", "VL53L0X", ("range",), 0x29),
    Part("motion", "MPU6050", ("tremor",), 0x68),
    Part("current", "INA219", ("servo_current",), 0x40),
    Part("light", "TEMT6000", ("light",)),
    Part("microphone", "MAX4466", ("sound",)),
    Part("battery", "2S lithium-ion", ("battery_voltage", "battery_level")),
    Part("pir", "HC-SR501", ("presence",)),
    Part("touch", "TTP223", ("touch",)),
    Part("door", "reed contact", ("door",)),
    Part("doorbell", "push button", ("doorbell",)),
)


def part_called(name: str) -> Part | None:
    """The sensor of that name; its model or one of its channels name it as well."""
    for part in PARTS:
        if name.lower() in (part.name, part.model.lower(), *part.channels):
            return part
    return None


@lru_cache(maxsize=256)
def battery_volts(level: float) -> float:
    """What the pack gives at that many percent, straight between the points of its curve."""
    for (low_v, low), (high_v, high) in itertools.pairwise(BATTERY_CURVE):
        if level <= high:
            return low_v + (level - low) * (high_v - low_v) / (high - low)
    return BATTERY_CURVE[-1][0]
