"""Rules about pins: every signal on one of its own, and on one that can do what is asked of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from kelex_host.hardware.board import Board
from kelex_host.hardware.pico import ADC_GPIOS, PINS, RESERVED, gpio_of, i2c_of, pwm_of

_LINES = ("sda", "scl")


def pins_are_not_shared(board: Board) -> Iterator[str]:
    """One GPIO, one signal."""
    for gpio, users in _users(board).items():
        for one, other in combinations(users, 2):
            yield f"{one} and {other} are both on GPIO {gpio}; {_move(board, 'one of them', users)}."


def pins_are_free_on_a_pico(board: Board) -> Iterator[str]:
    """The board uses some GPIOs itself, and leads no wire out."""
    for gpio, users in _users(board).items():
        if gpio in RESERVED:
            for user in users:
                what = f"which {board.called('')} uses for {RESERVED[gpio]}"
                yield f"{user} is on GPIO {gpio}, {what}; {_move(board, user, users)}."


def analogue_parts_are_on_adc_pins(board: Board) -> Iterator[str]:
    """RP2040 Datasheet 4.9.1: only GPIO 26 to 29 lead to the converter, and the Pico keeps the last for itself."""
    for name, part in board.parts.items():
        if part.adc is None or part.adc in ADC_GPIOS or part.adc in RESERVED:
            continue
        free = _free(board, analogue=True)
        others = [
            board.called(other) for other, has in board.parts.items() if has.gpio in ADC_GPIOS and has.adc is None
        ]
        if free:
            mend = f"use GPIO {free[0]}"
        elif others:
            mend = f"give it the pin of {others[0]}, which can be on any"
        else:
            mend = "leave out another analogue part"
        yield (
            f"{board.called(name)} is analogue, and GPIO {part.adc} of {board.called('')} has no ADC "
            f"(GPIO 26, 27 and 28 have); {mend}."
        )


def bus_pins_are_of_the_bus(board: Board) -> Iterator[str]:
    """RP2040 Datasheet 1.4.3: each GPIO can be exactly one line of one of the two I2C buses."""
    first = next((board.called(name) for name, part in board.parts.items() if part.bus == "i2c"), "the bus")
    for line in _LINES:
        gpio = getattr(board.i2c, line)
        able = i2c_of(gpio)
        if able != (board.i2c.bus, line):
            fit = [pin for pin in _free(board) if i2c_of(pin) == (board.i2c.bus, line)]
            mend = f"use GPIO {fit[0]}" if fit else f"free one of I2C{board.i2c.bus}'s"
            yield (
                f"I2C{board.i2c.bus}'s {line.upper()}, which {first} is on, is GPIO {gpio} of "
                f"{board.called('')}, which can "
                f"only be I2C{able[0]}'s {able[1].upper()}; {mend}."
            )


def pulses_do_not_disturb_each_other(board: Board) -> Iterator[str]:
    """RP2040 Datasheet 4.5.2: a slice's two channels share its frequency; GPIO n and n + 16 share a channel."""
    makers = [(name, part.gpio, part.pwm_hz) for name, part in board.parts.items() if part.pwm_hz]
    for (one, gpio, hz), (other, other_gpio, other_hz) in combinations(makers, 2):
        if gpio is None or other_gpio is None or gpio == other_gpio or pwm_of(gpio)[0] != pwm_of(other_gpio)[0]:
            continue
        slice, channel = pwm_of(gpio)
        both = f"{board.called(one)} on GPIO {gpio} and {board.called(other)} on GPIO {other_gpio}"
        taken = {pwm_of(pin)[0] for _, pin, _ in makers if pin is not None}
        free = [pin for pin in _free(board) if pwm_of(pin)[0] not in taken]
        mend = f"move one of them to {f'GPIO {free[0]}' if free else 'a pin of another slice'}"
        if pwm_of(other_gpio)[1] == channel:
            yield f"{both} are the same PWM output, slice {slice} channel {channel}; {mend}."
        elif hz != other_hz or hz[0] != hz[1]:
            yield f"{both} share PWM slice {slice}, which has one frequency, but need different ones; {mend}."


def _users(board: Board) -> dict[int, list[str]]:
    users: dict[int, list[str]] = defaultdict(list)
    on_bus = ", ".join(name for name, part in board.parts.items() if part.bus == "i2c")
    for line in _LINES:
        users[getattr(board.i2c, line)].append(f"I2C's {line.upper()} ({on_bus})")
    for name, part in board.parts.items():
        if part.gpio is not None:
            users[part.gpio].append(board.called(name))
    return users


def _free(board: Board, *, analogue: bool = False) -> list[int]:
    """GPIOs that nobody uses; without `analogue`, those that have an ADC come last."""
    users = _users(board)
    gpios = [gpio for pin in range(1, len(PINS) + 1) if (gpio := gpio_of(pin)) is not None and gpio not in users]
    return [gpio for gpio in gpios if gpio in ADC_GPIOS] if analogue else sorted(gpios)


def _move(board: Board, user: str, users: list[str]) -> str:
    analogue = any(part.adc is not None and board.called(name) in users for name, part in board.parts.items())
    free = _free(board, analogue=analogue)
    return f"put {user} on GPIO {free[0]}, which is free" if free else f"leave {user} out, for no such pin is free"
