"""Sensirion SHT31 at its commands (datasheet SHT3x-DIS, version 7): single shots, status, reset, heater."""

from __future__ import annotations

from collections.abc import Callable

from kelex_sim.chips.fault import Fault

# Longest measurement by repeatability (table 4): high, medium, low.
_SINGLE_SHOT_US = {0x2400: 15_500, 0x240B: 6_500, 0x2416: 4_500}
_SOFT_RESET = 0x30A2
_READ_STATUS = 0xF32D
_CLEAR_STATUS = 0x3041
_HEATER_ON = 0x306D
_HEATER_OFF = 0x3066
_STATUS_HEATER = 1 << 13
_STATUS_RESET = 1 << 4
_STATUS_UNKNOWN_COMMAND = 1 << 1
# How far off a noisy sensor is, at most.
_LEAP_CELSIUS = 20.0
_LEAP_HUMIDITY = 40.0


class Sht31Chip:
    """`air()` gives (degrees Celsius, % relative humidity) around the sensor; `now_us()` the time."""

    def __init__(
        self, address: int, now_us: Callable[[], int], air: Callable[[], tuple[float, float]], fault: Fault
    ) -> None:
        self.address = address
        self.fault = fault
        self._now_us = now_us
        self._air = air
        self._command = bytearray()
        self._answer: list[int] = []
        self._ready_us = 0
        self._measuring = False
        self._status = _STATUS_RESET

    def begin(self, reading: bool) -> bool:
        if self.fault.kind == "absent":
            return False
        if not reading:
            self._command.clear()
            return True
        if self._measuring:
            # Without clock stretching it does not acknowledge until the measurement is done (section 4.4).
            if self._now_us() < self._ready_us or self.fault.kind == "stall":
                return False
            self._measuring = False
        return bool(self._answer)

    def write(self, byte: int) -> bool:
        self._command.append(byte)
        if len(self._command) == 2:
            self._obey(self._command[0] << 8 | self._command[1])
        return len(self._command) <= 2

    def read(self) -> int:
        if self.fault.kind == "nan":
            return 0xFF
        return self._answer.pop(0) if self._answer else 0xFF

    def end(self) -> None:
        self._command.clear()

    def _obey(self, command: int) -> None:
        if command in _SINGLE_SHOT_US:
            celsius, humidity = self._air()
            celsius = self.fault.sample("celsius", celsius, _LEAP_CELSIUS)
            humidity = self.fault.sample("humidity", humidity, _LEAP_HUMIDITY)
            self._answer = [*_word(_raw(celsius + 45, 175)), *_word(_raw(humidity, 100))]
            self._ready_us = self._now_us() + _SINGLE_SHOT_US[command]
            self._measuring = True
        elif command == _READ_STATUS:
            self._answer = _word(self._status)
        elif command == _CLEAR_STATUS:
            self._status &= _STATUS_HEATER
        elif command == _SOFT_RESET:
            self._answer = []
            self._measuring = False
            self._status = _STATUS_RESET
        elif command == _HEATER_ON:
            self._status |= _STATUS_HEATER
        elif command == _HEATER_OFF:
            self._status &= ~_STATUS_HEATER
        else:
            self._status |= _STATUS_UNKNOWN_COMMAND


def _raw(value: float, span: float) -> int:
    """A reading as the sensor's 16 bits (section 4.13)."""
    return min(max(round(value * 65535 / span), 0), 65535)


def _word(raw: int) -> list[int]:
    """Two bytes and their CRC-8: polynomial 0x31, start 0xFF (section 4.12)."""
    crc = 0xFF
    for byte in (raw >> 8, raw & 0xFF):
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x31 if crc & 0x80 else crc << 1) & 0xFF
    return [raw >> 8, raw & 0xFF, crc]
