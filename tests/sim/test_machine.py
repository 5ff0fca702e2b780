"""The fake `machine` and the board behind it: what the firmware's drivers see of pins, pulses, converters and buses."""

import pytest
from kelex_sim.board import FLOATING, WATCHDOG_RESET, Board
from kelex_sim.machine import BoardReset, make_machine


class Chip:
    """Eight registers at 0x10, by the byte protocol; `log` is what the bus did."""

    def __init__(self, address=0x10):
        self.address, self.log, self.registers, self.pointer, self.acknowledges = address, [], bytearray(8), 0, True

    def begin(self, reading):
        self.log.append("read" if reading else "write")
        self.fresh = not reading
        return self.acknowledges

    def write(self, byte):
        if self.fresh:
            self.pointer, self.fresh = byte, False
        elif self.pointer >= 8:
            return False
        else:
            self.registers[self.pointer] = byte
            self.pointer += 1
        return True

    def read(self):
        self.pointer += 1
        return self.registers[self.pointer - 1]

    def end(self):
        self.log.append("end")


@pytest.fixture
def board():
    return Board()


@pytest.fixture
def machine(board):
    return make_machine(board)


def test_a_pin_that_nobody_drives_follows_its_pull(machine):
    pin = machine.Pin(15, machine.Pin.IN, machine.Pin.PULL_UP)
    assert pin.value() == 1
    pin.init(machine.Pin.IN, machine.Pin.PULL_DOWN)
    assert pin.value() == 0
    pin.init(machine.Pin.IN)
    assert pin.value() == 0


@pytest.mark.parametrize("level", [0, 1])
def test_a_driven_pin_holds_its_level_against_either_pull(board, machine, level):
    board.wire_input(15, lambda: level)
    for pull in (machine.Pin.PULL_UP, machine.Pin.PULL_DOWN):
        assert machine.Pin(15, machine.Pin.IN, pull).value() == level


def test_a_cable_that_is_cut_while_the_firmware_runs_is_seen_at_the_next_look(board, machine):
    levels = [1]
    board.wire_input(15, lambda: levels[0])
    pin = machine.Pin(15, machine.Pin.IN, machine.Pin.PULL_DOWN)
    assert pin.value() == 1
    levels[0] = FLOATING
    assert pin.value() == 0


def test_an_output_is_driven_to_its_first_value_and_at_each_change(board, machine):
    levels = []
    board.wire_output(19, levels.append)
    pin = machine.Pin(19, machine.Pin.OUT, value=0)
    pin.value(1)
    pin.value(0)
    assert levels == [0, 1, 0]


def test_what_is_not_wired_takes_everything_and_says_nothing(machine):
    machine.Pin(2, machine.Pin.OUT, value=1).value(0)
    machine.PWM(machine.Pin(3), freq=50, duty_ns=1_500_000)
    machine.bitstream(machine.Pin(4), 0, (400, 850, 800, 450), b"\1\2\3")
    assert machine.ADC(machine.Pin(26)).read_u16() == 0
    with pytest.raises(OSError, match="5"):
        machine.I2C(0, sda=machine.Pin(4), scl=machine.Pin(5)).writeto(0x10, b"\0")


@pytest.fixture
def pulses(board):
    pulses = []
    board.wire_pwm(6, lambda pulse_us, hz: pulses.append((pulse_us, hz)))
    return pulses


def test_a_pulse_has_the_length_and_the_frequency_that_it_was_told(machine, pulses):
    pwm = machine.PWM(machine.Pin(6), freq=50, duty_ns=1_500_000)
    pwm.duty_ns(2_000_000)
    assert pulses == [(1500.0, 50), (2000.0, 50)]


def test_a_duty_is_a_share_of_the_period_and_stays_so_at_another_frequency(machine, pulses):
    pwm = machine.PWM(machine.Pin(6), freq=1000, duty_u16=0)
    pwm.duty_u16(65535)
    pwm.freq(500)
    pwm.duty_u16(32768)
    pwm.duty_u16(0)
    assert [hz for _, hz in pulses] == [1000, 1000, 500, 500, 500]
    assert [pulse_us for pulse_us, _ in pulses] == pytest.approx([0, 1000, 2000, 1000, 0], abs=0.02)


def test_a_pwm_without_a_duty_sends_nothing_and_one_that_ends_sends_no_more(machine, pulses):
    pwm = machine.PWM(machine.Pin(6), freq=50)
    assert pulses == []
    pwm.duty_ns(1_000_000)
    pwm.deinit()
    assert pulses[-1] == (0.0, 0)


def test_an_analogue_input_gives_what_is_sampled_at_its_pin_each_time(board, machine):
    samples = iter([0, 65535, 32768])
    board.wire_analogue(26, lambda: next(samples))
    adc = machine.ADC(machine.Pin(26))
    assert [adc.read_u16() for _ in range(3)] == [0, 65535, 32768]


def test_a_bit_stream_arrives_whole_and_is_a_copy(board, machine):
    streams, data = [], bytearray(b"\1\2\3")
    board.wire_stream(17, streams.append)
    machine.bitstream(machine.Pin(17), 0, (400, 850, 800, 450), data)
    data[0] = 9
    assert streams == [b"\1\2\3"]


def i2c(board, machine, *chips):
    board.wire_i2c(0, chips)
    return machine.I2C(0, sda=machine.Pin(4), scl=machine.Pin(5), freq=400_000)


def test_a_register_is_written_and_read_with_those_after_it(board, machine):
    chip = Chip()
    bus = i2c(board, machine, Chip(0x20), chip)
    bus.writeto_mem(0x10, 2, b"\xaa\xbb")
    buffer = bytearray(4)
    bus.readfrom_mem_into(0x10, 1, buffer)
    assert buffer == b"\0\xaa\xbb\0"
    assert chip.log == ["write", "end", "write", "read", "end"]  # a repeated start, not a stop, before the read


def test_a_plain_write_says_how_many_bytes_were_acknowledged(board, machine):
    bus = i2c(board, machine, Chip())
    assert bus.writeto(0x10, bytes(9)) == 9
    assert bus.writeto(0x10, b"\x06\1\2\3") == 3


def test_what_is_not_acknowledged_is_an_error(board, machine):
    chip = Chip()
    bus = i2c(board, machine, chip)
    with pytest.raises(OSError, match="5"):
        bus.writeto_mem(0x10, 6, b"\1\2\3")
    chip.acknowledges = False
    for act in (
        lambda: bus.writeto(0x10, b"\0"),
        lambda: bus.readfrom_into(0x10, bytearray(1)),
        lambda: bus.readfrom_mem_into(0x10, 0, bytearray(1)),
    ):
        with pytest.raises(OSError, match="5"):
            act()


def test_a_bus_has_no_chip_of_another_bus(board, machine):
    board.wire_i2c(1, [Chip()])
    with pytest.raises(OSError, match="5"):
        i2c(board, machine).readfrom_into(0x10, bytearray(1))


def test_a_reset_makes_every_output_quiet_and_says_why(board, machine, pulses):
    levels = []
    board.wire_output(19, levels.append)
    machine.Pin(19, machine.Pin.OUT, value=1)
    machine.PWM(machine.Pin(6), freq=50, duty_ns=1_500_000)
    machine.WDT(timeout=8000)
    board.reset(WATCHDOG_RESET)
    assert (pulses[-1], levels[-1], board.watchdog_us) == ((0.0, 0), 0, 0)
    assert machine.reset_cause() == WATCHDOG_RESET


def test_the_firmware_that_asks_for_a_reset_does_not_run_on(machine):
    with pytest.raises(BoardReset):
        machine.reset()
