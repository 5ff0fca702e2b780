"""`hardware/board.toml` as data: a Struct for each of its tables, whose keys that file explains."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from kelex_host.config.parsing import convert
from kelex_host.errors import ConfigError
from kelex_host.hardware.pico import GPIO_MOST

Gpio = Annotated[int, Meta(ge=0, le=GPIO_MOST)]
Amount = Annotated[float, Meta(ge=0, le=1e9)]
Positive = Annotated[float, Meta(gt=0, le=1e9)]
Pair = Annotated[list[int], Meta(min_length=2, max_length=2)]
Place = Annotated[list[float], Meta(min_length=3, max_length=3)]
_PRINTABLE = "^[^\x00-\x1f\x7f-\x9f\ufffe\uffff]*$(?!\n)"
Text = Annotated[
    str, Meta(min_length=1, max_length=100, pattern=_PRINTABLE, description="1 to 100 characters, none of them control")
]
Note = Annotated[
    str, Meta(max_length=100, pattern=_PRINTABLE, description="100 characters at most, none of them control")
]
Texts = Annotated[list[Text], Meta(max_length=16)]
PARTS_MOST = 64
TABLES = ("parts", "outputs", "support")


class Pico(msgspec.Struct, frozen=True, kw_only=True):
    """`[pico]`."""

    mcu: Literal["RP2040"]
    model: Text
    spec: Text
    rail: str
    supply_mv: Pair
    typical_ma: Amount
    peak_ma: Amount


class Rail(msgspec.Struct, frozen=True, kw_only=True):
    """`[rails.*]`: `source` is the part that limits it to `most_ma`."""

    mv: Annotated[int, Meta(gt=0, le=60_000)]
    source: str
    most_ma: Annotated[int, Meta(gt=0, le=1_000_000)]
    net: str = ""
    lowest_mv: Annotated[int, Meta(ge=0)] = 0
    highest_mv: Annotated[int, Meta(ge=0)] = 0
    fed_by: str = ""
    efficiency: Positive = 1.0
    fused: bool = False


class I2c(msgspec.Struct, frozen=True):
    """`[i2c]`."""

    bus: Literal[0, 1]
    sda: Gpio
    scl: Gpio
    hz: int


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """`[parts.*]`, `[outputs.*]`, `[support.*]`; and a servo, with its joint's pin."""

    model: Text
    spec: Text
    label: Note = ""
    note: Note = ""
    quantity: Annotated[int, Meta(ge=0, le=1000)] = 1
    senses: Texts = []
    through: str = ""
    rail: str = ""
    supply_mv: Pair | None = None
    typical_ma: Amount = 0
    peak_ma: Amount = 0
    rated_ma: Amount = 0
    pin: Gpio | None = None
    adc: Gpio | None = None
    pwm_hz: Pair | None = None
    bus: Literal["", "i2c"] = ""
    address: Annotated[int, Meta(ge=0, le=0x7F)] | None = None
    addresses: list[int] = []
    pull_up_ohm: Positive | None = None
    signal_most_mv: int | None = None
    input_least_mv: int | None = None
    terminals: Texts
    inside: Texts = []
    # What stands inside, or is the part's own.
    curve: list[Pair] = []
    divider: Positive | None = None
    upper_ohm: Positive | None = None
    lower_ohm: Positive | None = None
    smoothing_nf: Positive | None = None
    end_of_line_ohm: Positive | None = None
    live_zero_ohm: Positive | None = None
    load_ohm: Positive | None = None
    series_ohm: Positive | None = None
    shunt_ohm: Positive | None = None
    shunt_most_mw: Positive | None = None
    measures_most_ma: Positive | None = None
    supply_uf: Positive | None = None
    dark_mv: int = 0
    uv_per_lux: int = 0
    pixels: int = 0
    contact_most_mv: int = 0
    contact_most_ma: int = 0

    @property
    def gpio(self) -> int | None:
        """The GPIO that its signal leads to."""
        return self.adc if self.pin is None else self.pin


class Servo(msgspec.Struct, frozen=True, kw_only=True):
    """`[servo]`: what all servos are."""

    model: Text
    spec: Text
    rail: str
    supply_mv: Pair
    input_least_mv: int
    stall_ma: Positive
    pulse_us: Pair
    stall_torque_mnm: Positive
    terminals: Texts
    hz: Annotated[int, Meta(gt=0)]
    centre_us: int
    us_per_quarter_turn: int
    quiet_speed: str
    quiet_acceleration: str
    idle_most_ma: Amount
    moving_most_ma: Amount
    turning_least_ma: Amount
    slack_ma: Amount


class Joint(msgspec.Struct, frozen=True, kw_only=True):
    """`[[servos]]`: degrees, degrees/s, degrees/s2, degrees/s3."""

    joint: Text
    pin: Gpio
    low: float
    high: float
    speed: Positive
    acceleration: Positive
    jerk: Positive
    balanced: bool = False
    parent: str = ""
    axis: Literal["x", "y", "z"]
    mount_mm: Place
    link_mm: Positive
    mass_g: Positive
    zero: Text
    positive: Text


class Limits(msgspec.Struct, frozen=True):
    """`[limits]`."""

    bus_pf: Positive
    payload_g: Amount


class Extra(msgspec.Struct, frozen=True):
    """`[[extras]]`: what else to buy."""

    item: Text
    spec: Text
    quantity: Annotated[int, Meta(ge=1, le=1000)]


class _File(msgspec.Struct, frozen=True, kw_only=True):
    pico: Pico
    rails: dict[str, Any]
    i2c: I2c
    servo: Servo
    servos: Annotated[list[Joint], Meta(max_length=PARTS_MOST)]
    limits: Limits
    extras: Annotated[list[Extra], Meta(max_length=PARTS_MOST)] = []
    parts: dict[str, Any]
    outputs: dict[str, Any]
    support: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Board:
    """The whole board. `parts` has every part by its name, servos by their joints'; `table` says where each stands."""

    pico: Pico
    rails: dict[str, Rail]
    i2c: I2c
    servo: Servo
    joints: list[Joint]
    limits: Limits
    extras: list[Extra]
    parts: dict[str, Part]
    table: dict[str, str]

    def called(self, name: str) -> str:
        """A part as a sentence names it."""
        return f"{name} ({self.parts[name].model})" if name in self.parts else f"the {self.pico.model}"


def parse(text: str) -> Board:
    """The board that the file describes. Raises ConfigError, one sentence that names the place."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"it is not TOML: {error}.") from None
    if not _is_finite(table):
        raise ConfigError("a number has to be finite; write another one.")
    file: _File = convert(table, _File, "")
    rails = {name: convert(rail, Rail, f"rails.{name}") for name, rail in file.rails.items()}
    parts: dict[str, Part] = {}
    tables: dict[str, str] = {}
    named = [(of, name, part) for of in TABLES for name, part in getattr(file, of).items()]
    for of, name, part in named:
        _add(parts, name, convert(part, Part, f"{of}.{name}"))
        tables[name] = of
    for joint in file.servos:
        _add(parts, joint.joint, _servo(file.servo, joint))
        tables[joint.joint] = "servos"
    if len(parts) > PARTS_MOST:
        raise ConfigError(f"it has {len(parts)} parts, the most is {PARTS_MOST}; leave some out.")
    return Board(file.pico, rails, file.i2c, file.servo, file.servos, file.limits, file.extras, parts, tables)


def _add(parts: dict[str, Part], name: str, part: Part) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", name):
        raise ConfigError(f"a part cannot be called '{name[:40]}'; use 1 to 32 of a-z, 0-9 and _, a letter first.")
    if name in parts:
        raise ConfigError(f"two parts are called '{name}'; give one of them another name.")
    parts[name] = part


def _is_finite(value: Any) -> bool:
    if isinstance(value, dict | list):
        return all(map(_is_finite, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, float) or math.isfinite(value)


def _servo(servo: Servo, joint: Joint) -> Part:
    return Part(
        model=servo.model,
        spec=servo.spec,
        rail=servo.rail,
        supply_mv=servo.supply_mv,
        typical_ma=servo.moving_most_ma,
        peak_ma=servo.stall_ma,
        pin=joint.pin,
        pwm_hz=[servo.hz, servo.hz],
        input_least_mv=servo.input_least_mv,
        terminals=servo.terminals,
    )
