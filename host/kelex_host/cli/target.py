"""Which house a client command talks to, and the options that all of them share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

import typer

from kelex_host import config, running
from kelex_host.bridge import verbs
from kelex_host.bridge.topics import RequestTopic, Topics
from kelex_host.broker_url import BrokerUrl
from kelex_host.config.near import near
from kelex_host.errors import ConfigError

DEFAULT_URL = "mqtt://127.0.0.1:1883"

BrokerOption = Annotated[str | None, typer.Option("--broker", help="mqtt[s]://user@host:port of the house's broker.")]
DroneOption = Annotated[str | None, typer.Option("--drone", help="Which drone, where there are several.")]
AsOption = Annotated[str | None, typer.Option("--as", help="Sign as this member; needed for what is guarded.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the data as JSON.")]


@dataclass(frozen=True, slots=True)
class Target:
    """A house to talk to: its broker, its names, its drones."""

    url: BrokerUrl
    topics: Topics
    drones: list[str]

    def request_topic(self, scope: str, verb: str, drone: str | None) -> RequestTopic:
        """The topic of a request. Raises ConfigError when it is not clear which drone is meant."""
        if scope != "drone":
            return RequestTopic(scope, "", verb)
        if drone is None and len(self.drones) > 1:
            raise ConfigError(f"There are several drones; name one with --drone: {', '.join(self.drones)}.")
        return RequestTopic("drone", drone or self.drones[0], verb)


def find_target(broker: str | None) -> Target:
    """The house of `--broker`, else the running one, else the configured one. Raises ConfigError."""
    house = running.find()
    settings = config.load(None)
    base, drones = settings.house.base, [drone.id for drone in settings.drone]
    if broker:
        return Target(BrokerUrl.parse(broker), Topics(base), drones)
    if house is not None:
        return Target(BrokerUrl.parse(house.broker), Topics(house.base), house.drones)
    return Target(settings.broker.address() or BrokerUrl.parse(DEFAULT_URL), Topics(base), drones)


def scope_of(verb: str) -> str:
    """The scope of a verb, which has to be clear from its name. Raises ConfigError for one that nobody knows."""
    scopes: Iterable[str] = verbs.scopes_of(verb)
    scope = next(iter(scopes), None)
    if scope is None:
        nearest = near(verb[:64], {verb.name for verb in verbs.VERBS})
        raise ConfigError(f"There is no verb '{verb[:64]}'{nearest} [unknown_verb]")
    return scope
