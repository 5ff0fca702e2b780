"""`kelex watch`: live events and states in the terminal."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any

import typer

from kelex_host.cli.target import BrokerOption, JsonOption, Target, find_target

_PAYLOAD_CHARACTERS = 400


def watch(
    broker: BrokerOption = None,
    as_json: JsonOption = False,
    count: Annotated[int, typer.Option("--count", min=0, help="Stop after so many lines; 0: never.")] = 0,
) -> None:
    """Show everything the house says, as it says it: retained states first, then what happens."""
    target = find_target(broker)
    with suppress(KeyboardInterrupt):
        asyncio.run(_follow(target, as_json, count))


async def _follow(target: Target, as_json: bool, count: int) -> None:
    from kelex_host.shells.mqtt_session import MqttSession

    shown = 0
    async with MqttSession(target.url) as session:
        async for topic, payload, retained in session.messages([(f"{target.topics.base}/#", 1)]):
            if as_json:
                document = {"topic": topic, "payload": _read(payload), "retained": retained}
                typer.echo(json.dumps(document, ensure_ascii=False))
            else:
                short = topic.removeprefix(target.topics.base + "/")
                clock = "retained" if retained else datetime.now().strftime("%H:%M:%S")
                text = payload.decode("utf-8", "replace")[:_PAYLOAD_CHARACTERS]
                typer.echo(f"{clock}  {short:<32} {text}")
            shown += 1
            if shown == count:
                return


def _read(payload: bytes) -> Any:
    """A payload as JSON where it is, as text where it is not."""
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return payload.decode("utf-8", "replace")
