"""Virtual time."""

from hypothesis import given
from hypothesis import strategies as st
from kelex_sim.kernel import Kernel


@given(st.lists(st.integers(0, 50)))
def test_callbacks_run_in_the_order_of_their_times_and_ties_as_they_were_asked_for(times):
    kernel, ran = Kernel(), []
    for place, time_us in enumerate(times):
        kernel.at(time_us, lambda *what: ran.append((kernel.now_us, *what)), time_us, place)
    kernel.run_until(50)
    assert ran == [(time_us, time_us, place) for time_us, place in sorted(zip(times, range(len(times)), strict=True))]


def test_what_is_due_at_the_end_runs_and_what_is_due_later_waits():
    kernel, ran = Kernel(), []
    for time_us in (100, 101):
        kernel.at(time_us, ran.append, time_us)
    kernel.run_until(100)
    assert (ran, kernel.now_us, kernel.next_us()) == ([100], 100, 101)


def test_a_time_that_is_past_counts_as_now_and_runs_after_what_is_due_already():
    kernel, ran = Kernel(), []
    kernel.run_until(100)
    kernel.after(0, ran.append, "now")
    kernel.at(3, ran.append, "past")
    kernel.run_until(100)
    assert ran == ["now", "past"]


def test_a_callback_may_ask_for_another_one_within_the_same_run():
    kernel, ran = Kernel(), []
    kernel.at(10, lambda: kernel.after(5, lambda: ran.append(kernel.now_us)))
    kernel.run_until(20)
    assert (ran, kernel.now_us, kernel.next_us()) == ([15], 20, None)
