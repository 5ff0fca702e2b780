"""The fidelity guarantee: one story, and the simulator and the real MicroPython say the same on the wire."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kelex_host.proof.worlds.differences import compare
from kelex_host.proof.worlds.inputs import REFERENCE, Input, made_from
from kelex_host.proof.worlds.lives import Emulated, Simulated, live
from kelex_host.proof.worlds.trace import Trace
from kelex_wire import schema

STORIES = {"by hand": REFERENCE, "seed 2": made_from(2, 10)}


@pytest.mark.parametrize("name", STORIES)
def test_both_worlds_say_the_same(name: str, kelex: Path, tell: Callable[[str], None]) -> None:
    report = compare(live(Simulated(), STORIES[name]), live(Emulated(kelex), STORIES[name]))
    tell(f"same story ({name}), simulator and emulated board: {str(report).splitlines()[-1]}")
    assert not report.differences, f"\n{report}"


def test_the_story_by_hand_leaves_no_order_and_no_event_out() -> None:
    asked = {one.name for one in REFERENCE if one.kind == "order"}
    # Not among them: what ends a session (test_firmware.py, test_pairing.py, test_image.py).
    unasked = {"order_reboot", "order_maintenance", "order_pair", "order_unpair"}
    orders = {message[1] for message in schema.MESSAGES if schema.kind_of(message[0]) == schema.ORDER}
    assert asked == orders - unasked
    told = {line.name for line in live(Simulated(), REFERENCE).lines if line.stream in ("done", "sensed")}
    events = {message[1] for message in schema.MESSAGES if schema.kind_of(message[0]) == schema.EVENT}
    # Nor what only a reboot brings; nor a cry, which takes both ears many seconds (test_listening.py has it).
    assert told == events - {"move_refused", "earlier", "rolled_back", "cry"}


def test_another_seed_of_the_noise_makes_no_difference() -> None:
    assert compare(live(Simulated(1), REFERENCE), live(Simulated(2), REFERENCE)).differences == []


# That the comparison can fail, and says readably how


def _slower_head(app: Any) -> None:
    joint = app.drone.motion.joints[0]
    joint._full = joint._reach = joint._full * 4 // 5


def _no_doorbell(app: Any) -> None:
    link = app.drone.link
    notice = link.notice
    link.notice = lambda now_ms, number, *values: number == schema.DOORBELL or notice(now_ms, number, *values)


def _dim_light(app: Any) -> None:
    analogue = app.drone.sensing._sensors.analogue
    read_light = analogue.read_light

    def read() -> None:
        read_light()
        analogue.light_lux = analogue.light_lux * 3 // 4

    analogue.read_light = read


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (_slower_head, r"verdict:    0\.70\d s  move_granted order=2 .*: duration_ms is \d+ in the good one, "),
        (_no_doorbell, r"sensed: only the good one says    4\.300 s  doorbell$"),
        (
            _dim_light,
            r"senses:    0\.\d+ s  light is 1[78]\d in the good one, 13\d to 13\d in the broken one \(allowed 5",
        ),
    ],
)
def test_a_broken_firmware_is_told_record_by_record(broken: Callable[[Any], None], said: str) -> None:
    good, bad = live(Simulated(), REFERENCE), live(Simulated(changed=broken), REFERENCE)
    report = compare(good, bad, ("good one", "broken one"))
    assert any(re.match(said, found) for found in report.differences), f"\n{report}"
    assert str(report).splitlines()[-1].endswith(f" {len(report.differences)} differences")
    assert len(report.differences) < 20, f"too many to read:\n{report}"


def test_a_late_event_is_told_with_both_times() -> None:
    early, late = Trace(), Trace()
    live_on_time = live(Simulated(), (Input(0.5, "world", "ring"),))
    early.lines = [line for line in live_on_time.lines if line.stream == "sensed"]
    late.lines = [type(line)(line.at_s + 0.2, line.stream, line.name, line.fields) for line in early.lines]
    (found,) = compare(early, late).differences
    assert found.startswith("sensed: ")
    assert found.endswith("+0.200 s in the emulated board (allowed 0.096)")
