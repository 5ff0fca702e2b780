"""The analogue inputs on a simulated board: light, battery, microphone, and each with every fault."""

from array import array
from math import log10, pi, sin, sqrt
from random import Random

import pytest
from drone.board_world import BoardWorld
from drone.drone_rig import FakeLimbs, FakeLink, Senses
from drone.test_tremor import Small
from kelex_drone import board
from kelex_drone.sensing import LIGHT as LIGHT_CHANNEL
from kelex_drone.sensing import SOUND as SOUND_CHANNEL
from kelex_drone.sensing import VOLTAGE as VOLTAGE_CHANNEL
from kelex_drone.sensing import Sensing
from kelex_sim.chips.analogue import AnalogueModel
from kelex_sim.chips.fault import KINDS, Fault
from kelex_sim.wiring import BATTERY_RATIO, LIGHT_DARK_V, LIGHT_V_PER_LUX

LIGHT, MICROPHONE, BATTERY = board.LIGHT_PIN, board.MICROPHONE_PIN, board.BATTERY_PIN
REST_V = 1.65
# Bursts after which the microphone's rest is known anew.
SETTLED = 100
NOISY_V = {LIGHT: 2.0, MICROPHONE: 8.0, BATTERY: 0.8}
SAMPLE_US = 125
LOOK_US = 50_000


class Inputs:
    """The three parts and their driver; `volts` is what each puts on its pin, `sound(t)` the microphone's swing."""

    def __init__(self, noise_v=0.0016, seed=1):
        self.world = BoardWorld()
        self.volts = {LIGHT: 1.2, MICROPHONE: REST_V, BATTERY: 1.9}
        self.sound = lambda t: 0.0
        self.samples = 0
        self.faults = {gpio: Fault(lambda: self.world.now_us, Random(seed)) for gpio in self.volts}
        for gpio, fault in self.faults.items():
            model = AnalogueModel(self.source(gpio), fault, Random(seed), leap_v=NOISY_V[gpio], noise_v=noise_v)
            self.world.board.wire_analogue(gpio, model.sample)
        driver = self.world.load("kelex_drone.drivers.analogue")
        self.analogue = driver.Analogue(LIGHT, MICROPHONE, BATTERY)

    def source(self, gpio):
        if gpio != MICROPHONE:
            return lambda: self.volts[gpio]

        def heard():
            self.samples += 1
            return self.volts[gpio] + self.sound(self.samples * SAMPLE_US / 1e6)

        return heard

    def light(self):
        self.analogue.read_light()
        return self.analogue.light_lux

    def battery(self):
        self.analogue.read_battery()
        return self.analogue.battery_mv

    def listen(self):
        """What is heard at the next look; 400 samples have come since the last one."""
        self.world.now_us += LOOK_US
        self.analogue.listen()
        return self.analogue.sound_cdb


@pytest.fixture
def inputs():
    return Inputs()


# Light


@pytest.mark.parametrize("lux", [0, 1, 10, 50, 200, 400, 600])
def test_light_is_right_to_one_lux(inputs, lux):
    inputs.volts[LIGHT] = LIGHT_DARK_V + lux * LIGHT_V_PER_LUX
    assert all(abs(inputs.light() - lux) <= 1 for _ in range(50))


def test_the_brightest_that_the_transistor_can_tell_is_no_fault(inputs):
    inputs.volts[LIGHT] = 3.2
    assert 600 < inputs.light() <= 1000


@pytest.mark.parametrize("volts", [0.0, 0.1, 3.29])
def test_what_no_transistor_can_say_is_no_light(inputs, volts):
    inputs.volts[LIGHT] = volts
    assert inputs.light() is None


# Battery


@pytest.mark.parametrize("volts", [5.0, 6.0, 7.4, 8.4])
def test_the_battery_is_right_to_a_hundredth_of_a_volt(inputs, volts):
    inputs.volts[BATTERY] = volts / BATTERY_RATIO
    assert all(abs(inputs.battery() - 1000 * volts) <= 10 for _ in range(50))


def test_full_scale_fits_the_schema(inputs):
    inputs.volts[BATTERY] = 3.3
    assert 13_150 <= inputs.battery() <= 13_200


# Sound


def level_of(volts):
    """A sine's level, in hundredths of a decibel of a square wave of full swing."""
    return 2000 * log10(volts / sqrt(2) / REST_V)


@pytest.mark.parametrize("volts", [0.02, 0.05, 0.2, 0.9, 1.6])
@pytest.mark.parametrize("hz", [187.5, 437.5])  # whole periods in the 32 ms that are judged
def test_a_sines_level_is_right_to_half_a_decibel(volts, hz):
    inputs = Inputs()
    inputs.sound = lambda t: volts * sin(2 * pi * hz * t)
    assert all(abs(inputs.listen() - level_of(volts)) < 50 for _ in range(20))


@pytest.mark.parametrize("rest_v", [1.40, 1.55, 1.6511, 1.80, 1.95])
def test_an_amplifier_that_rests_a_little_off_hears_no_louder_for_that(rest_v):
    inputs = Inputs(noise_v=0.004)
    centred = sorted(inputs.listen() for _ in range(400))
    inputs.volts[MICROPHONE] = rest_v
    for _ in range(SETTLED):
        inputs.listen()
    off = sorted(inputs.listen() for _ in range(400))
    assert abs(off[200] - centred[200]) < 60
    assert abs(off[380] - centred[380]) < 100


def test_a_quiet_room_is_quiet_from_the_first_look_on():
    inputs = Inputs()
    inputs.world.now_us += 40 * SAMPLE_US  # a look goes back by more than that
    levels = []
    for _ in range(SETTLED):
        inputs.analogue.listen()
        levels.append(inputs.analogue.sound_cdb)
        inputs.world.now_us += LOOK_US
    assert max(levels) < -4500


def test_silence_has_a_level_and_a_living_raw_reading():
    inputs = Inputs(noise_v=0.004)
    inputs.listen()
    heard = [(inputs.listen(), inputs.analogue.sound_raw) for _ in range(100)]
    assert all(-9000 <= level < -4000 for level, _ in heard)
    assert len({raw for _, raw in heard}) > 60


@pytest.mark.parametrize("volts", [0.0, 0.3, 3.0, 3.3])
def test_what_does_not_rest_near_the_middle_is_no_microphone(inputs, volts):
    inputs.volts[MICROPHONE] = volts
    assert [inputs.listen() for _ in range(SETTLED)][-1] is None


@pytest.mark.parametrize("hz", [150, 300, 450, 1000])
def test_the_loudest_sounds_are_heard_though_a_burst_is_shorter_than_they_are(hz):
    inputs = Inputs(noise_v=0.004)
    inputs.sound = lambda t: 3.3 * sin(2 * pi * hz * t)  # twice the swing that the amplifier has
    heard = [inputs.listen() for _ in range(200)]
    assert None not in heard
    assert max(heard) > -400


@pytest.mark.parametrize("count", [0, 1, 2047, 2048, 2049, 4095])
@pytest.mark.parametrize("other", [0, 4095])
def test_nothing_in_a_burst_leaves_what_the_board_holds_without_heap(inputs, count, other, monkeypatch):
    inputs.analogue.converter.ring = memoryview(array("H", [count] * 1000 + [other] * 24))
    driver = type(inputs.analogue).listen.__globals__
    for compiled in ("sum_of", "squares_of"):  # what comes out of machine code
        monkeypatch.setitem(driver, compiled, lambda ring, at, function=driver[compiled]: Small(function(ring, at)))
    inputs.analogue.listen()
    assert isinstance(inputs.analogue.sound_raw, Small)


# Faults: what is believed of the driver, by the senses.

CHANNELS = {LIGHT: LIGHT_CHANNEL, MICROPHONE: SOUND_CHANNEL, BATTERY: VOLTAGE_CHANNEL}


class Believing:
    """The senses over this driver; `take` gives what they believe of a part at each of their steps."""

    def __init__(self, inputs, gpio):
        self.inputs = inputs
        sensors = Senses().drivers()
        sensors.analogue = inputs.analogue
        self.sensing = Sensing(FakeLink(), sensors, FakeLimbs())
        self.channel = CHANNELS[gpio]
        self.take(4)

    def take(self, steps):
        said = []
        for _ in range(steps):
            self.inputs.world.now_us += LOOK_US
            self.sensing.step(0)
            said.append(self.sensing.senses.values[self.channel])
        return said


@pytest.mark.parametrize("gpio", CHANNELS)
def test_a_sound_part_is_believed_for_ever(inputs, gpio):
    assert None not in Believing(inputs, gpio).take(10_000)


@pytest.mark.parametrize("light_v", [LIGHT_DARK_V, 0.6, 1.2, 2.0, 3.0])
@pytest.mark.parametrize("seed", range(3))
def test_a_noisy_light_sensor_is_noticed_in_the_dark_and_in_the_brightest_light(light_v, seed):
    inputs = Inputs(seed=seed)
    inputs.volts[LIGHT] = light_v
    believing = Believing(inputs, LIGHT)
    inputs.faults[LIGHT].begin("noisy", None)
    faulty = believing.take(800)
    assert faulty.index(None) <= 100
    assert faulty[200:].count(None) >= 0.9 * 600


def test_a_light_that_is_switched_on_and_off_each_second_is_believed(inputs):
    believing, said = Believing(inputs, LIGHT), []
    for _ in range(20):
        for volts in (LIGHT_DARK_V, 3.0):
            inputs.volts[LIGHT] = volts
            said += believing.take(20)
    assert None not in said


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("gpio", CHANNELS)
def test_every_fault_is_noticed_and_over_when_it_is_over(gpio, kind):
    inputs = Inputs()
    believing = Believing(inputs, gpio)
    assert None not in believing.take(20)
    inputs.faults[gpio].begin(kind, None)
    faulty = believing.take(800)
    assert faulty.index(None) <= 410
    assert faulty[-200:].count(None) >= 180
    inputs.faults[gpio].end()
    assert None not in believing.take(120)[40:]
