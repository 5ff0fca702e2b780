"""Ranges against a plain set of numbers."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from kelex_host.memory.ranges import Ranges

numbers = st.integers(1, 30)
spans = st.lists(st.tuples(numbers, numbers).map(sorted), max_size=12)


@settings(deadline=None)
@given(spans, numbers, numbers)
def test_ranges_are_the_set_of_what_was_put_in(put_in, first, last):
    ranges, plain = Ranges(), set()
    for low, high in put_in:
        ranges.add(low, high)
        plain |= {*range(low, high + 1)}
    assert len(ranges) == len(plain)
    assert {number for number in range(32) if number in ranges} == plain
    held = [*ranges]
    assert all(one[1] + 1 < other[0] for one, other in pairwise(held)), "no two touch"
    asked = {*range(first, last + 1)}
    assert {number for low, high in ranges.gaps(first, last) for number in range(low, high + 1)} == asked - plain
    assert ranges.covers(first, last) == (asked <= plain)
    assert [*Ranges(held)] == held
