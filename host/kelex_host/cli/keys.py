"""`kelex keys`: who has which key. What a command does is in shells/enrolment.py and shells/trust_store.py; what
`pair` and `unpair` ask the house for, in bridge/pairing.py; without a house, they are in shells/pairing_call.py."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from kelex_host import config, running
from kelex_host.cli.passphrases import ask_passphrase, new_passphrase
from kelex_host.cli.request import exchange_request
from kelex_host.cli.target import AsOption, BrokerOption, JsonOption
from kelex_host.config import MemberSettings
from kelex_host.errors import ConfigError
from kelex_host.shells.pairing_files import PairingFiles

app = typer.Typer(
    no_args_is_help=True,
    help="Who may sign guarded orders: the members' keys; and whom a drone obeys.",
    epilog="Example: kelex keys list",
)
DroneArgument = Annotated[str, typer.Argument(help="A drone's id.")]
MemberArgument = Annotated[str, typer.Argument(help="A member's id.")]
PassphraseOption = Annotated[
    bool, typer.Option("--passphrase", help="Encrypt the new key; the passphrase is asked for.")
]
ConfigOption = Annotated[Path | None, typer.Option("--config", help="A kelex.toml.")]
PortOption = Annotated[
    str | None, typer.Option("--port", help="Where no house runs: the drone's port, to do it from here.")
]


@app.command(epilog="Example: kelex keys init --passphrase")
def init(passphrase: PassphraseOption = False, config_file: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Make the owner's key, if there is none. The first `kelex up` does it too, without a passphrase."""
    from kelex_host.shells.enrolment import make_key

    owner = _owner(config_file)
    id = make_key(config.home(), owner, new_passphrase() if passphrase else "")
    _show({"key": id, "member": owner}, f"Made the key {id} of {owner}; keep a copy of it in a safe place.", as_json)


@app.command(epilog="Example: kelex keys enrol lara lara-phone.pem --label phone")
def enrol(
    member: MemberArgument,
    public_key: Annotated[Path | None, typer.Argument(help="A public key, as `kelex keys export` prints it.")] = None,
    new: Annotated[bool, typer.Option("--new", help="Make the key, on this computer.")] = False,
    label: Annotated[str, typer.Option("--label", help="Which device it is on.")] = "",
    passphrase: PassphraseOption = False,
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a member one key more: that of another device, or a new one on this computer."""
    from kelex_host.shells.enrolment import HERE, make_key
    from kelex_host.shells.key_files import read_public
    from kelex_host.shells.trust_store import TrustStore
    from kelex_host.trust.keyring import key_id

    _find_member(member, config_file)
    if new == (public_key is not None):
        raise typer.BadParameter("give either the file of a public key, or --new")
    if public_key is None:
        id = make_key(config.home(), member, new_passphrase() if passphrase else "", label or HERE)
    elif passphrase:
        raise typer.BadParameter("--passphrase is for a key that is made here, with --new")
    else:
        public = read_public(public_key)
        TrustStore(config.home()).change(lambda keyring: keyring.enrol(member, label or public_key.stem[:64], public))
        id = key_id(public)
    _show({"key": id, "member": member}, f"Enrolled the key {id} of {member}.", as_json)


@app.command("list", epilog="Example: kelex keys list --json")
def list_keys(as_json: JsonOption = False) -> None:
    """Show every key that was ever enrolled."""
    from kelex_host.shells.trust_store import TrustStore

    keys = TrustStore(config.home()).keyring().keys.values()
    if as_json:
        typer.echo(
            json.dumps([{"key": k.id, "member": k.member, "label": k.label, "revoked": k.revoked} for k in keys])
        )
        return
    for key in keys:
        typer.echo(f"{key.id}  {key.member:<16} {key.label}{'  (revoked)' if key.revoked else ''}")
    if not keys:
        typer.echo("There is no key yet; `kelex keys init` makes the owner's.", err=True)


@app.command(epilog="Example: kelex keys revoke 3f5a1c0d9be27746")
def revoke(
    key: Annotated[str, typer.Argument(help="Its id, as `list` shows it.")], as_json: JsonOption = False
) -> None:
    """Take a key's rights away, at once and for good: a device was lost, or its owner left."""
    from kelex_host.shells.trust_store import TrustStore

    TrustStore(config.home()).change(lambda keyring: keyring.revoke(key))
    _show({"revoked": [key]}, f"The key {key} is revoked: no order signed with it is obeyed any more.", as_json)


@app.command(epilog="Example: kelex keys rotate jor-el")
def rotate(member: MemberArgument, passphrase: PassphraseOption = False, as_json: JsonOption = False) -> None:
    """Make a new key for a member on this computer, and revoke the old one."""
    from kelex_host.shells.enrolment import rotate_key
    from kelex_host.shells.key_files import is_encrypted, key_path

    path = key_path(config.home(), member)
    old_passphrase = ask_passphrase(path) if is_encrypted(path) else ""
    new, revoked = rotate_key(config.home(), member, old_passphrase, new_passphrase() if passphrase else "")
    text = f"The key of {member} is {new} now; revoked: {', '.join(revoked) or 'none'}."
    _show({"key": new, "member": member, "revoked": revoked}, text, as_json)


@app.command(epilog="Example: kelex keys export jor-el > jor-el.pem")
def export(member: MemberArgument, as_json: JsonOption = False) -> None:
    """Print the public part of a member's key on this computer, for `kelex keys enrol` elsewhere."""
    from kelex_host.shells.key_files import is_encrypted, key_path, public_pem, read_private
    from kelex_host.trust.keyring import key_id

    path = key_path(config.home(), member)
    key = read_private(path, ask_passphrase(path) if is_encrypted(path) else "")
    pem = public_pem(key)
    data = {"key": key_id(key.public_key().public_bytes_raw()), "member": member, "public_key": pem}
    _show(data, pem.rstrip(), as_json)


@app.command(epilog="Example: kelex keys pair kelex --as jor-el")
def pair(
    drone: DroneArgument,
    port: PortOption = None,
    member: AsOption = None,
    broker: BrokerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have a drone obey this house alone. The running house draws the key, and hands it over by the drone's cable."""
    if port is None:
        exchange_request("drone", "pair", {}, broker, drone, member or _owner(None), as_json)
        return
    from kelex_host.shells.pairing_call import pair_at

    asyncio.run(pair_at(_free_port(port), _find_drone(drone), PairingFiles(config.home())))
    _show(
        {"drone": drone, "paired": True},
        f"The drone at {port} is paired as {drone}: it obeys this house alone.",
        as_json,
    )


@app.command(epilog="Example: kelex keys unpair kelex --as jor-el")
def unpair(
    drone: DroneArgument,
    port: PortOption = None,
    member: AsOption = None,
    broker: BrokerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have a drone obey any house at its cable again; hold its touch pad where it is paired with another one."""
    if port is None:
        exchange_request("drone", "unpair", {}, broker, drone, member or _owner(None), as_json)
        return
    from kelex_host.shells.pairing_call import unpair_at

    asyncio.run(unpair_at(_free_port(port), _find_drone(drone), PairingFiles(config.home())))
    _show({"drone": drone, "paired": False}, f"The drone at {port} obeys any house at its cable again.", as_json)


def _free_port(port: str) -> str:
    """The port, unless the running house has it. Raises ConfigError."""
    house = running.find()
    if house is not None and any(os.path.realpath(other) == os.path.realpath(port) for other in house.ports):
        raise ConfigError(f"The running house has {port} open; leave out --port, and it does it itself.")
    return port


def _find_drone(id: str) -> str:
    drones = [drone.id for drone in config.load(None).drone]
    if id not in drones:
        raise ConfigError(f"There is no drone '{id}'; there are {', '.join(drones)}.")
    return id


def _owner(config_file: Path | None) -> str:
    owner = next((member.id for member in config.load(config_file).member if member.role == "owner"), None)
    if owner is None:
        raise ConfigError('No [[member]] has role = "owner"; give it to one of them.')
    return owner


def _find_member(id: str, config_file: Path | None) -> MemberSettings:
    members = {member.id: member for member in config.load(config_file).member}
    if id not in members:
        raise ConfigError(f"There is no member '{id}'; there are {', '.join(members)}.")
    return members[id]


def _show(data: dict[str, Any], text: str, as_json: bool) -> None:
    typer.echo(json.dumps(data) if as_json else text)


@app.command("console-code", epilog="Example: kelex keys console-code")
def console_code() -> None:
    """Print the code that opens a key without a passphrase in the console of the running house."""
    from kelex_host.shells.console_keys import read_code

    typer.echo(read_code(config.home()))


@app.command("console-password", epilog="Example: kelex keys console-password")
def console_password() -> None:
    """Ask for a password and print the line for `[console]` in kelex.toml, which holds its Argon2 hash alone."""
    try:
        from argon2 import PasswordHasher
    except ImportError:
        raise ConfigError("There is no console here: pip install 'kelex[console]' brings it.") from None

    typer.echo(f"password = {json.dumps(PasswordHasher().hash(new_passphrase()))}")
