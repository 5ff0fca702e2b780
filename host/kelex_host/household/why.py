"""S15: why something happened: the facts that led to it, one behind the other, each with the rule that made it so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kelex_host.bridge.requests import RequestError
from kelex_host.household.facts import INPUT, Fact, stamp

CHAIN_MOST = 50


def explain(find: Callable[[str], Fact | None], event_id: str) -> dict[str, Any]:
    """The chain of an event, itself first. Raises RequestError."""
    fact = find(event_id)
    if fact is None:
        raise RequestError("unknown_id", f"The house remembers no event '{event_id[:64]}'; `kelex watch` shows them.")
    chain: list[dict[str, Any]] = []
    while fact is not None and len(chain) < CHAIN_MOST:
        chain.append(_link(fact))
        fact = find(fact.cause) if fact.cause else None
    return {"event_id": event_id, "chain": chain}


def _link(fact: Fact) -> dict[str, Any]:
    return {
        "event_id": fact.id,
        "what": f"{fact.subject}/{fact.type}",
        "time": stamp(fact.time_ms),
        "severity": fact.severity,
        "rule": fact.rule or ("It came from outside." if fact.kind in (INPUT, "drone") else "It follows at once."),
        "data": {name: value for name, value in fact.data.items() if name not in ("answer", "home", "signed_by")},
    }
