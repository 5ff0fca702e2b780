"""What the board keeps: trims, narrower limits, the nursery's air, offsets: told, taken, kept, and never a jerk."""

from itertools import pairwise

import pytest
from drone.drone_rig import Flash, Rig
from kelex_drone import settings
from kelex_drone.joint import TICK_MS
from kelex_drone.limbs import TRIM_STEP
from kelex_drone.settings import RETRY_MS, Settings
from kelex_wire import body, schema
from wire.joints import NAMES

NOTHING = (None,) * len(schema.SETTINGS)
DEFAULTS = list(body.DEFAULTS)


def wish(**wanted):
    assert set(wanted) <= set(settings.NAMES)
    return tuple(wanted.get(name) for name in settings.NAMES)


@pytest.fixture
def rig():
    return Rig()


def ask(rig, **wanted):
    """The verdict's record, or the reason of a refusal."""
    order = rig.send(schema.ORDER_SETTINGS, *wish(**wanted))
    rig.run(200)
    verdict = rig.verdict(order)
    return verdict.record if verdict.number == schema.SETTINGS_TOLD else schema.REFUSALS[verdict.record.reason]


def test_a_new_board_has_those_of_the_schema_and_telling_them_writes_nothing(rig):
    assert list(ask(rig)[1:]) == DEFAULTS
    rig.run(5000)
    assert rig.flash.writes == []


def test_every_default_is_within_its_limits():
    assert len(body.DEFAULTS) == len(schema.SETTINGS)
    for (name, _, _, low, high), value in zip(schema.SETTINGS, body.DEFAULTS, strict=True):
        assert low <= value <= high, name
    assert settings.fits(body.DEFAULTS)


def test_what_is_set_is_told_kept_and_there_after_a_reboot(rig):
    told = ask(rig, trim_head_pan=150, too_hot=2750, range_offset=-12)
    rig.run(2000)
    assert len(rig.flash.writes) == 1
    again = rig.reboot()
    assert ask(again)[1:] == told[1:]
    assert (told.trim_head_pan, told.too_hot, told.range_offset) == (150, 2750, -12)


def test_the_same_once_more_costs_no_write(rig):
    ask(rig, too_hot=2750)
    rig.run(1000)
    ask(rig, too_hot=2750)
    rig.run(1000)
    assert len(rig.flash.writes) == 1


@pytest.mark.parametrize(
    "wanted",
    [{"too_cold": 2600}, {"too_cold": 3000, "too_hot": 2000}, {"low_head_pan": 100, "high_head_pan": 100}],
)
def test_limits_that_leave_no_room_are_refused_and_change_nothing(rig, wanted):
    assert ask(rig, **wanted) == "out_of_range"
    assert list(ask(rig)[1:]) == DEFAULTS


def test_while_joints_move_theirs_are_refused_and_the_airs_are_taken_and_written_when_they_rest(rig):
    rig.order(3000, head_pan=4000)
    rig.run(100)
    assert ask(rig, trim_head_pan=100) == "busy"
    assert ask(rig, too_hot=2700).too_hot == 2700
    assert rig.flash.writes == []
    rig.run(5000)
    assert len(rig.flash.writes) == 1


def test_a_trim_moves_the_servo_gently_and_not_the_joint(rig):
    at = rig.drone.motion.joints[0].position
    ask(rig, trim_head_pan=300)
    rig.run(300 // TRIM_STEP * TICK_MS + 200)
    pulses = [at, *rig.pulses("head_pan")]
    assert pulses[-1] == at + 300
    assert max(b - a for a, b in pairwise(pulses)) <= TRIM_STEP
    assert rig.drone.motion.joints[0].position == at
    assert not rig.drone.limbs.busy


def test_a_trim_never_sends_a_servo_out_of_its_range(rig):
    ask(rig, trim_left_elbow=1500)
    rig.order(0, left_elbow=9000)
    rig.run(3000)
    assert max(rig.pulses("left_elbow")) == 9000
    ask(rig, trim_left_elbow=-1500)
    rig.order(0, left_elbow=0)
    rig.run(5000)
    assert min(rig.pulses("left_elbow")) == 0


def test_narrower_limits_hold_for_orders_gestures_and_the_safe_pose(rig):
    ask(rig, low_left_shoulder=-3000, high_left_shoulder=3000)
    order = rig.order(0, left_shoulder=3001)
    rig.run(100)
    assert schema.REFUSALS[rig.verdict(order).record.reason] == "out_of_range"
    rig.kill_host()
    rig.run(10_000)
    assert rig.drone.failsafe.active
    assert rig.drone.motion.joints[NAMES.index("left_shoulder")].position == -3000


def test_at_a_start_no_joint_begins_outside_of_its_narrower_limits():
    rig = Rig()
    ask(rig, low_head_tilt=500)
    rig.run(1000)
    again = rig.reboot()
    assert again.drone.motion.joints[1].position == 500
    assert set(again.pulses("head_tilt")) <= {500}


def test_offsets_are_added_to_what_the_sensors_say(rig):
    ask(rig, temperature_offset=-130, humidity_offset=250, range_offset=40)
    rig.run(2000)
    told = rig.telemetry(schema.SENSES)[-1]
    assert told.temperature in (2150 - 130, 2151 - 130)
    assert told.humidity in (4750, 4751)
    assert told.range in (1540, 1541)


def test_nothing_in_reach_stays_nothing_in_reach(rig):
    ask(rig, range_offset=-200)
    rig.senses.says["range"] = lambda n: 2000
    rig.run(1000)
    assert rig.telemetry(schema.SENSES)[-1].range == 2000


def test_quiet_outlives_a_reboot_without_an_event(rig):
    rig.quiet()
    rig.run(1000)
    again = rig.reboot()
    assert again.drone.signals.quiet == 1
    assert again.deeds() == []
    again.quiet(0)
    again.run(1000)
    assert again.reboot().drone.signals.quiet == 0


def test_a_flash_that_cannot_be_written_is_counted_and_the_settings_hold_all_the_same(rig):
    def full(data):
        raise OSError(28)

    save, rig.drone.settings._save = rig.drone.settings._save, full
    assert ask(rig, too_hot=2750).too_hot == 2750
    rig.run(10_000)
    assert (rig.drone.settings.faults, rig.drone.alarms.hot_cc) == (1, 2750)
    rig.drone.settings._save = save
    rig.run(RETRY_MS)
    assert rig.reboot().drone.alarms.hot_cc == 2750


@pytest.mark.parametrize("length", range(0, 2 * len(DEFAULTS), 5))
def test_a_table_kept_by_an_older_firmware_is_read_as_far_as_it_goes(length):
    words = [value.to_bytes(2, "little", signed=True) for value in [120, *DEFAULTS[1:]]]
    kept = Settings(b"".join(words)[:length], None)
    assert kept.values == [120 if length >= 2 else 0, *DEFAULTS[1:]]
    assert kept.faults == 0


@pytest.mark.parametrize("saved", [b"\xff\x7f" * 40, bytes(80), b"\x00\x80" * 31])
def test_nonsense_in_flash_is_counted_and_leaves_what_can_be(saved):
    kept = Settings(saved, None)
    assert kept.faults > 0
    assert settings.fits(kept.values)


def test_a_board_whose_flash_was_never_written_counts_no_fault():
    assert Rig(flash=Flash()).drone.settings.faults == 0
