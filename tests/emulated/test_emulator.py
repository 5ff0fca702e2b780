"""The harness itself: what the other emulated tests take for granted."""

from pathlib import Path

import pytest
from kelex_sim.emulated.board_of import make_board
from kelex_sim.emulated.emulated_pico import EmulatedPico
from kelex_sim.emulated.mpy import compiled
from kelex_sim.emulated.pixel_line import PixelLine

OPEN_I2C = "from machine import I2C, Pin; i2c = I2C(0, sda=Pin(4), scl=Pin(5), freq=400_000)\n"


class Registers:
    """The least of a chip: 16 registers, and a pointer to them that the first written byte sets."""

    def __init__(self, address: int) -> None:
        self.address = address
        self.registers = bytearray(range(16))
        self.stops = 0
        self._pointer: int | None = None

    def begin(self, reading: bool) -> bool:
        if not reading:
            self._pointer = None
        return True

    def write(self, byte: int) -> bool:
        if self._pointer is None:
            self._pointer = byte
        elif self._pointer >= 16:
            return False
        else:
            self.registers[self._pointer] = byte
            self._pointer += 1
        return True

    def read(self) -> int:
        value = self.registers[self._pointer % 16]
        self._pointer += 1
        return value

    def end(self) -> None:
        self.stops += 1


@pytest.fixture
def pico(micropython: Path) -> EmulatedPico:
    return EmulatedPico(micropython)


def test_the_prompt_answers(pico: EmulatedPico) -> None:
    pico.run(0.25)
    pico.send(b"print(6 * 7)\r")
    assert pico.run(0.1, until=lambda: b"\r\n42\r\n>>> " in pico.received)


def test_given_files_are_importable(micropython: Path) -> None:
    files = {
        "lib/kelex_test/__init__.py": b"",
        "lib/kelex_test/deep.py": b"ANSWER = 42\n",
        "top.py": b"X = 1\n" + b"#" * 9000,
    }
    pico = EmulatedPico(micropython, files)
    assert pico.execute("import top; from kelex_test.deep import ANSWER; print(ANSWER, top.X)") == "42 1\r\n"


def test_compiled_files_are_importable(micropython: Path) -> None:
    sources = {"main.py": b"import app\n", "lib/app.py": b"A = 6\ndef f(): return A * 7\n"}
    files = compiled(micropython, sources)
    assert sorted(files) == ["lib/app.mpy", "main.py"]
    assert EmulatedPico(micropython, files).execute("print(app.f())") == "42\r\n"


def test_a_long_source_passes_the_usb_queue(pico: EmulatedPico) -> None:
    assert pico.execute("total = 0\n" + "total += 1\n" * 90 + "print(total)") == "90\r\n"


def test_an_exception_on_the_board_fails_here(pico: EmulatedPico) -> None:
    with pytest.raises(AssertionError, match="ValueError: no"):
        pico.execute("raise ValueError('no')")
    assert pico.execute("print('still here')") == "still here\r\n"


def test_i2c_reads_and_writes_registers(pico: EmulatedPico) -> None:
    chip = Registers(0x29)
    pico.attach_i2c(0, [chip, Registers(0x44)])
    assert pico.execute(OPEN_I2C + "print(i2c.readfrom_mem(0x29, 3, 4))") == r"b'\x03\x04\x05\x06'" + "\r\n"
    stops = chip.stops
    pico.execute("i2c.writeto_mem(0x29, 8, b'kelex'); i2c.writeto(0x44, b'\\x00\\xff')")
    assert chip.registers[8:13] == b"kelex"
    assert chip.stops == stops + 1


def test_i2c_takes_bus_time(pico: EmulatedPico) -> None:
    pico.attach_i2c(0, [Registers(0x29)])
    timed = "from time import ticks_us; t = ticks_us(); i2c.readfrom(0x29, 100); print(ticks_us() - t)"
    took_us = int(pico.execute(OPEN_I2C + "i2c.writeto(0x29, b'\\0')\n" + timed))
    assert took_us == pytest.approx(101 * 9 / 0.4, rel=0.1)


@pytest.mark.parametrize("bus_is_empty", [True, False])
def test_an_absent_chip_raises_oserror_at_once(pico: EmulatedPico, bus_is_empty: bool) -> None:
    if not bus_is_empty:
        pico.attach_i2c(0, [Registers(0x29)])
    attempt = """
write, read = lambda: i2c.writeto(0x30, b'\\1\\2'), lambda: i2c.readfrom(0x30, 2)
for attempt in (write, read, lambda: i2c.readfrom_mem(0x30, 0, 2)):
    start = time.ticks_us()
    try:
        attempt()
    except OSError as error:
        print(error.errno, time.ticks_us() - start < 1000)
"""
    assert pico.execute(OPEN_I2C + "import time" + attempt) == "5 True\r\n" * 3


def test_a_byte_refused_ends_the_write_and_the_bus_goes_on(pico: EmulatedPico) -> None:
    pico.attach_i2c(0, [Registers(0x29)])
    source = OPEN_I2C + "print(i2c.writeto(0x29, b'\\x0e\\1\\2\\3\\4'), i2c.readfrom_mem(0x29, 14, 2))"
    # Acknowledged: the pointer and registers 14 and 15.
    assert pico.execute(source) == r"3 b'\x01\x02'" + "\r\n"


def test_pins_are_read_and_interrupt_once_per_edge(pico: EmulatedPico) -> None:
    pico.execute("""
from machine import Pin
edges = []
pin = Pin(16, Pin.IN, Pin.PULL_UP)
pin.irq(lambda p: edges.append(p.value()), Pin.IRQ_RISING | Pin.IRQ_FALLING)
""")
    assert pico.execute("print(pin.value())") == "1\r\n"
    for level in (False, False, True, True, False):
        pico.set_pin(16, level)
        pico.run(0.001)
    assert pico.execute("print(pin.value(), edges)") == "0 [0, 1, 0]\r\n"
    pico.set_pin(16, None)
    flip = "for pull in (Pin.PULL_UP, Pin.PULL_DOWN, Pin.PULL_UP): pin.init(Pin.IN, pull); print(pin.value())"
    assert pico.execute(flip).split() == ["1", "0", "1"]


def test_adc_channels_are_read(pico: EmulatedPico) -> None:
    pico.set_adc(1, 1000)
    assert int(pico.execute("from machine import ADC; print(ADC(27).read_u16())")) >> 4 == 1000
    pico.feed_adc(0, iter(range(100, 200)).__next__)
    assert pico.execute("print([ADC(26).read_u16() >> 4 for _ in range(3)])") == "[100, 101, 102]\r\n"


def test_a_servo_pulse_is_read_back(pico: EmulatedPico) -> None:
    assert pico.pwm_pulse_us(6) is None
    pico.execute("from machine import PWM, Pin; a, b = PWM(Pin(6), freq=50), PWM(Pin(7), freq=50)")
    pico.execute("a.duty_ns(1_500_000); b.duty_ns(900_000)")
    pico.run(0.025)
    assert pico.pwm_pulse_us(6) == pytest.approx(1500, abs=1)
    assert pico.pwm_pulse_us(7) == pytest.approx(900, abs=1)
    assert pico.pwm_hz(6) == pytest.approx(50, abs=0.1)
    assert (pico.pwm_pulse_us(8), pico.pwm_hz(8)) == (None, None)
    pico.execute("a.deinit()")
    assert pico.pwm_pulse_us(6) is None


def test_levels_and_pixels_are_read_from_the_pins(pico: EmulatedPico) -> None:
    frames: list[bytes] = []
    line = PixelLine(pico, 17, frames.append)
    assert pico.level(17) is None
    pico.execute("from machine import Pin, bitstream; pin = Pin(17, Pin.OUT, value=1)")
    assert pico.level(17) is True
    pico.execute("pin.value(0)")
    line.strange.clear()
    frames.clear()
    pico.execute(r"bitstream(pin, 0, (400, 850, 800, 450), b'\x00\xff\xa5')")
    assert pico.level(17) is False
    assert (frames, line.strange) == ([b"\x00\xff\xa5"], [])
    pico.execute(r"bitstream(pin, 0, (400, 850, 1200, 450), b'\x01')")
    assert len(line.strange) == 1


def test_a_flash_erase_takes_its_time(pico: EmulatedPico) -> None:
    erase = "import rp2, time; t = time.ticks_us(); rp2.Flash().ioctl(6, 300); print(time.ticks_us() - t)"
    assert int(pico.execute(erase)) == pytest.approx(45_000, rel=0.05)


def test_files_written_outlive_a_reset(pico: EmulatedPico) -> None:
    pico.execute("with open('kept.txt', 'w') as file: file.write('yes')\nnow = 1")
    pico.send(b"import machine; machine.reset()\r")
    assert pico.run(1.0, until=lambda: pico.resets == 1)
    pico.run(0.25)
    assert pico.execute("print(open('kept.txt').read(), 'now' in dir())") == "yes False\r\n"


def test_the_same_seed_gives_the_same_bytes_at_the_same_time(micropython: Path) -> None:
    def life(seed: int) -> tuple[bytes, float]:
        pico = EmulatedPico(micropython, seed=seed)
        pico.execute("import os, time; print(os.urandom(8), time.ticks_us())")
        pico.execute("for i in range(20): print(time.ticks_us()); time.sleep_ms(7)")
        return bytes(pico.received), pico.seconds

    assert life(1) == life(1)
    assert life(1) != life(2)


def test_a_port_that_nobody_reads_blocks_a_write_for_half_a_second_and_loses_it(pico: EmulatedPico) -> None:
    """MicroPython's time-out, MICROPY_HW_USB_CDC_TX_TIMEOUT: what the drone's credits are for."""
    pico.execute(
        "import sys, time, machine\n"
        "def say(timer):\n"
        "    global took\n"
        "    took = []\n"
        "    for i in range(12):\n"
        "        start = time.ticks_ms(); sys.stdout.buffer.write(b'%02d' % i + b'x' * 62)\n"
        "        took.append(time.ticks_diff(time.ticks_ms(), start))\n"
        "timer = machine.Timer(mode=machine.Timer.ONE_SHOT, period=100, callback=say)"
    )
    pico.host.read(False)
    start = len(pico.received)
    pico.run(8.0)
    assert len(pico.received) == start
    pico.host.read(True)
    pico.run(0.1)
    kept = bytes(pico.received[start:])
    took_ms = [int(each) for each in pico.execute("print(*took)").split()]
    blocked = [i for i, ms in enumerate(took_ms) if ms]
    assert blocked
    assert blocked[0] >= 4, "what the chip and MicroPython buffer goes at once"
    assert [took_ms[i] for i in blocked] == [pytest.approx(500, abs=10)] * len(blocked)
    assert [i for i in range(12) if b"%02dx" % i not in kept] == blocked


def test_a_closed_port_blocks_nobody(pico: EmulatedPico) -> None:
    pico.execute("import sys, time, machine")
    pico.send(b"time.sleep_ms(99); t = time.ticks_ms(); sys.stdout.write('x' * 4000); t = time.ticks_ms() - t\r")
    pico.run(0.05)
    pico.host.open(False)
    pico.run(0.5)
    pico.host.open(True)
    pico.run(0.05)
    assert int(pico.execute("print(t)")) < 100


def test_a_board_outlives_its_cable(pico: EmulatedPico) -> None:
    pico.execute("import time; began = time.ticks_ms()")
    pico.host.unplug()
    assert not pico.host.is_ready
    pico.run(0.5)
    pico.host.plug()
    assert pico.run(0.2, until=lambda: pico.host.is_ready)
    pico.run(0.01)
    assert 500 < int(pico.execute("print(time.ticks_diff(time.ticks_ms(), began))")) < 1000


def test_a_flash_file_is_up_to_date_at_each_moment(micropython: Path, tmp_path: Path) -> None:
    path = tmp_path / "board.flash"
    pico, _ = make_board(uf2=micropython / "firmware.uf2", blank=True, flash=path)
    pico.execute("with open('kept.txt', 'w') as file: file.write('yes')")
    again, _ = make_board(uf2=None, blank=False, flash=path)  # the first one was never told to end
    assert again.execute("print(open('kept.txt').read())") == "yes\r\n"
