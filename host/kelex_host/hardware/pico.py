"""The Raspberry Pi Pico: its forty pins and what each of its GPIOs can do.

Sources: Raspberry Pi Pico Datasheet (pinout in 2.1, the GPIOs that the board itself uses ibid.); RP2040 Datasheet (the
functions of the GPIOs in 1.4.3, PWM slices in 4.5.2, ADC inputs in 4.9.1, drive strength in "Pin Specifications").
"""

from __future__ import annotations

# From pin 1 down the left side, then from pin 21 up the right one; USB is at the top.
PINS = (
    "GP0 GP1 GND GP2 GP3 GP4 GP5 GND GP6 GP7 GP8 GP9 GND GP10 GP11 GP12 GP13 GND GP14 GP15 "
    "GP16 GP17 GND GP18 GP19 GP20 GP21 GND GP22 RUN GP26 GP27 AGND GP28 ADC_VREF 3V3 3V3_EN GND VSYS VBUS"
).split()
PINS_A_SIDE = 20
# The pins that the supplies' wires lead to, by net. AGND is joined to GND on the board.
SUPPLY_PINS = {"gnd": (3, 38), "3v3": (36,), "vsys": (39,)}

# What the board itself uses its other GPIOs for.
RESERVED = {
    23: "the power saving of its regulator",
    24: "sensing USB's voltage",
    25: "its LED",
    29: "measuring VSYS",
}
GPIO_MOST = 29
ADC_GPIOS = (26, 27, 28)
PIN_MOST_MV = 3300
PIN_MOST_MA = 12
PINS_MOST_MA = 50


def pin_of(gpio: int) -> int | None:
    """The physical pin of a GPIO, from 1; None where it has none."""
    name = f"GP{gpio}"
    return PINS.index(name) + 1 if name in PINS else None


def gpio_of(pin: int) -> int | None:
    """The GPIO of a physical pin; None for a supply's or a control's."""
    name = PINS[pin - 1]
    return int(name[2:]) if name.startswith("GP") else None


def pwm_of(gpio: int) -> tuple[int, str]:
    """The PWM slice of a GPIO, and which of its two channels."""
    return gpio >> 1 & 7, "AB"[gpio & 1]


def i2c_of(gpio: int) -> tuple[int, str]:
    """The I2C bus that a GPIO can belong to, and as which line: each GPIO has exactly one such function."""
    return gpio >> 1 & 1, ("sda", "scl")[gpio & 1]


def functions_of(gpio: int) -> list[str]:
    """What a GPIO can do, of the functions that matter here."""
    bus, line = i2c_of(gpio)
    adc = [f"ADC{gpio - ADC_GPIOS[0]}"] if gpio in ADC_GPIOS else []
    return [f"I2C{bus} {line.upper()}", "PWM{}{}".format(*pwm_of(gpio)), *adc]
