"""How an error about an unknown name ends."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def near(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown `name`: what was perhaps meant, else all that there is, in its order."""
    known = sorted(known) if isinstance(known, set | frozenset) else [*known]
    close = get_close_matches(name, known, 1)
    return f"; did you mean '{close[0]}'?" if close else f"; there are {', '.join(known) or 'none'}."


def nearest(name: str, known: Iterable[str]) -> str:
    """The one of `known` that is most like `name`, however little that is."""
    return get_close_matches(name, sorted(known), 1, cutoff=0.0)[0]
