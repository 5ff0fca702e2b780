"""When a version has proved itself, and what its host is told of the one before."""

from drone.drone_rig import FakeFirmware, Rig
from kelex_drone.standing import ALONE_MS, HEALTHY_MS
from kelex_wire import schema

GIVEN_UP = {"slot": 0, "why": schema.GIVEN_UP.index("bad_starts"), "given_up": 1, "told": 0}


def rig_with(**firmware):
    return Rig(homed=False, firmware=FakeFirmware(**firmware))


def test_with_a_host_it_is_well_after_a_while_once():
    rig = rig_with(trial=1)
    rig.run(HEALTHY_MS - 200)
    assert rig.firmware.was_well == []
    rig.run(60_000)
    assert rig.firmware.was_well == [True]


def test_without_a_host_a_version_on_trial_is_never_well_and_a_good_one_is_in_time():
    for trial, was_well in ((1, []), (0, [False])):
        rig = rig_with(trial=trial)
        rig.drone.receive = lambda now_ms, data: None
        rig.drone.link.host_heard = False
        rig.run(ALONE_MS - 300)
        assert rig.firmware.was_well == []
        rig.run(2 * ALONE_MS)
        assert rig.firmware.was_well == was_well


def test_nothing_is_written_while_a_joint_moves():
    rig = rig_with(trial=1)
    rig.run(HEALTHY_MS - 1000)
    rig.order(4000, left_shoulder=9000)
    rig.run(3000)
    assert rig.drone.limbs.busy
    assert rig.firmware.was_well == []
    rig.run(4000)
    assert len(rig.firmware.was_well) == 1


def test_the_host_is_told_of_the_version_that_was_given_up_and_by_stats_too():
    rig = rig_with(**GIVEN_UP)
    rig.run(HEALTHY_MS + 1000)
    [event] = rig.events(schema.ROLLED_BACK)
    assert (event.given_up, event.slot, schema.GIVEN_UP[event.why]) == (1, 0, "bad_starts")
    assert rig.telemetry(schema.STATS)[-1].rolled_back == event.why
    assert rig.firmware.was_well == [True]


def test_a_host_that_did_not_take_it_into_safe_hands_is_told_again_after_the_next_start():
    rig = rig_with(**GIVEN_UP)
    rig.listening = False
    rig.drone.link.notice(rig.now_ms, schema.ROLLED_BACK, 1, 0, 3)
    rig.run(HEALTHY_MS + 1000)
    assert rig.firmware.was_well == [False]


def test_what_the_host_knows_already_is_no_event():
    rig = rig_with(**(GIVEN_UP | {"told": 1}))
    rig.run(2000)
    assert rig.events(schema.ROLLED_BACK) == []
