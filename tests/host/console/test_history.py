"""Charts over the hour and the day: bounded, and a gap stays a gap."""

from __future__ import annotations

from kelex_host.console.history import BUCKETS, DAY_S, HOUR_S, History
from kelex_host.console.views.senses import chart


def test_what_was_measured_is_one_run_and_what_was_not_is_a_gap() -> None:
    history = History()
    for second in range(0, 600, 2):
        if not 200 <= second < 400:
            history.add(second, {"temperature": 20.0})
    runs = history.series("temperature", HOUR_S).points(600)
    assert len(runs) == 2
    assert chart("temperature", history.series("temperature", HOUR_S), 600).count('class="k-line"') == 2


def test_a_null_is_a_gap_as_silence_is() -> None:
    history = History()
    for second in range(0, 600, 2):
        history.add(second, {"range": None if 200 <= second < 400 else 500, "temperature": 20.0})
    assert len(history.series("range", HOUR_S).points(600)) == 2
    assert len(history.series("temperature", HOUR_S).points(600)) == 1


def test_a_bucket_keeps_its_extremes() -> None:
    history = History()
    for value in (1.0, 9.0, 2.0):
        history.add(3.0, {"tremor": value})
    (bucket,) = history.series("tremor", HOUR_S).buckets
    assert (bucket.low, bucket.mean, bucket.high) == (1.0, 4.0, 9.0)


def test_a_week_takes_no_more_room_than_a_day() -> None:
    history = History()
    for second in range(0, 7 * DAY_S, 60):
        history.add(second, {"light": second % 100})
    assert len(history.series("light", DAY_S).buckets) == BUCKETS
    assert len(history.series("light", HOUR_S).buckets) <= BUCKETS


def test_what_is_older_than_the_chart_is_not_in_it() -> None:
    history = History()
    history.add(0.0, {"light": 5})
    assert history.series("light", HOUR_S).points(2 * HOUR_S) == []
    assert history.series("light", DAY_S).points(2 * HOUR_S) != []
