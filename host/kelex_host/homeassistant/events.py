"""What happens: event entities, and device triggers for automations made by clicking.

Each subject's events come with `event_type` and what they tell, which is what Home Assistant's event entities read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kelex_host.bridge import household_events, records
from kelex_host.bridge.topics import Topics
from kelex_host.homeassistant.device import Component, entity, template, titled


@dataclass(frozen=True, slots=True)
class _Told:
    """Events of one subject; `only` some of its types, where they are given."""

    key: str
    subject: str
    device_class: str | None = None
    icon: str | None = None
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Trigger:
    """A device trigger: this event of this subject, offered as that type and subtype."""

    subject: str
    event_type: str
    type: str
    subtype: str


_OF_DRONE = (
    _Told("doorbell_event", "doorbell", "doorbell"),
    _Told("touch_event", "touch", icon="mdi:gesture-tap"),
    _Told("reflex", "reflex", icon="mdi:run-fast"),
    _Told("fault", "fault", icon="mdi:alert-circle-outline"),
)
_OF_HOUSE = (
    _Told("cry_event", "nursery", icon="mdi:emoticon-cry", only=("cry_started", "cry_ended")),
    _Told("nursery_event", "nursery", icon="mdi:baby-carriage"),
    _Told("announcement", "announcement", icon="mdi:bullhorn"),
    _Told("news", "news", icon="mdi:newspaper"),
    _Told("hazard", "hazard", icon="mdi:alert"),
    _Told("presence_event", "presence", "motion"),
    _Told("visitor", "visitor", icon="mdi:account-question"),
    _Told("call", "call", icon="mdi:phone"),
    _Told("lockdown_event", "lockdown", icon="mdi:shield-lock"),
    _Told("evacuation_event", "evacuate", icon="mdi:rocket-launch"),
)
_DRONE_TRIGGERS = (
    _Trigger("doorbell", "pressed", "button_short_press", "doorbell"),
    _Trigger("touch", "touched", "button_short_press", "touch"),
)
_HOUSE_TRIGGERS = (
    _Trigger("nursery", "cry_started", "cry_started", "nursery"),
    _Trigger("hazard", "raised", "hazard_raised", "hazard"),
    _Trigger("announcement", "escalated", "escalated", "announcement"),
)


def drone_components(topics: Topics, drone: str) -> Iterator[Component]:
    """Of one drone."""
    types: dict[str, list[str]] = {}
    for kinds in records.EVENTS.values():
        for subject, event_type, _ in kinds:
            types.setdefault(subject, []).append(event_type)
    for told in _OF_DRONE:
        yield _event(told, topics.event(drone, told.subject), types[told.subject])
    for trigger in _DRONE_TRIGGERS:
        yield _trigger(trigger, topics.event(drone, trigger.subject))


def house_components(topics: Topics) -> Iterator[Component]:
    """Of the household."""
    for told in _OF_HOUSE:
        yield _event(told, topics.house(f"event/{told.subject}"), list(household_events.EVENTS[told.subject]))
    for trigger in _HOUSE_TRIGGERS:
        yield _trigger(trigger, topics.house(f"event/{trigger.subject}"))


def _event(told: _Told, topic: str, types: list[str]) -> Component:
    name = titled(told.key.removesuffix("_event"))
    only = template(f"value if value_json.event_type in {list(told.only)} else ''") if told.only else None
    return entity(
        told.key,
        "event",
        name,
        state_topic=topic,
        event_types=list(told.only) or types,
        value_template=only,
        device_class=told.device_class,
        icon=told.icon,
    )


def _trigger(trigger: _Trigger, topic: str) -> Component:
    options = {
        "automation_type": "trigger",
        "type": trigger.type,
        "subtype": trigger.subtype,
        "topic": topic,
        "value_template": "{{ value_json.event_type }}",
        "payload": trigger.event_type,
    }
    return Component(f"trigger_{trigger.subject}_{trigger.event_type}", "device_automation", options)
