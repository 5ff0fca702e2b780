"""The firmware on the real MicroPython: it boots, talks to the real bridge, moves, senses, and survives.

One board serves the whole file. It powers up with the touch pad held, is measured from its prompt, and then
made to hang; its watchdog starts it again, and that start, from `main.py`, is the one that the tests live with.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from emulated.emulated_drone import FIRMWARE, PIR_PIN, TOUCH_PIN, EmulatedDrone
from emulated.emulated_pico import EmulatedPico
from kelex_wire import frame, schema

WORKBENCH = Path(__file__).with_name("workbench.py")
ONLINE_WITHIN_S = 1.0  # from a start of the board
WATCHDOG_S = 8.0
REPORTED_WITHIN_S = 0.3
PERIOD_S = 0.02
LATCH_US = 1.0  # how exactly a pulse is what was ordered
# What a pulse may change by from one period to the next: 180 and 120 degrees a second over two 20 ms ticks,
# as ticks and periods are not in step.
PAN_STEP_US, TILT_STEP_US = 2 * 3.6 * 1000 / 90, 2 * 2.4 * 1000 / 90
PAN_RANGE_US, TILT_RANGE_US = (500, 2500), (1500 - 30 * 1000 / 90, 1500 + 45 * 1000 / 90)

Costs = dict[tuple[str, str], tuple[int, int, int]]  # (phase, label): how often, most bytes, mean us


class Story:
    """The board, and what was measured and seen of it before the live tests."""

    def __init__(self, micropython: Path) -> None:
        self.drone = EmulatedDrone(micropython, {"lib/workbench.py": WORKBENCH.read_bytes()})
        self.costs: Costs = {}
        self.idle: dict[str, int] = {}
        self.heap_free = 0
        self.first_boot = 0
        self.reset_after_s = 0.0
        self.online_after_s = 0.0

    def measure(self) -> None:
        """Power up into maintenance and measure from the prompt."""
        pico = self.drone.pico
        pico.set_pin(TOUCH_PIN, True)
        assert pico.run(2.0, until=lambda: b"maintenance" in pico.received and b">>> " in pico.received)
        for line in pico.execute("import workbench; workbench.measure()").splitlines():
            words = line.split()
            if words[0] == "heap":
                self.heap_free = int(words[1])
            elif words[0] == "idle":
                self.idle[words[1]] = int(words[2])
            else:
                self.costs[words[0], words[1]] = int(words[2]), int(words[3]), int(words[4])

    def hang(self) -> None:
        """Let it go online, hang in a step until its watchdog starts it again, and go online once more."""
        drone = self.drone
        drone.pico.set_pin(TOUCH_PIN, False)
        drone.pico.send(b"workbench.hang()\r")
        drone.run_board_alone(0.05)  # the prompt's echo
        assert drone.run(1.0, until=lambda: drone.online)
        self.first_boot = drone.boot
        began_s = drone.pico.seconds
        assert drone.run(WATCHDOG_S + 1.0, until=lambda: drone.pico.resets == 1)
        self.reset_after_s = drone.pico.seconds - began_s
        began_s = drone.pico.seconds
        assert drone.run(2.0, until=lambda: drone.online), drone.notices
        self.online_after_s = drone.pico.seconds - began_s


@pytest.fixture(scope="module")
def story(micropython: Path) -> Story:
    story = Story(micropython)
    story.measure()
    story.hang()
    return story


@pytest.fixture
def drone(story: Story) -> EmulatedDrone:
    """The board as `main.py` started it, online."""
    return story.drone


def until_senses(drone: EmulatedDrone, seconds: float, **expected: object) -> None:
    """Run until the senses document has these values; fail after `seconds`."""

    def has_come() -> bool:
        senses = drone.document("senses")
        return all(senses.get(name, "absent") == value for name, value in expected.items())

    assert drone.run(seconds, until=has_come), (expected, drone.document("senses"))


def test_it_starts_from_main_and_comes_online(story: Story) -> None:
    assert story.online_after_s < ONLINE_WITHIN_S
    drone = story.drone
    assert drone.bridge.drones["kelex"].identity == "kelex 0.1.0"
    assert drone.notices[-1] == f"kelex: online (kelex 0.1.0, boot {drone.boot})"


def test_its_watchdog_starts_it_again_when_a_step_hangs(story: Story) -> None:
    assert WATCHDOG_S < story.reset_after_s < WATCHDOG_S + 1.0  # it hangs half a second after it was online
    assert story.drone.pico.resets == 1
    assert (story.first_boot, story.drone.boot) == (1, 2)
    states = [payload for _, topic, payload in story.drone.published if topic.endswith("kelex/availability")]
    assert states == [b"offline", b"online", b"offline", b"online"]


def test_climate_comes_from_the_sensor_and_follows_it(drone: EmulatedDrone) -> None:
    drone.air = (21.5, 45.0)
    until_senses(drone, 1.2, temperature=pytest.approx(21.5, abs=0.02), humidity=pytest.approx(45, abs=0.02))
    drone.air = (-3.25, 80.0)
    until_senses(drone, 1.2, temperature=pytest.approx(-3.25, abs=0.02), humidity=pytest.approx(80, abs=0.02))
    assert drone.document("senses")["faults"] == []


def test_presence_comes_from_the_pin(drone: EmulatedDrone) -> None:
    before = len(drone.messages("event/presence"))
    for level in (True, False):
        drone.pico.set_pin(PIR_PIN, level)
        until_senses(drone, REPORTED_WITHIN_S, presence=level)
    drone.run(0.4)  # longer than an event waits before it is sent again
    events = drone.messages("event/presence")[before:]
    assert [event["event_type"] for event in events] == ["detected", "cleared"]


def test_an_absent_sensor_is_null_and_comes_back(drone: EmulatedDrone) -> None:
    drone.sht31.absent = True
    until_senses(drone, 2.5, temperature=None, humidity=None, faults=["temperature", "humidity"])
    drone.sht31.absent = False
    drone.air = (19.0, 50.0)
    until_senses(drone, 1.5, temperature=pytest.approx(19, abs=0.02), faults=[])


def test_look_turns_the_head_and_tells_once(drone: EmulatedDrone, tell: Callable[[str], None]) -> None:
    asked_s = drone.pico.seconds
    first_pulse, first_event = len(drone.pulses), len(drone.messages("event/body"))
    drone.ask("look", {"pan": 30, "tilt": -10, "transaction": "t1"})
    assert drone.run(0.1, until=lambda: bool(drone.messages("response/look")))
    answered_ms = (drone.pico.seconds - asked_s) * 1000
    assert drone.run(1.0, until=lambda: len(drone.messages("event/body")) > first_event)
    drone.run(0.4)
    (response,) = drone.messages("response/look")
    assert (response["status"], response["transaction"]) == ("ok", "t1")
    (done,) = drone.messages("event/body")[first_event:]
    assert (done["event_type"], done["transaction"]) == ("move_done", "t1")
    assert drone.document("body") == drone.document("body") | {
        "joints": {name: 0 for name, _, _ in schema.JOINTS} | {"head_pan": 30, "head_tilt": -10},
        "moving": False,
    }
    for column, end_us, step_us, range_us in (
        (1, 1500 + 30 * 1000 / 90, PAN_STEP_US, PAN_RANGE_US),
        (2, 1500 - 10 * 1000 / 90, TILT_STEP_US, TILT_RANGE_US),
    ):
        pulses = [pulse[column] for pulse in drone.pulses[first_pulse:] if pulse[column]]
        assert pulses[-1] == pytest.approx(end_us, abs=LATCH_US)
        assert len(set(pulses)) > 10
        assert range_us[0] - LATCH_US <= min(pulses) <= max(pulses) <= range_us[1] + LATCH_US
        steps = [after - before for before, after in zip([1500, *pulses], pulses, strict=False)]
        assert max(map(abs, steps)) <= step_us + 2 * LATCH_US
    tell(f"emulated Pico: an order is answered after {answered_ms:.0f} ms")


def test_a_stop_freezes_all_eight_joints_within_a_tick(drone: EmulatedDrone) -> None:
    first_event = len(drone.messages("event/body"))
    far = {name: high / 100 for name, _, high in schema.JOINTS}
    drone.ask("move", {"joints": far, "duration_ms": 3000, "transaction": "far"})
    assert drone.run(0.1, until=lambda: bool(drone.messages("response/move")))
    drone.run(1.0)
    drone.ask("stop", {"transaction": "halt"})
    assert drone.run(0.1, until=lambda: bool(drone.messages("response/stop")))
    drone.run(PERIOD_S)  # a pulse begun is a pulse ended
    stopped_at = drone.all_pulses_us()
    granted = drone.messages("response/stop")[-1]["data"]["joints"]
    assert stopped_at == {
        name: pytest.approx(1500 + angle * 1000 / 90, abs=LATCH_US) for name, angle in granted.items()
    }
    drone.run(0.5)
    assert drone.all_pulses_us() == stopped_at
    (event,) = drone.messages("event/body")[first_event:]
    assert (event["event_type"], event["transaction"]) == ("move_interrupted", "far")


def test_it_outlives_a_silent_host(drone: EmulatedDrone) -> None:
    boot, online_before = drone.boot, drone.bridge.drones["kelex"].reconnects
    drone.host_silent = True
    drone.run(1.7)  # 1.5 s of silence are not silence yet
    start = len(drone.pico.received)
    drone.pico.set_pin(PIR_PIN, True)
    drone.run(2.1)
    coded = bytes(drone.pico.received[start:]).split(b"\0")[:-1]
    assert {frame.decode(each)[0] for each in coded} == {schema.BEACON}
    assert 3 <= len(coded) <= 5
    assert max(map(len, coded)) < 20
    drone.host_silent = False
    until_senses(drone, 0.5, presence=True)
    assert drone.run(0.5, until=lambda: drone.messages("event/presence")[-1]["event_type"] == "detected")
    assert drone.online
    assert drone.bridge.drones["kelex"].reconnects <= online_before + 1
    assert (drone.boot, drone.pico.resets) == (boot, 1)


def test_a_tick_without_frames_allocates_nothing(story: Story) -> None:
    quiet = {key: cost for key, cost in story.costs.items() if not key[1].startswith(("sends", "hears"))}
    assert {phase for phase, _ in quiet} == {"alone", "rest", "moving"}
    assert {label for _, label in quiet} >= {"nothing", "senses", "senses+climate", "motion"}
    assert {key: most_bytes for key, (_, most_bytes, _) in quiet.items() if most_bytes} == {}


def test_figures(story: Story, tell: Callable[[str], None]) -> None:
    drone = story.drone
    assert drone.run(7.0, until=lambda: bool(drone.stats))
    assert story.heap_free > 120_000
    assert story.idle["moving"] > 500
    tell(f"emulated Pico: online {story.online_after_s * 1000:.0f} ms after its start")
    tell(f"emulated Pico: heap free {story.heap_free} bytes measured, {drone.stats['heap_free']} in stats")
    idle = f"{story.idle['rest']} at rest, {story.idle['moving']} moving, {drone.stats['idle']} in stats"
    tell(f"emulated Pico: CPU idle permille {idle}; {drone.stats['overruns']} overruns")
    quiet = [most for (_, label), (_, most, _) in story.costs.items() if not label.startswith(("sends", "hears"))]
    tell(f"emulated Pico: at most {max(quiet)} bytes allocated in a tick without frames")
    for (phase, label), (count, most_bytes, mean_us) in story.costs.items():
        tell(f"emulated Pico: {phase:6} {label:24} {most_bytes:5} bytes, {mean_us:5} us, {count} times")


def test_a_hosts_byte_3_does_not_end_the_start(micropython: Path) -> None:
    """The host greets as soon as there is a port, and Ctrl-C's byte is in every few of its frames."""
    slow_app = b"import time\ntime.sleep_ms(300)\ndef run(): print('runs')\n"
    files = {"main.py": FIRMWARE.joinpath("main.py").read_bytes(), "lib/kelex_drone/app.py": slow_app}
    pico = EmulatedPico(micropython, files)
    pico.run(0.25)
    pico.send(b"\x03")
    assert pico.run(0.5, until=lambda: b"runs" in pico.received)
