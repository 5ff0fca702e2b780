"""Events as sentences, for whoever watches the house: `kelex watch`, and the day at the house of El.

A sentence is a line of SENTENCES with the event's fields in it: `{member}` is written as a name, `{celsius}` as a
number. What has no line is told by its fields.
"""

from __future__ import annotations

from typing import Any

from kelex_host.household.configured import name_of

# By subject and type. A list as a field is joined; a field that is missing is left out with its brackets: `[ {why}]`.
# fmt: off
SENTENCES: dict[str, str] = {
    "announcement/queued": 'Kelex has something for {to:names}: "{text}" ({priority}).',
    "announcement/started": 'Kelex says: "{address:call}{text}"',
    "announcement/resumed": 'Kelex goes on where he was interrupted: "{address:call}{text}"',
    "announcement/interrupted": "He breaks off, for something that presses more.",
    "announcement/delivered": "That is told.",
    "announcement/repeated": "That is told again.",
    "announcement/acknowledged": "{by:name} has taken note.",
    "announcement/escalated": "Nobody takes note, so Kelex tells {to:name} as well.",
    "announcement/expired": "That is told no more.",
    "news/news_item": "In the news: {title}.",
    "news/alert_over": "The alert is over ({why}): {title}.",
    "presence/arrived": "{member:name} comes home, into the {room}.",
    "presence/departed": "{member:name} leaves the house.",
    "presence/moved": "{member:name} goes into the {room}.",
    "brief/briefed": "{member:name} is told what happened meanwhile: {items} in all.",
    "quiet/quiet_on": "The house falls quiet ({reason:words}).",
    "quiet/quiet_off": "The house may be heard again.",
    "drone/online": "The drone {drone} answers.",
    "drone/offline": "The drone {drone} answers no more.",
    "nursery/watch_on": "The nursery is watched.",
    "nursery/watch_off": "The nursery is not watched any more.",
    "nursery/asleep": "The infant sleeps.",
    "nursery/woke": "The infant is awake.",
    "nursery/limits_set": "The nursery is to be between {low} and {high} degrees.",
    "nursery/cry_started": "The infant cries in the {room}.",
    "nursery/cry_ended": "The infant is calm again.",
    "nursery/too_hot": "It is too warm in the {room}: {celsius:degrees}, and {limit:degrees} is the limit.",
    "nursery/too_cold": "It is too cold in the {room}: {celsius:degrees}, and {limit:degrees} is the limit.",
    "nursery/comfortable": "The air in the {room} is well again: {celsius:degrees}.",
    "visitor/arrived": "{who} wants to see {for:name}[: {reason}].",
    "visitor/announced": "The visitor is announced.",
    "visitor/accepted": "{by:name} lets the visitor in.",
    "visitor/declined": "{by:name} sends the visitor away.",
    "visitor/expired": "Nobody has answered the visitor.",
    "hazard/raised": "Hazard: {kind:words}, {level}[, in the {room}][: {peak:shake}].",
    "hazard/cleared": "The hazard is over: {kind:words}[, {level}][, {peak:shake} at most][, {lasted_s} s long].",
    "evacuate/begun": "Evacuation. Still open: {open:list}.",
    "evacuate/checked": "Checked: {item}. Still open: {open:list}.",
    "evacuate/unchecked": "No longer safe: {item}. Still open: {open:list}.",
    "evacuate/launch_refused": "No launch while anything is open: {open:list}.",
    "evacuate/launched": "Launched.",
    "evacuate/aborted": "The evacuation is called off.",
    "lockdown/locked": "Lockdown[: {reason}].",
    "lockdown/lifted": "The lockdown is lifted[ by {by:name}].",
    "call/dialling": "Calling {contact:name} for {by:name}.",
    "call/ringing": "It rings.",
    "call/active": "{contact:name} is on the line.",
    "call/ended": "{by:name} ends the call.",
    "call/refused": "{by:name} refuses the call.",
    "call/failed": "The call to {contact:name} fails[: {why}].",
    "crystal/saved": "The memory crystal is grown: {facts} memories.",
    "crystal/verified": "The memory crystal is whole: {facts} memories.",
    "crystal/restored": "A memory crystal is ready to be taken at the next start: {facts} memories.",
    "crystal/failed": "The memory crystal: {why}",
    "forget/forgotten": "The drone {drone} is forgotten.",
    "project/created": "A project: {title}.",
    "project/stocked": "In store for the {project}: {parts:parts}.",
    "project/bought": "Bought for the {project}: {parts:parts}.",
    "project/step_done": "Done for the {project}: {step}.",
    "project/replanned": "The plan for the {project} is now the {to}: {why}",
    "project/blocked": "The {project} cannot go on: {why}",
    "project/finished": "The {project} is finished.",
    "project/cancelled": "The {project} is given up.",
    "project/purchases_forbidden": "No more parts can be bought.",
    "project/purchases_allowed": "Parts can be bought again.",
    "body/gesture_started": "The drone makes a gesture: {gesture}.",
    "body/gesture_done": "Its gesture is over: {gesture}.",
    "body/gesture_interrupted": "Its gesture is cut short: {gesture}.",
    "body/eye_changed": "Its eye changes.",
    "body/tone_started": "It sounds a tone.",
    "body/tone_muted": "It keeps its tone to itself: the house is quiet.",
    "body/holodisk_on": "The holo-disk lights up.",
    "body/holodisk_off": "The holo-disk goes dark.",
    "body/quiet_on": "The drone moves more slowly now, and sounds no tone.",
    "body/quiet_off": "The drone may move and sound as ever.",
    "trust/order_refused": "An order is refused, and the owner told: {text}",
    "doorbell/pressed": "The doorbell rings.",
    "door/opened": "A door opens.",
    "door/closed": "A door closes.",
    "cry/cry_started": "The drone hears an infant cry.",
    "cry/cry_ended": "The drone hears no crying any more.",
    "fault/raised": "The drone finds it faulty: {part:words}.",
    "fault/cleared": "It is well again: {part:words}.",
    "alarm/raised": "The drone raises an alarm: {alarm:words}, {level}.",
    "alarm/cleared": "The drone's alarm is over: {alarm:words}, after {lasted_s} s.",
    "reflex/raised": "A reflex holds the drone: {reflex:words}.",
    "reflex/cleared": "The reflex is over: {reflex:words}.",
    "presence/motion": "Something moves before the drone; it looks whether that is somebody.",
    "presence/detected": "The drone sees somebody.",
    "presence/cleared": "The drone sees nobody any more.",
}
# fmt: on
_NOT_TOLD = ("event_id", "event_type", "time", "severity", "transaction", "cause")


def sentence(subject: str, event: dict[str, Any]) -> str:
    """One event, as its topic's last level and its payload have it, for people."""
    template = SENTENCES.get(f"{subject}/{event.get('event_type')}")
    try:
        told = _fill(template, event) if template else None
    except (TypeError, ValueError, AttributeError):  # not as the contract has it: somebody else's
        told = None
    if told is not None:
        return told
    if subject == "request":  # what was asked for, in an explanation
        return f"The house was asked: {event.get('event_type')}{_about(event)}."
    rest = " ".join(f"{name}={_plain(value)}" for name, value in event.items() if name not in _NOT_TOLD)
    return f"{event.get('event_type')} {rest}".strip()


def _about(event: dict[str, Any]) -> str:
    return "".join(f', "{event[name]}"' for name in ("text", "title", "reason", "to", "member") if event.get(name))


def _fill(template: str, event: dict[str, Any]) -> str | None:
    """The template with its fields; None where one that has to be there is missing."""
    told = ""
    for i, part in enumerate(template.replace("]", "[").split("[")):
        filled = _fill_part(part, event)
        if filled is None and i % 2 == 0:
            return None
        told += filled or ""
    return told


def _fill_part(part: str, event: dict[str, Any]) -> str | None:
    told = ""
    for i, piece in enumerate(part.replace("}", "{").split("{")):
        if i % 2 == 0:
            told += piece
            continue
        name, _, kind = piece.partition(":")
        value = event.get(name)
        if value is None:
            return None
        told += _KINDS[kind](value)
    return told


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _list(value: Any) -> str:
    return ", ".join(map(str, value)) or "nothing"


def _names(value: Any) -> str:
    return " and ".join(name_of(str(one)) for one in value)


_KINDS = {
    "": _plain,
    "name": lambda value: name_of(str(value)),
    "names": _names,
    "call": lambda value: f"{value}: " if value else "",
    "words": lambda value: str(value).replace("_", " "),
    "degrees": lambda value: f"{value:.1f} °C",
    "shake": lambda value: f"{value:.1f} m/s²",
    "list": _list,
    "parts": lambda value: ", ".join(f"{count} {part}" for part, count in value.items()) or "nothing",
}
