"""`kelex watch`: what happens, live, in the terminal."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any

import typer

from kelex_host.cli.target import BrokerOption, JsonOption, Target, find_target
from kelex_host.story.narrator import sentence

_PAYLOAD_CHARACTERS = 400
_MARKS = {"info": " ", "minor": "·", "moderate": "!", "severe": "!!", "extreme": "!!!"}
# What happens, below the base: events, alerts, and who comes and goes. All else are states and figures.
HAPPENINGS = ("house/event/#", "drone/+/event/#", "house/alerts/+", "house/availability", "drone/+/availability")


def watch(
    broker: BrokerOption = None,
    everything: Annotated[bool, typer.Option("--all", help="States, senses and requests as well.")] = False,
    as_json: JsonOption = False,
    count: Annotated[int, typer.Option("--count", min=0, help="Stop after so many lines; 0: never.")] = 0,
) -> None:
    """Show what happens in the house, as it happens; with --all, every message that goes by."""
    target = find_target(broker)
    with suppress(KeyboardInterrupt):
        asyncio.run(_follow(target, everything, as_json, count))


async def _follow(target: Target, everything: bool, as_json: bool, count: int) -> None:
    from kelex_host.shells.mqtt_session import MqttSession

    shown = 0
    filters = [(f"{target.topics.base}/{leaf}", 1) for leaf in (("#",) if everything else HAPPENINGS)]
    async with MqttSession(target.url) as session:
        async for topic, payload, retained in session.messages(filters):
            typer.echo(_as_json(topic, payload, retained) if as_json else as_line(target, topic, payload, retained))
            shown += 1
            if shown == count:
                return


def _as_json(topic: str, payload: bytes, retained: bool) -> str:
    return json.dumps({"topic": topic, "payload": _read(payload), "retained": retained}, ensure_ascii=False)


def as_line(target: Target, topic: str, payload: bytes, retained: bool) -> str:
    """Time, how grave it is, where, and what: a sentence for an event, else the payload."""
    short = topic.removeprefix(target.topics.base + "/")
    clock = "now     " if retained else datetime.now().strftime("%H:%M:%S")
    said = _read(payload)
    if isinstance(said, dict) and "event_type" in said and "/event/" in topic:
        *where, _, subject = short.split("/")
        mark, what = _MARKS.get(str(said.get("severity")), " "), sentence(subject, said)
    elif isinstance(said, dict) and short.startswith("house/alerts/"):
        where, mark, what = ["alert"], _MARKS.get(str(said.get("severity")), "!"), str(said.get("text", ""))
    elif not payload and short.startswith("house/alerts/"):
        where, mark, what = ["alert"], " ", f"Over: {short.removeprefix('house/alerts/')}."
    elif short.endswith("/availability"):
        where, mark, what = short.split("/")[:-1], " ", str(said)
    else:
        where, mark, what = [short], " ", payload.decode("utf-8", "replace")
    plain = "".join(letter if letter.isprintable() else " " for letter in what[:_PAYLOAD_CHARACTERS])
    return f"{clock} {mark:<3} {where[-1]:<14} {plain}".rstrip()


def _read(payload: bytes) -> Any:
    """A payload as JSON where it is, as text where it is not."""
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return payload.decode("utf-8", "replace")
