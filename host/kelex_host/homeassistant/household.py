"""The household: who is at home, the nursery, modes, alerts, and announcements by text and notify."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kelex_host.bridge.house_verbs import INFANT_STATES
from kelex_host.bridge.topics import RequestTopic, Topics
from kelex_host.homeassistant.device import Component, Estate, MemberCard, entity, template, truth, value
from kelex_host.household.members import EVERYONE

# Home Assistant takes texts of at most so many characters.
TEXT_CHARACTERS_MOST = 255


def components(estate: Estate) -> Iterator[Component]:
    """All of the household."""
    topics = estate.topics
    yield from _mode(topics)
    yield from _nursery(topics, has_watch_switch=estate.has_watch_switch)
    yield from _members(topics, estate)
    yield from _telling(topics, estate)
    yield entity(
        "alerts",
        "binary_sensor",
        "Alerts",
        state_topic=topics.house("alerts"),
        value_template="{{ value_json.alerts | length > 0 }}",
        payload_on="True",
        payload_off="False",
        device_class="problem",
        json_attributes_topic=topics.house("alerts"),
    )
    yield entity(
        "call_state",
        "sensor",
        "Holo-phone",
        state_topic=topics.house("calls"),
        value_template="{{ value_json.current.state if value_json.current else 'idle' }}",
        icon="mdi:phone",
    )


def _mode(topics: Topics) -> Iterator[Component]:
    mode = topics.house("mode")
    quiet = truth("quiet") | {"state_on": "True", "state_off": "False"}
    quiet |= {"payload_on": json.dumps({"on": True}), "payload_off": json.dumps({"on": False})}
    yield entity(
        "quiet",
        "switch",
        "Quiet mode",
        state_topic=mode,
        command_topic=_request(topics, "quiet"),
        icon="mdi:volume-off",
        **quiet,
    )
    yield entity(
        "occupied", "binary_sensor", "Occupied", state_topic=mode, device_class="occupancy", **truth("occupied")
    )
    yield entity("lockdown", "binary_sensor", "Lockdown", state_topic=mode, icon="mdi:shield-lock", **truth("lockdown"))
    yield entity(
        "evacuation",
        "sensor",
        "Evacuation",
        state_topic=mode,
        value_template="{{ value_json.evacuation or 'none' }}",
        device_class="enum",
        options=["none", "begun", "launched"],
    )


def _nursery(topics: Topics, *, has_watch_switch: bool) -> Iterator[Component]:
    nursery = topics.house("nursery")
    yield entity("cry", "binary_sensor", "Cry", state_topic=nursery, device_class="sound", **truth("crying"))
    yield entity(
        "infant",
        "sensor",
        "Infant",
        state_topic=nursery,
        value_template=value("infant"),
        device_class="enum",
        options=list(INFANT_STATES),
        icon="mdi:baby-face",
    )
    yield entity(
        "nursery_climate",
        "sensor",
        "Nursery climate",
        state_topic=nursery,
        value_template=value("climate"),
        device_class="enum",
        options=["comfortable", "too_hot", "too_cold"],
    )
    watch = truth("watch")
    if has_watch_switch:
        watch |= {"state_on": "True", "state_off": "False", "command_topic": _request(topics, "nursery")}
        watch |= {"payload_on": json.dumps({"watch": True}), "payload_off": json.dumps({"watch": False})}
    platform = "switch" if has_watch_switch else "binary_sensor"
    yield entity("nursery_watch", platform, "Nursery watch", state_topic=nursery, icon="mdi:eye", **watch)


def _members(topics: Topics, estate: Estate) -> Iterator[Component]:
    members = topics.house("members")
    for member in estate.members:
        mine = f"(value_json.members | selectattr('id', 'eq', '{member.id}') | first)"
        yield entity(
            f"member_{member.id}",
            "binary_sensor",
            f"{member.name} at home",
            state_topic=members,
            value_template=template(f"{mine}.home"),
            payload_on="True",
            payload_off="False",
            device_class="presence",
        )
        yield entity(
            f"member_{member.id}_room",
            "sensor",
            f"{member.name}'s room",
            state_topic=members,
            value_template=template(f"{mine}.room or 'away'"),
            icon="mdi:map-marker-account",
        )


def _telling(topics: Topics, estate: Estate) -> Iterator[Component]:
    announce = _request(topics, "announce")
    told = [member for member in estate.members if member.is_told_things]
    for member in (MemberCard(EVERYONE, "Everyone", True), *told):
        yield entity(
            f"notify_{member.id}",
            "notify",
            f"Tell {member.name.lower() if member.id == EVERYONE else member.name}",
            command_topic=announce,
            command_template=_announcement(member.id),
            icon="mdi:bullhorn",
        )
    announcements = topics.house("announcements")
    yield entity(
        "announce",
        "text",
        "Announce",
        state_topic=announcements,
        value_template=template(f"(value_json.current.text if value_json.current else '')[:{TEXT_CHARACTERS_MOST}]"),
        command_topic=announce,
        command_template=_announcement(EVERYONE),
        max=TEXT_CHARACTERS_MOST,
        icon="mdi:bullhorn",
    )


def _announcement(to: str) -> str:
    return template(f"{{'text': value, 'to': '{to}'}} | to_json")


def _request(topics: Topics, verb: str) -> str:
    return topics.request(RequestTopic("house", "", verb))
