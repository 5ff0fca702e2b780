"""Facts as the journal has them: what only the household knows of a fact goes with its data."""

from __future__ import annotations

from kelex_host.household.facts import DRONE, EVENT, INPUT, NOTE, Fact
from kelex_host.memory.fact import Fact as Row

_KINDS = {EVENT: "e", INPUT: "i", DRONE: "d", NOTE: "n"}
_OF_LETTER = {letter: kind for kind, letter in _KINDS.items()}
_OURS = "_"
NS_IN_MS = 1_000_000


def row_of(fact: Fact) -> Row:
    """A fact for the journal."""
    ours = [_KINDS[fact.kind], fact.at_ms, fact.rule] if fact.rule else [_KINDS[fact.kind], fact.at_ms]
    return Row(
        fact.id,
        fact.time_ms * NS_IN_MS,
        fact.subject,
        fact.type,
        fact.severity,
        {**fact.data, _OURS: ours},
        fact.cause or None,
        fact.transaction or None,
    )


def fact_of(row: Row) -> Fact:
    """A fact of the journal. Raises ValueError for one that no household wrote."""
    data = dict(row.data)
    try:
        letter, at_ms, *rule = data.pop(_OURS)
        kind = _OF_LETTER[letter]
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"The fact '{row.event_id}' is not one of a household.") from None
    time_ms = row.time_ns // NS_IN_MS
    return Fact(
        row.event_id, kind, row.subject, row.type, time_ms, at_ms, row.severity, row.cause or "",
        row.transaction or "", "".join(rule), data,
    )  # fmt: skip
