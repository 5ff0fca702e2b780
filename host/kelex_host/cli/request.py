"""Commands that send one request and print its response: `send`, the friendly forms, and `world`."""

from __future__ import annotations

import asyncio
import inspect
import json
import math
import secrets
import time
from collections.abc import Callable
from keyword import iskeyword
from math import isfinite
from typing import Annotated, Any

import msgspec
import typer

from kelex_host import config
from kelex_host.bridge import verbs
from kelex_host.bridge.house_verbs import VARIANTS_EXAMPLE
from kelex_host.bridge.now import Now
from kelex_host.bridge.requests import MAX_PAYLOAD_BYTES, MAX_TRANSACTION_CHARACTERS
from kelex_host.cli.passphrases import ask_passphrase
from kelex_host.cli.target import AsOption, BrokerOption, DroneOption, JsonOption, find_target, scope_of
from kelex_host.cli.usage import reader
from kelex_host.errors import ConfigError

RESPONSE_S = 5.0
_KINDS: dict[str, type] = {
    "number": float,
    "integer": int,
    "text": str,
    "color": str,
    "boolean": bool,
    "angles": list[str],
    "time": str,
    "ids": list[str],
    "object": str,
    "map": str,
    "list": str,
}


def send(
    verb: Annotated[str, typer.Argument(help="What to do.")],
    fields: Annotated[str, typer.Argument(help="Its fields, as a JSON object.")] = "{}",
    broker: BrokerOption = None,
    drone: DroneOption = None,
    member: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send any request and print the response."""
    try:
        payload = msgspec.json.decode(fields)
    except msgspec.DecodeError as error:
        raise typer.BadParameter(f'not JSON ({error}); write it as \'{{"pan": 30, "tilt": -10}}\'') from None
    if not isinstance(payload, dict):
        raise typer.BadParameter('it has to be a JSON object, such as \'{"pan": 30, "tilt": -10}\'')
    scope = "drone" if drone and ("drone", verb) in verbs.BY_NAME else scope_of(verb)
    exchange_request(scope, verb, payload, broker, drone, member, as_json)


def verb_command(verb: verbs.Verb) -> Callable[..., None]:
    """A command for a verb, made from its declaration: required fields by position, the others as options."""

    def command(
        broker: str | None = None,
        target: str | None = None,
        signer: str | None = None,
        as_json: bool = False,
        **fields: Any,
    ) -> None:
        given = {name.rstrip("_"): value for name, value in fields.items() if value is not None and value != []}
        for field in verb.fields:
            if field.typed is not None and field.name not in given:
                given[field.name] = (signer or house_owner()) if field.typed == "member" else field.typed
            if field.kind in ("object", "map", "list") and field.name in given:
                given[field.name] = read_json(field, given[field.name])
            if field.kind == "angles":
                given[field.name] = read_angles(given[field.name])
            if field.choices and given.get(field.name, field.choices[0]) not in field.choices:
                known = ", ".join(field.choices)
                what = verb.name if field.name == "name" else field.name
                raise typer.BadParameter(f"There is no {what} '{given[field.name]}'; there are {known}.")
        scope = "drone" if target and of_drone else verb.scope
        exchange_request(scope, verb.name, given, broker, target, signer, as_json)

    # Where a drone has a verb of the same name, --drone means that one.
    of_drone = ("drone", verb.name) in verbs.BY_NAME
    parameters = [_parameter(field) for field in verb.fields]
    shared: list[tuple[str, Any, Any]] = [
        ("broker", BrokerOption, None),
        ("signer", AsOption, None),
        ("as_json", JsonOption, False),
    ]
    if of_drone:
        shared.append(("target", DroneOption, None))
    for name, annotation, default in shared:
        parameters.append(
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        )
    command.__name__ = verb.name
    command.__doc__ = verb.help
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return command


def read_json(field: verbs.Field, text: str) -> Any:
    """What a field is that is typed as JSON, or as `@FILE` with JSON in it. Raises BadParameter."""
    if text.startswith("@"):
        try:
            with open(text[1:], "rb") as file:
                text = file.read(MAX_PAYLOAD_BYTES + 1).decode()
        except (OSError, UnicodeDecodeError) as error:
            raise typer.BadParameter(f"the file {text[1:]} cannot be read ({error}); name another.") from None
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        example = VARIANTS_EXAMPLE if field.kind == "list" else '{"plate": 2}'
        raise typer.BadParameter(f"{field.name} is not JSON ({error}); write it as '{example}'.") from None


def house_owner() -> str:
    """Who is taken to type a command that says nothing of it: the configuration's owner. Raises ConfigError."""
    members = config.load(None).member
    owner = next((member.id for member in members if member.role == "owner"), None)
    if owner is None:
        raise ConfigError("The configuration has no owner; say who you are with --by.")
    return owner


def read_angles(words: list[str]) -> dict[str, float]:
    """`joint=degrees` words as an object. Raises BadParameter."""
    angles: dict[str, float] = {}
    for word in words:
        joint, _, degrees = word.partition("=")
        try:
            angle = float(degrees)
        except ValueError:
            angle = math.nan
        if not joint or not math.isfinite(angle):
            raise typer.BadParameter(f"'{word}' is not a joint and its degrees, such as left_elbow=45.")
        if joint not in verbs.RANGES:
            raise typer.BadParameter(f"There is no joint '{joint}'; there are {', '.join(verbs.RANGES)}.")
        if joint in angles:
            raise typer.BadParameter(f"'{joint}' is named twice; name each joint once.")
        angles[joint] = angle
    return angles


def _parameter(field: verbs.Field) -> inspect.Parameter:
    kind = _KINDS[field.kind]
    name = f"{field.name}_" if iskeyword(field.name) else field.name
    limits = f" ({', '.join(field.choices)})" if field.choices else ""
    limits += " (JSON, or @FILE)" if field.kind in ("object", "map", "list") else ""
    limits += f" ({field.low:g} to {field.high:g} {field.unit})" if field.unit and field.low is not None else ""
    how: dict[str, Any] = {"help": field.help + limits}
    positional = field.positional or (field.required and not field.option)
    if positional or field.kind != "boolean":  # as an option it is a flag
        how["parser"] = reader(field)
    if field.required and not field.option and not field.positional:
        annotation: Any = Annotated[kind, typer.Argument(**how)]
        return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation)
    if field.positional:
        annotation = Annotated[kind | None, typer.Argument(**how)]
        return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=annotation)
    option = "--" + field.name.replace("_", "-")
    if field.kind == "boolean":
        option += "/--no-" + option.removeprefix("--")
    annotation = Annotated[kind | None, typer.Option(option, **how)]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def exchange_request(
    scope: str,
    verb: str,
    fields: dict[str, Any],
    broker: str | None,
    drone: str | None,
    member: str | None,
    as_json: bool,
) -> None:
    """One request, one response, printed; exit code 1 when it was refused."""
    response = ask_house(scope, verb, fields, broker, drone, member)
    if as_json:
        typer.echo(json.dumps(response, ensure_ascii=False))
    elif response["status"] == "ok":
        typer.echo(json.dumps(response.get("data", {}), ensure_ascii=False))
    else:
        typer.echo(f"{response['error']['message']} [{response['error']['code']}]", err=True)
    if response["status"] != "ok":
        raise typer.Exit(1)


def ask_house(
    scope: str, verb: str, fields: dict[str, Any], broker: str | None, drone: str | None, member: str | None
) -> dict[str, Any]:
    """One request to a running house, signed where a `member` is named; its response. Raises KelexError."""
    from kelex_host.shells.mqtt_session import MqttSession

    target = find_target(broker)
    topic = target.request_topic(scope, verb, drone)
    if not verb or set(verb) & set("+#/\0"):
        raise ConfigError(f"'{verb}' cannot be a verb; see `kelex send --help`.")
    if any(isinstance(value, float) and not isfinite(value) for value in fields.values()):
        raise typer.BadParameter("a number has to be finite")
    # The house could not address its answer without one.
    if fields.get("transaction") is None:
        fields["transaction"] = f"cli-{secrets.token_hex(6)}"
    if not isinstance(fields["transaction"], str) or len(fields["transaction"]) > MAX_TRANSACTION_CHARACTERS:
        raise ConfigError(f"The transaction has to be text of at most {MAX_TRANSACTION_CHARACTERS} characters.")
    payload = msgspec.json.encode(_signed(target.topics.request(topic), fields, member) if member else fields)
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise ConfigError(f"The request has {len(payload)} bytes; the most is {MAX_PAYLOAD_BYTES}.")

    async def exchange() -> dict[str, Any]:
        async with MqttSession(target.url, timeout_s=RESPONSE_S) as session:
            return await session.request(
                target.topics.request(topic),
                target.topics.response(topic),
                payload,
                fields["transaction"],
            )

    return asyncio.run(exchange())


def _signed(topic: str, fields: dict[str, Any], member: str) -> dict[str, Any]:
    """The envelope for a request, signed with a member's key on this computer. Raises TrustError."""
    from kelex_host.shells.key_files import is_encrypted, key_path, read_private, use_counter
    from kelex_host.trust.signing import sign

    path = key_path(config.home(), member)
    passphrase = ask_passphrase(path) if is_encrypted(path) else ""
    key = read_private(path, passphrase)
    now = Now(time.monotonic(), time.time())
    return sign(topic, fields, by=member, key=key, now=now, counter=use_counter(path))
