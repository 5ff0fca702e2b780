"""What the house itself tells, as JSON Schemas: so far, the refusals that the guard reports."""

from __future__ import annotations

from kelex_host.bridge.json_schemas import Schema, array, choice, integer, just, mapping, record, text
from kelex_host.trust.alerts import KINDS, SOURCES_MOST

TIME = text("When it was so, by the house's clock: RFC 3339 with offset.", format="date-time")


def _refusals() -> dict[str, Schema]:
    """What an alert and its event have in common."""
    source = {
        "key": text("The id of the key that they claim, empty for none."),
        "topic": text("Where they came in."),
        "count": integer("How many."),
    }
    return {
        "time": TIME,
        "severity": choice("How grave that is.", dict.fromkeys(KINDS.values())),
        "kind": choice("Why they were refused.", KINDS),
        "text": text("What the last of them was told."),
        "count": integer("How many."),
        "sources": array("Where most came from.", record("One of them.", source), maxItems=SOURCES_MOST),
    }


def alert() -> Schema:
    """`alerts/<id>`: there while it is so, deleted by an empty payload."""
    return record(
        "Orders are refused.",
        {"id": text("The alert's id."), "first": text("When the first came.", format="date-time"), **_refusals()},
    )


def alert_list() -> Schema:
    """`alerts`: which of them stand."""
    fields = {"id": text("The alert's id."), "severity": text("How grave that is."), "text": text("What is wrong.")}
    return record("The alerts that stand.", {"alerts": array("All of them.", record("One of them.", fields))})


def discovery() -> Schema:
    """`discovery`: what is published for Home Assistant."""
    entities = mapping("A device's entities and their platforms; none for an entity's own topic.", text("A platform."))
    return record(
        "What is published for Home Assistant's discovery, so that a later start can take it away.",
        {"published": mapping("By topic.", entities)},
    )


def order_refused() -> Schema:
    """`event/trust`."""
    return record(
        "Guarded orders were refused.",
        {
            "event_id": text("Stable: a reader may drop a repeat.", pattern="^trust-[0-9a-f]{8}-[0-9]+$"),
            "event_type": just("order_refused", "What it is."),
            **_refusals(),
        },
    )
