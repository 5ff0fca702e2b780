"""What people read of a moment."""

from datetime import UTC, datetime
from random import Random

from kelex_host.bridge.now import Now


def test_a_stamp_is_what_pythons_own_calendar_says():
    random = Random(1)
    for _ in range(1000):
        now = Now(1000.0, random.uniform(0, 4e9))
        mono_s = random.uniform(0, 1000)
        wall_s = now.wall_s - (now.mono_s - mono_s)
        assert now.stamp(mono_s) == datetime.fromtimestamp(wall_s, UTC).isoformat(timespec="milliseconds")


def test_a_stamp_at_the_end_of_a_second_belongs_to_the_next_one_once_it_rounds_there():
    assert Now(0.0, 0.9999999).stamp() == "1970-01-01T00:00:01.000+00:00"
    assert Now(0.0, 0.9994).stamp() == "1970-01-01T00:00:00.999+00:00"
