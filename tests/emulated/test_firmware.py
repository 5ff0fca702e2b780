"""The firmware on the real MicroPython: it boots, talks to the real bridge, moves, senses, and survives.

One board with all its parts serves the whole file (`story.py` has its earlier life): a start costs half a minute. What
a test changes it puts back, so that each can run alone; the last one lets the board hang.
"""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from emulated.emulated_drone import ROOM, EmulatedDrone
from emulated.expect import AT_REST, until_done, until_senses
from emulated.story import Story
from kelex_sim import wiring
from kelex_wire import frame, schema
from kelex_wire.drone_link import BEACONS_UNHEARD

ONLINE_WITHIN_S = 1.1  # from a start of the board
REBOOT_S = 0.2  # from its order
WATCHDOG_S = 8.0
HEAP_LEAST = 120_000
# Permille, of a second each.
IDLE_LEAST = {"rest": 790, "moving": 650, "hearing": 500}
# So long an order may wait, whatever he does; to obey it takes no longer.
TURN_MOST_US = 5000
REPORTED_WITHIN_S = 0.3
PERIOD_S = 0.02
LATCH_US = 1.0  # how exactly a pulse is what was ordered
US_PER_DEGREE = 1000 / 90
# What a pulse may change by from one period to the next: 180 and 120 degrees a second over two 20 ms ticks,
# as ticks and periods are not in step.
PAN_STEP_US, TILT_STEP_US = 2 * 3.6 * US_PER_DEGREE, 2 * 2.4 * US_PER_DEGREE
PAN_RANGE_US, TILT_RANGE_US = (500, 2500), (1500 - 30 * US_PER_DEGREE, 1500 + 45 * US_PER_DEGREE)
PAN, TILT = 1, 2  # columns of `drone.pulses`


@pytest.fixture(scope="module")
def story(micropython: Path, kelex: Path) -> Story:
    return Story(micropython, kelex)


@pytest.fixture
def drone(story: Story) -> EmulatedDrone:
    """The board as `main.py` started it, online."""
    return story.drone


def test_it_starts_from_main_and_comes_online(story: Story) -> None:
    assert story.online_after_s < ONLINE_WITHIN_S
    drone = story.drone
    assert drone.bridge.drones["kelex"].identity == "kelex 0.1.0"
    assert drone.notices[-1] == f"kelex: online (kelex 0.1.0, boot {drone.boot})"


def test_it_starts_again_by_an_order(story: Story) -> None:
    assert story.reset_after_s == pytest.approx(REBOOT_S, abs=0.06)
    assert (story.first_boot, story.drone.boot) == (1, 2)
    states = [payload for _, topic, payload in story.drone.published if topic.endswith("kelex/availability")]
    assert states == [b"offline", b"online", b"offline", b"online"]
    assert "rebooting" in [event["event_type"] for event in story.drone.messages("event/body")]


def test_each_channel_says_what_is_so(drone: EmulatedDrone) -> None:
    assert set(AT_REST) == {channel[0] for channel in schema.CHANNELS}
    until_senses(drone, 3.5, **AT_REST, faults=[])


def test_what_happens_around_it_moves_its_channels(drone: EmulatedDrone) -> None:
    before = {name: len(drone.messages(f"event/{name}")) for name in ("presence", "touch", "door", "doorbell")}
    drone.house.climate(ROOM, -3.25, 80.0)
    drone.house.light(ROOM, 20.0)
    drone.around.shake(2.0, 1.2)
    drone.around.approach(500.0, 1.2)
    drone.around.open_door(True)
    for what in ("touch", "ring", "cry"):
        drone.around.begin(what, 1.2)
    drone.parts.battery_level = 30.0
    until_senses(
        drone,
        1.2,
        temperature=pytest.approx(-3.25, abs=0.1),
        humidity=pytest.approx(80, abs=0.3),
        light=pytest.approx(60, abs=60),  # on its way: it is told as the mean of 0.8 s
        range=pytest.approx(500, abs=40),
        tremor=pytest.approx(2.0, abs=0.8),
        sound=pytest.approx(-14, abs=14),
        battery_voltage=pytest.approx(7.3, abs=0.05),
        battery_level=pytest.approx(30, abs=2),
        **dict.fromkeys(("presence", "touch", "door", "doorbell"), True),
    )
    drone.house.climate(ROOM, 19.5, 50.0)
    drone.house.light(ROOM, 180.0)
    drone.around.open_door(False)
    drone.parts.battery_level = 90.0
    until_senses(drone, 1.0, door=False, touch=False, doorbell=False)  # the motion sensor alone holds for 3 s
    drone.run(0.2)  # longer than an event waits before it is sent again
    events = {name: [e["event_type"] for e in drone.messages(f"event/{name}")[n:]] for name, n in before.items()}
    assert events == {
        "presence": ["motion", "detected"],
        "touch": ["touched", "released"],
        "door": ["opened", "closed"],
        "doorbell": ["pressed"],
    }


def test_absent_parts_are_null_and_come_back(drone: EmulatedDrone) -> None:
    for part in wiring.PARTS:
        drone.parts.faults[part.name].begin("absent", None)
    until_senses(drone, 3.0, **dict.fromkeys(AT_REST, None), faults=list(AT_REST))
    assert drone.online
    for part in wiring.PARTS:
        drone.parts.faults[part.name].end()
    until_senses(drone, 8.0, **AT_REST, faults=[])


def faults_raised(drone: EmulatedDrone) -> int:
    return len([event for event in drone.messages("event/fault") if event["event_type"] == "raised"])


def test_a_part_that_hangs_on_the_bus_is_clocked_free_before_anybody_misses_a_reading(drone: EmulatedDrone) -> None:
    fault, raised = drone.parts.faults[wiring.BUS], faults_raised(drone)
    for _ in range(5):
        fault.begin("stuck", None)
        assert drone.run(0.12, until=lambda: not fault.failing)
        drone.run(0.03)
    until_senses(drone, 1.5, **AT_REST, faults=[])
    assert faults_raised(drone) == raised


@pytest.mark.parametrize("line", [wiring.BUS, wiring.CLOCK])
def test_a_bus_that_is_held_makes_what_is_on_it_null_and_it_is_back_with_the_line(
    drone: EmulatedDrone, line: str
) -> None:
    """SDA at ground, or a part that stretches the clock for ever."""
    fault, resets = drone.parts.faults[line], drone.pico.resets
    fault.begin("stall", None)
    until_senses(drone, 1.5, tremor=None, servo_current=None, range=None)
    assert drone.online
    fault.end()
    until_senses(drone, 8.0, **AT_REST, faults=[])
    assert drone.pico.resets == resets
    drone.ask("stats", {})
    assert drone.run(0.5, until=lambda: bool(drone.messages("response/stats")))
    assert drone.messages("response/stats")[-1]["data"]["bus_recoveries"] >= 1


def test_the_eye_the_buzzer_and_the_holodisk_follow_their_orders(drone: EmulatedDrone) -> None:
    first_event = len(drone.messages("event/body"))
    drone.ask("eye", {"color": "#4080ff"})
    drone.ask("holodisk", {"on": True})
    drone.ask("tone", {"frequency_hz": 440, "duration_ms": 150})
    assert drone.run(0.1, until=lambda: drone.parts.buzzer.hz > 0)
    began_s = drone.pico.seconds
    assert drone.parts.buzzer.hz == pytest.approx(440, abs=1)
    assert drone.run(0.3, until=lambda: drone.parts.buzzer.hz == 0)
    assert drone.pico.seconds - began_s == pytest.approx(0.15, abs=0.02)
    assert drone.parts.eye.colors == ["#4080ff"] * 8
    assert drone.parts.holodisk.on
    drone.ask("eye", {"color": "#000000"})
    drone.ask("holodisk", {"on": False})
    until_done(drone, "holodisk_off", 0.3, first_event)
    drone.run(0.1)
    assert drone.parts.eye.colors == ["#000000"] * 8
    assert not drone.parts.holodisk.on
    assert drone.soldered.pixel_line.strange == []


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
    assert drone.document("body")["joints"]["head_pan"] == 30
    assert not drone.document("body")["moving"]
    for column, start_us, end_us, step_us, range_us in (
        (PAN, 1500, 1500 + 30 * US_PER_DEGREE, PAN_STEP_US, PAN_RANGE_US),
        (TILT, 1500 - 15 * US_PER_DEGREE, 1500 - 10 * US_PER_DEGREE, TILT_STEP_US, TILT_RANGE_US),
    ):
        pulses = [pulse[column] for pulse in drone.pulses[first_pulse:] if pulse[column]]
        assert pulses[-1] == pytest.approx(end_us, abs=LATCH_US)
        assert len(set(pulses)) > 10
        assert range_us[0] - LATCH_US <= min(pulses) <= max(pulses) <= range_us[1] + LATCH_US
        steps = [after - before for before, after in zip([start_us, *pulses], pulses, strict=False)]
        assert max(map(abs, steps)) <= step_us + 2 * LATCH_US
    first_pulse_ms = (drone.pulses[first_pulse][0] - asked_s) * 1000
    tell(f"emulated Pico: an order is answered after {answered_ms:.0f} ms, and at the pins after {first_pulse_ms:.0f}")


def test_a_gesture_nods_and_comes_home(drone: EmulatedDrone) -> None:
    home = drone.document("body")["joints"]["head_tilt"]
    first_pulse, first_event = len(drone.pulses), len(drone.messages("event/body"))
    drone.ask("gesture", {"name": "nod"})
    until_done(drone, "gesture_done", 2.0, first_event)
    drone.run(2 * PERIOD_S)
    pulses = [pulse[TILT] for pulse in drone.pulses[first_pulse:] if pulse[TILT]]
    assert min(pulses) == pytest.approx(1500 - 12 * US_PER_DEGREE, abs=LATCH_US)
    assert max(pulses) == pytest.approx(1500 + 8 * US_PER_DEGREE, abs=LATCH_US)
    assert pulses[-1] == pytest.approx(1500 + home * US_PER_DEGREE, abs=LATCH_US)
    events = [event["event_type"] for event in drone.messages("event/body")[first_event:]]
    assert events == ["gesture_started", "gesture_done"]


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
        name: pytest.approx(1500 + angle * US_PER_DEGREE, abs=LATCH_US) for name, angle in granted.items()
    }
    drone.run(0.5)
    assert drone.all_pulses_us() == stopped_at
    events = drone.messages("event/body")[first_event:]
    assert [(event["event_type"], event.get("transaction")) for event in events] == [
        ("move_interrupted", "far"),
        ("stopped", "halt"),
    ]
    assert drone.document("senses")["faults"] == []


def kinds_of(received: bytearray) -> list[int]:
    """The numbers of the messages in these bytes, which begin and end between two frames."""
    return [frame.decode(coded)[0] for coded in bytes(received).split(b"\0")[:-1] if coded]


def test_it_outlives_a_silent_host(drone: EmulatedDrone) -> None:
    boot, online_before = drone.boot, drone.bridge.drones["kelex"].reconnects
    resets = drone.pico.resets
    drone.host_silent = True
    silent = len(drone.pico.received)
    drone.run(1.7)  # 1.5 s of silence are not silence yet
    start = len(drone.pico.received)
    drone.around.open_door(True)
    drone.run(1.3)
    assert set(kinds_of(drone.pico.received[start:])) <= {schema.BEACON}
    assert 0 < kinds_of(drone.pico.received[silent:]).count(schema.BEACON) <= BEACONS_UNHEARD
    drone.host_silent = False
    until_senses(drone, 0.5, door=True)
    assert drone.run(0.5, until=lambda: drone.messages("event/door")[-1]["event_type"] == "opened")
    assert drone.online
    assert drone.bridge.drones["kelex"].reconnects <= online_before + 1
    assert (drone.boot, drone.pico.resets) == (boot, resets)
    drone.around.open_door(False)
    until_senses(drone, REPORTED_WITHIN_S, door=False)


def test_a_port_that_nobody_reads_does_not_stop_its_motion(drone: EmulatedDrone) -> None:
    """Each write to such a port would block it for 500 ms, as test_emulator.py shows."""
    resets = drone.pico.resets
    drone.ask("move", {"joints": {"head_pan": -60, "left_elbow": 80}, "duration_ms": 4000})
    drone.run(0.1)
    first_pulse = len(drone.pulses)
    drone.host_silent = True
    drone.pico.host.read(False)
    drone.run(3.5)
    drone.pico.host.read(True)
    drone.host_silent = False
    moved_s = [pulse[0] for pulse in drone.pulses[first_pulse:]]
    assert len(moved_s) > 100
    assert max(after - before for before, after in pairwise(moved_s)) < 3 * PERIOD_S
    # After 3 s without a host he takes his safe pose, in 2 s and what the joints' staggered starts take.
    assert drone.run(3.5, until=lambda: drone.online and drone.document("body").get("moving") is False)
    assert drone.pico.resets == resets


def test_a_turn_without_frames_allocates_nothing(story: Story) -> None:
    assert story.allocated == {"rest": 0, "signals": 0, "moving": 0, "hearing": 0}
    labels = {label for _, label in story.costs}
    assert labels >= {"range", "current", "range+climate", "judges", "motion", "hears"}


def test_no_turn_keeps_an_order_waiting(story: Story) -> None:
    assert {key: longest for key, (_, longest, _) in story.costs.items() if longest > TURN_MOST_US} == {}


def test_figures(story: Story, tell: Callable[[str], None]) -> None:
    drone = story.drone
    assert drone.run(7.0, until=lambda: bool(drone.stats))
    assert story.heap_free > HEAP_LEAST
    assert {phase: idle for phase, idle in story.idle.items() if idle < IDLE_LEAST[phase]} == {}
    tell(f"emulated Pico: online {story.online_after_s * 1000:.0f} ms after its start")
    tell(f"emulated Pico: heap free {story.heap_free} bytes measured, {drone.stats['heap_free']} in stats")
    idle = ", ".join(f"{permille} {phase}" for phase, permille in story.idle.items())
    tell(f"emulated Pico: CPU idle permille {idle}, {drone.stats['idle']} in stats; {drone.stats['overruns']} overruns")
    tell(f"emulated Pico: bytes allocated in turns without frames, by phase: {story.allocated}")
    for (phase, label), (count, longest_us, mean_us) in story.costs.items():
        tell(f"emulated Pico: {phase:7} {label:24} longest {longest_us:5} us, mean {mean_us:5}, {count} times")


def test_its_watchdog_starts_it_again_when_it_hangs(drone: EmulatedDrone) -> None:
    resets = drone.pico.resets
    drone.pico.go_astray()
    assert not drone.run(WATCHDOG_S - 1.2, until=lambda: drone.pico.resets > resets)
    assert drone.run(1.5, until=lambda: drone.pico.resets > resets)
    assert drone.all_pulses_us() == dict.fromkeys(drone.all_pulses_us(), None)
