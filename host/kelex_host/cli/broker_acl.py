"""`kelex broker-acl`: what a mosquitto needs to know of this household."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from kelex_host import config
from kelex_host.bridge import broker_acl as rights
from kelex_host.config.secrets import read_secrets
from kelex_host.shells.safe_file import replace_file

ACL, PASSWORDS = "kelex.acl", "kelex.passwd"


def broker_acl(
    to: Annotated[
        Path | None, typer.Option("--to", help=f"Write {ACL} and {PASSWORDS} into this folder, instead of printing.")
    ] = None,
    config_file: Annotated[Path | None, typer.Option("--config", help="A kelex.toml, if not the usual one.")] = None,
) -> None:
    """Print mosquitto's access list and password entries for this household.

    Passwords are the secrets `mqtt-<user>`; those that there are not yet are made, and kept in secrets.toml.
    """
    settings = config.load(config_file)
    found = settings.homeassistant
    members = [member.id for member in settings.member if member.role != "infant"]
    everybody = rights.users(settings.house.base, found.prefix, found.status, members)
    file = (config_file.parent if config_file else config.home()) / "secrets.toml"
    known = ensure_passwords(file, [user.secret for user in everybody])
    salts = (secrets.token_bytes(rights.SALT_BYTES) for _ in everybody)
    access, entries = rights.acl(everybody), rights.passwords(everybody, known, salts)
    if to is None:
        typer.echo(f"{access}\n# The password file's entries; the passwords are in {file}.\n{entries}", nl=False)
        return
    to.mkdir(parents=True, exist_ok=True)
    (to / ACL).write_text(access)
    replace_file(to / PASSWORDS, entries.encode())
    typer.echo(f"{to / ACL} and {to / PASSWORDS} are written; the passwords are in {file}.")
    typer.echo("In mosquitto.conf: allow_anonymous false, acl_file and password_file with these paths. Then reload it.")


def ensure_passwords(file: Path, names: list[str]) -> dict[str, str]:
    """The secrets of these names; what there is not yet is made and added to the file. Raises ConfigError, OSError."""
    known = dict(read_secrets(file, {}).texts)
    made = {name: secrets.token_urlsafe(24) for name in names if name not in known}
    if made:
        before = file.read_text("utf-8") if file.exists() else ""
        if before and not before.endswith("\n"):
            before += "\n"
        lines = "".join(f'{name} = "{password}"\n' for name, password in made.items())
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, (before + lines).encode())
    return known | made
