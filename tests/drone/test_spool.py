"""Critical events in flash: there while nobody has them, told once more after a reboot, and gone when acknowledged."""

import pytest
from drone.drone_rig import TICKS, Flash, Rig
from kelex_drone.spool import APART_MS, SETTLE_MS, SPOOL_MOST, Spool
from kelex_host.bridge import records
from kelex_host.bridge.heard import DroneEvent
from kelex_wire import codec, schema
from kelex_wire.drone_link import DroneLink

SILENT_MS = 4000


def told(rig):
    """(id, subject, type, whether it is of an earlier boot) of every event that the host was told."""
    documents = [records.told_event("kelex", item.boot, item.message, item.record) for item in rig.of(DroneEvent)]
    return [(doc["event_id"], subject, doc["event_type"], "earlier_boot" in doc) for subject, doc in documents]


def falls_over(rig):
    """A reflex, which is critical."""
    rig.senses.says["tremor"] = lambda n: (9000, 0, 3900)
    rig.run(1000)


def alone(flash=None):
    """A drone whose host has been silent for a while, in its safe pose."""
    rig = Rig(flash=flash, hosted=False)
    return rig.run(SILENT_MS + 8000)


def test_a_critical_event_that_nobody_hears_is_in_flash_at_once_when_the_joints_rest():
    rig = alone()
    before = len(rig.flash.writes)
    falls_over(rig)
    assert len(rig.flash.writes) == before + 1
    assert rig.drone.spool.fill == 2  # the silence, and the fall


def test_one_that_the_host_acknowledges_costs_no_write():
    rig = Rig()
    falls_over(rig)
    rig.run(SETTLE_MS + APART_MS)
    assert [subject for _, subject, _, _ in told(rig)] == ["reflex"]
    assert rig.flash.writes == []


def test_one_that_the_host_does_not_take_into_safe_hands_is_kept_after_a_while():
    rig = Rig()
    rig.listening = False
    falls_over(rig)
    rig.run(SETTLE_MS - 1100)
    assert rig.flash.writes == []
    rig.run(500)
    assert len(rig.flash.writes) == 1


def test_while_joints_move_nothing_is_written():
    rig = Rig()
    rig.listening = False
    rig.order(10_000, left_elbow=8000)
    rig.run(500)
    rig.drone.link.notice(rig.now_ms % TICKS, schema.ALARM, 0, 1, 2, 2700, 0)
    while rig.drone.limbs.busy:
        assert rig.flash.writes == []
        rig.run(20)
    rig.run(200)
    assert len(rig.flash.writes) == 1


def test_events_of_everyday_are_not_kept():
    rig = alone()
    before = list(rig.flash.writes)
    rig.senses.says["door"] = lambda n: n // 20 % 2
    rig.run(20_000)
    assert rig.drone.link.events_waiting() > 10
    assert rig.flash.writes == before


def test_after_a_reboot_they_are_told_in_their_order_under_the_ids_that_they_had():
    rig = alone()
    falls_over(rig)
    rig.run(APART_MS)
    rig = rig.reboot().run(1000)
    assert told(rig)[:2] == [("kelex-1-1", "alarm", "raised", True), ("kelex-1-2", "reflex", "raised", True)]
    assert all(not earlier for *_, earlier in told(rig)[2:])
    ids = [id for id, *_ in told(rig)]
    assert len(ids) == len(set(ids))


def test_acknowledged_they_leave_the_flash_and_are_told_no_more():
    rig = alone()
    falls_over(rig)
    rig = rig.reboot().run(SETTLE_MS + APART_MS + 1000)
    assert (rig.drone.spool.fill, rig.flash.spool) == (0, b"")
    assert not any(earlier for *_, earlier in told(rig.reboot().run(1000)))


def test_through_many_reboots_without_a_host_they_keep_their_ids():
    rig = alone()
    falls_over(rig)
    flash = rig.flash
    for _ in range(4):
        flash.starts += 1
        rig = alone(flash)
    rig = Rig(flash=flash)
    earlier = [id for id, _, _, is_earlier in told(rig) if is_earlier]
    assert earlier[:2] == ["kelex-1-1", "kelex-1-2"]
    assert len(earlier) == len(set(earlier)) > 4


def test_told_and_rebooted_before_the_flash_knew_it_comes_again_under_the_same_id():
    rig = alone()
    falls_over(rig)
    rig.revive_host()
    rig.run(300)
    before = told(rig)
    assert rig.drone.link.held.critical == 0
    again = told(rig.reboot().run(1000))
    assert {id for id, _, _, earlier in again if earlier} <= {id for id, *_ in before}


def test_a_full_spool_keeps_the_first_and_writes_no_more():
    rig = alone()
    for i in range(60):
        rig.drone.link.notice(rig.now_ms % TICKS, schema.ALARM, 0, i % 2, 2, 2700, 0)
        rig.run(1000)
    assert rig.drone.spool.fill == SPOOL_MOST
    assert rig.drone.link.held.dropped > 0
    writes = len(rig.flash.writes)
    rig.run(60_000)
    assert len(rig.flash.writes) == writes
    rig = rig.reboot().run(3000)
    assert [id for id, *_ in told(rig)][:SPOOL_MOST] == [f"kelex-1-{n}" for n in range(1, SPOOL_MOST + 1)]


def test_a_flapping_alarm_wears_the_flash_no_more_than_every_five_seconds():
    rig = alone()
    before = len(rig.flash.writes)
    for i in range(24):
        rig.drone.link.notice(rig.now_ms % TICKS, schema.ALARM, 0, i % 2, 2, 2700, 0)
        rig.run(500)
    assert len(rig.flash.writes) - before <= 12_000 // APART_MS + 1


def test_a_flash_that_cannot_be_written_is_counted_and_tried_again():
    rig = alone()

    def full(data):
        raise OSError(28)

    save, rig.drone.spool._save = rig.drone.spool._save, full
    falls_over(rig)
    rig.run(2 * APART_MS)
    faults = rig.drone.spool.faults
    assert faults >= 2
    rig.drone.spool._save = save
    rig.run(APART_MS + 100)
    assert (rig.drone.spool.fill, rig.drone.spool.faults) == (2, faults)
    rig.revive_host()
    rig.run(6000)
    assert rig.telemetry(schema.STATS)[-1].flash_faults == faults


@pytest.mark.parametrize("length", [1, 3, 5, 9, 20, 40])
def test_what_cannot_be_read_any_more_is_counted_and_is_no_crash(length):
    rig = alone()
    falls_over(rig)
    for saved in (rig.flash.spool[:length], b"\xff" * length, rig.flash.spool[:4] + b"\xff\xff" + bytes(length)):
        link = DroneLink(5, 77, "kelex test")
        spool = Spool(0, link, saved, lambda data: None)
        assert spool.faults == 1 or link.held.critical == 0
        assert link.held.critical <= 2


def test_another_version_of_the_schema_reads_none_of_it():
    rig = alone()
    saved = (schema.SCHEMA_CRC ^ 1).to_bytes(4, "little") + rig.flash.spool[4:]
    link = DroneLink(5, 77, "kelex test")
    assert Spool(0, link, saved, lambda data: None).faults == 1
    assert link.held.critical == 0


def test_the_stall_of_a_write_is_counted_as_a_write_and_as_no_overrun():
    rig = alone()
    falls_over(rig)
    rig.revive_host()
    rig.run(7000)
    stats = rig.telemetry(schema.STATS)[-1]
    assert stats.flash_writes == len(rig.flash.writes) > 0
    assert stats.overruns == 0


def test_every_critical_event_fits_into_an_earlier_one():
    for number in set(schema.CRITICAL) - {schema.EARLIER}:
        assert len(codec.message(number).fields) - 2 <= schema.EARLIER_VALUES
        nothing = [None] * schema.EARLIER_VALUES
        codec.encode(schema.EARLIER, 1, 0, 1, 1, 0, number, *nothing)


def test_a_flash_that_was_never_written_holds_nothing():
    assert Rig(flash=Flash()).drone.spool.fill == 0
