"""`kelex up`: the options of the main job. What it runs is put together in `house_process.py`."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from kelex_host import config
from kelex_host.broker_url import BrokerUrl
from kelex_host.cli.pace import pace_of
from kelex_host.config import ConsoleSettings, DroneSettings, Settings
from kelex_host.errors import ConfigError
from kelex_host.shells.log_lines import as_json


class LogFormat(StrEnum):
    """For people, or a line of JSON each for a program."""

    TEXT = "text"
    JSON = "json"


def up(
    port: Annotated[
        list[str] | None,
        typer.Option("--port", help="A real board's port, `auto` or a pySerial URL; repeat it for several drones."),
    ] = None,
    broker: Annotated[
        str | None, typer.Option("--broker", help="mqtt[s]://user@host:port of an outside broker.")
    ] = None,
    config_file: Annotated[Path | None, typer.Option("--config", help="A kelex.toml.")] = None,
    no_console: Annotated[bool, typer.Option("--no-console", help="Without the page in the browser.")] = False,
    log: Annotated[LogFormat, typer.Option("--log", help="How it tells what happens.")] = LogFormat.TEXT,
    speed: Annotated[float, typer.Option("--speed", help="A simulated house so many times as fast as life.")] = 1.0,
    scenario: Annotated[
        str, typer.Option("--scenario", help="Play a day in it: krypton, the day at the house of El.")
    ] = "",
) -> None:
    """Run the house: drone, broker, bridge and console in one process tree. Without options, all of it simulated."""
    pace, settings = pace_of(with_ports(config.load(config_file), port or []), speed, scenario)
    if no_console:
        settings = msgspec.structs.replace(settings, console=ConsoleSettings(enabled=False))
    # A broker named here is taken as it is named: the configured password is for the configured one.
    url = BrokerUrl.parse(broker) if broker else settings.broker.address()
    # Only this command needs the brokers, ports and the simulator: the others start without them.
    from kelex_host.cli.house_process import run

    asyncio.run(run(settings, url, as_json(typer.echo) if log is LogFormat.JSON else typer.echo, pace))


def with_ports(settings: Settings, ports: list[str]) -> Settings:
    """The settings with these ports given to the drones, in their order; one more drone for each port too many.

    Drones beyond the ports stay as they are configured: real and simulated ones live in one house.
    """
    if not ports:
        return settings
    drones = list(settings.drone)
    for i, port in enumerate(ports[: len(drones)]):
        drones[i] = msgspec.structs.replace(drones[i], port=port)
    names = (f"kelex-{number}" for number in count(2))
    for port in ports[len(drones) :]:
        taken = {drone.id for drone in drones}
        name = next(name for name in names if name not in taken)
        drones.append(DroneSettings(name, settings.drone[0].room, port))
    taken_ports = [drone.port for drone in drones if drone.port]
    if len(set(taken_ports)) < len(taken_ports):
        raise ConfigError("Two drones cannot share a port; give each --port another one.")
    return msgspec.structs.replace(settings, drone=drones)
