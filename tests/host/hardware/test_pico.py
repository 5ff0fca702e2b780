"""The Pico's pins, against its datasheet's pinout drawing and the RP2040's table of functions."""

import pytest
from kelex_host.hardware.pico import PINS, functions_of, gpio_of, i2c_of, pin_of, pwm_of


def test_it_has_forty_pins_with_their_names_where_the_pinout_has_them():
    assert len(PINS) == 40
    named = {
        1: "GP0",
        3: "GND",
        20: "GP15",
        21: "GP16",
        30: "RUN",
        33: "AGND",
        35: "ADC_VREF",
        36: "3V3",
        39: "VSYS",
        40: "VBUS",
    }
    assert {pin: PINS[pin - 1] for pin in named} == named
    assert [pin for pin in range(1, 41) if PINS[pin - 1] == "GND"] == [3, 8, 13, 18, 23, 28, 38]


def test_each_gpio_that_is_led_out_has_one_pin():
    gpios = [gpio for pin in range(1, 41) if (gpio := gpio_of(pin)) is not None]
    assert gpios == [*range(23), 26, 27, 28]
    assert all(gpio_of(pin_of(gpio)) == gpio for gpio in gpios)
    assert [pin_of(gpio) for gpio in (23, 24, 25, 29)] == [None] * 4


@pytest.mark.parametrize(
    ("gpio", "functions"),
    [
        (0, ["I2C0 SDA", "PWM0A"]),
        (5, ["I2C0 SCL", "PWM2B"]),
        (6, ["I2C1 SDA", "PWM3A"]),
        (15, ["I2C1 SCL", "PWM7B"]),
        (16, ["I2C0 SDA", "PWM0A"]),
        (22, ["I2C1 SDA", "PWM3A"]),
        (26, ["I2C1 SDA", "PWM5A", "ADC0"]),
        (28, ["I2C0 SDA", "PWM6A", "ADC2"]),
    ],
)
def test_a_gpio_can_be_what_the_table_of_functions_says(gpio, functions):
    assert functions_of(gpio) == functions


def test_a_gpio_and_the_one_sixteen_after_it_are_the_same_pulse():
    assert all(pwm_of(gpio) == pwm_of(gpio + 16) for gpio in range(14))
    assert len({pwm_of(gpio) for gpio in range(16)}) == 16


def test_lines_of_the_buses_alternate():
    assert [i2c_of(gpio) for gpio in range(4)] == [(0, "sda"), (0, "scl"), (1, "sda"), (1, "scl")]
