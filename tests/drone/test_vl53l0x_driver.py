"""The VL53L0X's driver on a simulated board, over the chip at its registers."""

import subprocess
from random import Random

import pytest
from drone.board_world import BoardWorld
from kelex_sim.chips.fault import Fault
from kelex_sim.chips.vl53l0x import STOP, Vl53l0xChip
from kelex_sim.pico import firmware_path

ADDRESS = 0x29
STEP_US = 100_000
REACH_MM = 2000
# Steps until the first reading from power-on; and from the end of a fault, which may come just after another start.
START_STEPS = 23
RECOVERY_STEPS = 10 + 1 + START_STEPS
# A step's bytes on the bus, addresses included: 22.5 us each at 400 kHz, so 1.3 ms and 0.5 ms.
START_BYTES, RUN_BYTES = 32, 19


class Counting:
    """`machine.I2C` that counts the bytes on the wire and notes the writes: (register, bytes)."""

    def __init__(self, i2c):
        self._i2c = i2c
        self.bytes = 0
        self.writes = []

    def readfrom_mem_into(self, address, register, buffer):
        self.bytes += 3 + len(buffer)
        self._i2c.readfrom_mem_into(address, register, buffer)

    def writeto_mem(self, address, register, data):
        self.bytes += 2 + len(data)
        self.writes.append((register, bytes(data)))
        self._i2c.writeto_mem(address, register, data)


class Filter:
    """A bus that changes what is read: `change(register, byte)`."""

    def __init__(self, chip, change):
        self._chip, self._change = chip, change
        self.address, self.end = chip.address, chip.end
        self._register, self._indexed = 0, False

    def begin(self, reading):
        self._indexed = reading
        return self._chip.begin(reading)

    def write(self, byte):
        if self._indexed:
            self._register += 1
        else:
            self._register, self._indexed = byte, True
        return self._chip.write(byte)

    def read(self):
        self._register += 1
        return self._change(self._register - 1, self._chip.read())


class Wall:
    """A VL53L0X that looks at a wall, and its driver."""

    def __init__(self, distance_mm=750.0):
        self.world = BoardWorld()
        self.distance_mm = distance_mm
        self.fault = Fault(lambda: self.world.now_us, Random(1))
        self.chip = Vl53l0xChip(ADDRESS, lambda: self.world.now_us, lambda: self.distance_mm, self.fault, Random(2))
        self.i2c = Counting(self.world.i2c(self.chip))
        self.module = self.world.load("kelex_drone.drivers.vl53l0x")
        self.restart_board()

    def restart_board(self):
        """A new driver; the chip keeps its power and its state."""
        self.driver = self.module.Vl53l0x(self.i2c, ADDRESS)

    def filter(self, change):
        self.world.i2c(Filter(self.chip, change))

    def step(self, times=1):
        for _ in range(times):
            self.driver.step()
            self.world.now_us += STEP_US
        return self.driver.range_mm

    def steps_until(self, sound, most):
        """Steps until there is a reading, or none; None if `most` were not enough."""
        for count in range(1, most + 1):
            if (self.step() is not None) == sound:
                return count
        return None

    def reads_right(self):
        return self.step() == pytest.approx(self.distance_mm, abs=max(10, self.distance_mm * 0.05))

    def registers(self):
        """What the driver has set up, page by page; results and interrupts are left out."""
        i2c, page, pages = self.world.machine.I2C(0, sda=None, scl=None), bytearray(1), []
        for page[0] in (0, 1, 6):
            i2c.writeto_mem(ADDRESS, 0xFF, page)
            data = bytearray(256)
            i2c.readfrom_mem_into(ADDRESS, 0, data)
            pages.append(bytes(0 if not page[0] and 0x13 <= i <= 0x1F else byte for i, byte in enumerate(data)))
        i2c.writeto_mem(ADDRESS, 0xFF, b"\0")
        return pages


def running(distance_mm=750.0):
    wall = Wall(distance_mm)
    wall.step(START_STEPS)
    assert wall.reads_right()
    return wall


def test_the_first_reading_comes_with_the_twenty_third_step():
    assert Wall().steps_until(True, 100) == START_STEPS


@pytest.mark.parametrize("distance", [0, 30, 200, 750, 1200, 1900])
def test_the_whole_range_is_read(distance):
    wall = running(float(distance))
    ranges = [wall.step() for _ in range(100)]
    assert all(type(each) is int for each in ranges)
    assert sum(ranges) / 100 == pytest.approx(distance, abs=max(1, distance * 0.005))


def test_every_step_has_a_new_measurement():
    wall = running()
    for wall.distance_mm in (300.0, 500.0, 700.0, 900.0, 400.0):
        assert wall.reads_right()


@pytest.mark.parametrize("distance", [None, 2100.0])
def test_nothing_within_reach_reads_as_the_reach(distance):
    wall = running()
    wall.distance_mm = distance
    assert {wall.step() for _ in range(20)} == {REACH_MM}


def result_bytes(status, millimetres):
    """A change of what is read that makes it this result."""
    fixed = {0x14: status << 3, 0x1E: millimetres >> 8, 0x1F: millimetres & 0xFF}
    return lambda register, byte: fixed.get(register, byte)


def test_every_range_of_16_bits_is_read_up_to_the_reach():
    wall = running()
    for millimetres in [*range(0, 65536, 251), 1999, 2000, 2001, 65535]:
        wall.filter(result_bytes(11, millimetres))
        assert wall.step() == min(millimetres, REACH_MM)


@pytest.mark.parametrize("status", range(16))
def test_a_device_status_says_whether_there_is_a_range_or_nothing_or_no_measurement(status):
    wall = running()
    wall.filter(result_bytes(status, 123))
    reading = wall.step(5)
    expected = {4: REACH_MM, 6: REACH_MM, 9: REACH_MM, 10: 123, 11: 123}
    assert reading == expected.get(status)


@pytest.mark.parametrize("interrupt", [0x00, 0x01, 0x07, 0x0C, 0x14, 0xFF])
def test_only_a_new_sample_without_an_error_is_a_measurement(interrupt):
    wall = running()
    wall.filter(lambda register, byte: interrupt if register == 0x13 else byte)
    assert wall.step(4) is not None
    assert wall.step() is None


def test_it_sets_the_chip_up_as_sts_api_does():
    wall = running()
    first, second, sixth = wall.registers()
    assert first[0x89] & 1  # 2V8 mode
    assert first[0x0A] == 4
    assert first[0x01] == 0xE8
    assert first[0x71:0x73] == b"\x02\x94"
    # Five aperture SPADs: the first good ones from the twelfth on, of which 13 and 17 are bad.
    assert first[0xB0:0xB6] == b"\x00\xd0\x05\x00\x00\x00"
    assert (first[0xB6], first[0x66], first[0x46], first[0x25]) == (0xB4, 0xA0, 0x25, 0xFF)
    assert (second[0x46], second[0x4E], second[0x43], second[0x0D]) == (0x05, 0x2C, 0x40, 0x01)
    assert first[0x80] == 0
    assert second[0x00] == 1
    assert sixth[0x83] == 0  # the NVM is shut again
    last = [write for write in wall.i2c.writes if write[0] != 0x0B][-5:]
    assert last == [(0x91, bytes([STOP])), (0x00, b"\1"), (0xFF, b"\0"), (0x80, b"\0"), (0x00, b"\2")]


def test_the_interrupt_pin_is_made_active_low_and_the_other_bits_stay():
    wall = Wall()
    wall.filter(lambda register, byte: 0x13 if register == 0x84 else byte)
    wall.step(START_STEPS)
    assert (0x84, b"\x03") in wall.i2c.writes


def test_a_chip_with_too_few_good_spads_is_not_ranged_with():
    wall = Wall()
    wall.filter(lambda register, byte: 0x01 if 0xB0 <= register <= 0xB5 else byte)
    assert wall.step(60) is None
    assert (0x00, b"\2") not in wall.i2c.writes


def test_no_step_has_much_to_say_on_the_bus():
    wall = Wall()
    told = []
    for _ in range(START_STEPS + 10):
        wall.i2c.bytes = 0
        wall.step()
        told.append(wall.i2c.bytes)
    assert max(told[: START_STEPS - 1]) <= START_BYTES
    assert set(told[START_STEPS - 1 :]) == {RUN_BYTES}


@pytest.mark.parametrize("kind", ["absent", "nan", "stall"])
def test_after_500_ms_without_a_measurement_there_is_no_reading_and_after_the_fault_there_is_again(kind):
    wall = running()
    wall.fault.begin(kind, None)
    assert wall.step(4) is not None
    assert wall.step() is None
    for _ in range(50):
        assert wall.step() is None
    wall.fault.end()
    assert wall.steps_until(True, RECOVERY_STEPS) is not None
    assert wall.reads_right()


@pytest.mark.parametrize("kind", ["absent", "nan", "stall"])
def test_a_short_fault_is_bridged(kind):
    wall = running()
    wall.fault.begin(kind, 0.4)
    for _ in range(4):
        assert wall.step() is not None
    wall.distance_mm = 400.0
    assert wall.reads_right()
    assert wall.i2c.writes.count((0xBF, b"\0")) == 1


def test_misses_count_in_a_row_only():
    wall = running()
    for _ in range(5):
        wall.fault.begin("stall", 0.35)
        for _ in range(6):
            assert wall.step() is not None


@pytest.mark.parametrize("kind", ["absent", "nan", "stall"])
@pytest.mark.parametrize("steps", [0, 1, 2, 3, 5, 9, 10, 11, 12, 17])
def test_it_recovers_whenever_the_fault_ends(kind, steps):
    wall = Wall()
    wall.fault.begin(kind, None)
    assert wall.step(steps) is None
    wall.fault.end()
    assert wall.steps_until(True, RECOVERY_STEPS) is not None
    assert wall.reads_right()


def test_a_sensor_that_is_not_there_is_asked_about_once_a_second():
    wall = Wall()
    wall.fault.begin("absent", None)
    wall.step(111)
    assert len(wall.i2c.writes) == 11


def test_another_chip_at_its_address_is_never_set_up():
    wall = Wall()
    wall.filter(lambda register, byte: 0xEA if register == 0xC0 else byte)
    assert wall.step(100) is None
    assert {register for register, _ in wall.i2c.writes} == {0xFF, 0x80, 0xBF}


def test_a_stuck_sensor_reads_the_same():
    wall = running()
    reading = wall.driver.range_mm
    wall.fault.begin("stuck", None)
    wall.distance_mm = 300.0
    assert {wall.step() for _ in range(20)} == {reading}


def test_a_noisy_sensor_leaps():
    wall = running()
    wall.fault.begin("noisy", None)
    ranges = [wall.step() for _ in range(30)]
    assert max(ranges) - min(ranges) > 500


def test_a_chip_that_lost_its_power_is_started_again():
    wall = running()
    before = wall.registers()
    wall.chip.reset()
    assert wall.step(5) is None
    assert wall.steps_until(True, START_STEPS) is not None
    assert wall.reads_right()
    assert wall.registers() == before


# When something comes in between a start: before each of its steps.
at_each_step = pytest.mark.parametrize("step", range(START_STEPS + 1))


@pytest.fixture(scope="module")
def set_up():
    """The registers after a start without incident."""
    return running().registers()


@at_each_step
def test_a_power_loss_during_the_start_leaves_nothing_half_set_up(step, set_up):
    wall = Wall()
    wall.step(step)
    wall.chip.reset()
    wall.step(5)  # a reading from before no longer counts
    assert wall.steps_until(True, START_STEPS + RECOVERY_STEPS) is not None
    assert wall.reads_right()
    assert wall.registers() == set_up


@at_each_step
def test_a_board_that_restarts_alone_starts_the_chip_from_any_state(step, set_up):
    wall = Wall()
    wall.step(step)
    wall.restart_board()
    assert wall.steps_until(True, START_STEPS) is not None
    assert wall.reads_right()
    assert wall.registers() == set_up


@at_each_step
@pytest.mark.parametrize("kind", ["absent", "nan", "stall"])
def test_a_fault_of_one_step_during_the_start_leaves_nothing_half_set_up(kind, step, set_up):
    wall = Wall()
    wall.step(step)
    wall.fault.begin(kind, 0.1)
    assert wall.steps_until(True, RECOVERY_STEPS + START_STEPS) is not None
    assert wall.reads_right()
    assert wall.registers() == set_up


@at_each_step
def test_a_start_waits_for_a_slow_calibration(step):
    wall = Wall()
    wall.step(step)
    wall.fault.begin("stall", 0.35)
    assert wall.steps_until(True, START_STEPS + 4) is not None
    assert wall.reads_right()
    assert wall.i2c.writes.count((0xBF, b"\0")) == 1


ALLOCATION = """
import micropython
from kelex_drone.drivers import vl53l0x

class Chip:
    '''Answers every read so that the driver is content; for `lost` steps there is no measurement.'''
    def __init__(self):
        self.lost = False

    def readfrom_mem_into(self, address, register, buffer):
        for i in range(len(buffer)):
            buffer[i] = 0x01
        if register == 0xC0:
            buffer[0] = 0xEE
            buffer[1] = 0xAA
            buffer[2] = 0x10
        elif register == 0x13:
            buffer[0] = 0 if self.lost else 4
            if len(buffer) > 1:
                buffer[1] = 11 << 3
                buffer[11] = 3
                buffer[12] = 0xE8

    def writeto_mem(self, address, register, data):
        pass

chip, lost = Chip(), 0
sensor = vl53l0x.Vl53l0x(chip, 0x29)
for i in range(40):
    sensor.step()
assert sensor.range_mm == 1000, sensor.range_mm
micropython.heap_lock()
for i in range(50):
    sensor.step()
chip.lost = True
for i in range(5):
    sensor.step()
lost = sensor.range_mm
micropython.heap_unlock()
print("clean", lost)
"""


def test_micropython_starts_it_and_then_allocates_nothing(micropython):
    ran = subprocess.run(
        [micropython / "micropython", "-c", ALLOCATION],
        env={"MICROPYPATH": str(firmware_path())}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (ran.stdout, ran.stderr) == ("clean None\n", "")
