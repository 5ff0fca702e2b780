"""Many whole numbers in little room: those that follow one another are a range."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator


class Ranges:
    """A set of numbers, as disjoint ranges (first, last) in order, no two of which touch."""

    def __init__(self, ranges: Iterable[Iterable[int]] = ()) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        for first, last in ranges:
            self.add(first, last)

    def add(self, first: int, last: int | None = None) -> None:
        """Put in all from `first` to `last`, or that one."""
        last = first if last is None else last
        low = bisect_left(self._lasts, first - 1)  # the first range that touches it, or lies behind it
        high = low
        while high < len(self._firsts) and self._firsts[high] <= last + 1:
            first, last = min(first, self._firsts[high]), max(last, self._lasts[high])
            high += 1
        self._firsts[low:high] = [first]
        self._lasts[low:high] = [last]

    def __contains__(self, number: int) -> bool:
        at = bisect_left(self._lasts, number)
        return at < len(self._firsts) and self._firsts[at] <= number

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self._firsts, self._lasts, strict=True)

    def __len__(self) -> int:
        """How many numbers are in it."""
        return sum(self._lasts) - sum(self._firsts) + len(self._firsts)

    def gaps(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """The ranges from `first` to `last` that are not in it."""
        at = bisect_left(self._lasts, first)
        for low, high in zip(self._firsts[at:], self._lasts[at:], strict=True):
            if low > last:
                break
            if first < low:
                yield first, low - 1
            first = high + 1
        if first <= last:
            yield first, last

    def covers(self, first: int, last: int) -> bool:
        """Whether all from `first` to `last` are in it."""
        return next(self.gaps(first, last), None) is None
