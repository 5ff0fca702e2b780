"""`kelex crystal`: the memory of a house that does not run, in one file. What a command does is in memory/crystal.py
and memory/restoring.py; a running house is asked by the verb `crystal`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kelex_host import config
from kelex_host.cli.passphrases import ask_passphrase, crystal_passphrase
from kelex_host.cli.target import JsonOption
from kelex_host.errors import ConfigError

if TYPE_CHECKING:
    from kelex_host.memory.crystal import Contents
    from kelex_host.memory.crystal_file import CrystalFile

app = typer.Typer(
    no_args_is_help=True,
    help="The memory crystal: all that the house remembers, in one file, encrypted and signed.",
    epilog="Example: kelex crystal save house.crystal",
)
FileArgument = Annotated[Path, typer.Argument(help="The crystal.")]
SecretOption = Annotated[
    str | None,
    typer.Option(
        "--passphrase-secret",
        help="The secret that is the passphrase, in secrets.toml or the environment; else `crystal`, else it is asked.",
    ),
]


@dataclass(frozen=True, slots=True)
class Shown:
    """What anybody can see of a crystal."""

    saved_at: str
    signed_by: str
    kelex: str
    bytes: int


@app.command(epilog="Example: kelex crystal save house.crystal --as lara")
def save(
    file: FileArgument,
    member: Annotated[str | None, typer.Option("--as", help="Who signs it, with his key here; else the owner.")] = None,
    secret: SecretOption = None,
    config_file: Annotated[Path | None, typer.Option("--config", help="A kelex.toml.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Save the memory. An older crystal of that name stays until the new one is whole."""
    from time import time

    from kelex_host.bridge.now import Now
    from kelex_host.memory.crystal import save as save_crystal
    from kelex_host.shells.key_files import is_encrypted, key_path, read_private

    settings = config.load(config_file)
    signer = member or next((one.id for one in settings.member if one.role == "owner"), None)
    if signer is None:
        raise ConfigError('No [[member]] has role = "owner"; say who signs the crystal, with --as.')
    path = key_path(config.home(), signer)
    key = read_private(path, ask_passphrase(path) if is_encrypted(path) else "")
    passphrase = crystal_passphrase(secret, new=True)
    found = save_crystal(
        file,
        config.home(),
        passphrase,
        key,
        saved_at=Now(0.0, time()).stamp(),
        kelex=version("kelex"),
        settings_file=config.file_of(config_file),
    )
    left = ", ".join(found.left_out)
    note = f" Not in it, since they have no passphrase of their own: {left}; keep copies of them." if left else ""
    _show(found, f"Saved {file}: {_told(found)}.{note}", as_json)


@app.command(epilog="Example: kelex crystal show house.crystal")
def show(file: FileArgument, as_json: JsonOption = False) -> None:
    """Say when a crystal was saved and who signed it, and that it is whole; no passphrase is needed."""
    from kelex_host.trust.keyring import key_id

    with _opened(file) as crystal:
        header = crystal.header
        shown = Shown(header.saved_at, key_id(bytes.fromhex(header.signer)), header.kelex, crystal.size)
    text = (
        f"{file}: saved {shown.saved_at} by Kelex {shown.kelex}, {shown.bytes} bytes, whole, and signed by the key "
        f"{shown.signed_by}. What is in it, `kelex crystal verify` says."
    )
    typer.echo(json.dumps(asdict(shown)) if as_json else text)


@app.command(epilog="Example: kelex crystal verify house.crystal")
def verify(file: FileArgument, secret: SecretOption = None, as_json: JsonOption = False) -> None:
    """Read all of a crystal, and restore nothing."""
    from kelex_host.memory.crystal import verify as verify_crystal

    with _opened(file) as crystal:
        found = verify_crystal(crystal, crystal_passphrase(secret, new=False))
    _show(found, f"{file} is whole: {_told(found)}.", as_json)


@app.command(epilog="Example: kelex crystal restore house.crystal")
def restore(
    file: FileArgument,
    secret: SecretOption = None,
    signed_by: Annotated[str, typer.Option("--signed-by", help="The id of the key that has to have signed it.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Replace the memory of the house in KELEX_HOME, which must not run, by what a crystal holds: all, or nothing."""
    from kelex_host.memory.restoring import restore as restore_crystal

    with _opened(file) as crystal:
        found = restore_crystal(config.home(), crystal, crystal_passphrase(secret, new=False), signed_by)
    text = f"Restored {file} into {config.home()}: {_told(found)}. What was there lies in before-restore-* beside it."
    _show(found, text, as_json)


@contextmanager
def _opened(file: Path) -> Iterator[CrystalFile]:
    from kelex_host.memory.crystal_file import CrystalFile

    crystal = CrystalFile(file)
    try:
        yield crystal
    finally:
        crystal.close()


def _told(found: Contents) -> str:
    return (
        f"{found.facts} facts and {len(found.files)} files, saved {found.saved_at}, signed by {found.member} with the "
        f"key {found.signed_by}"
    )


def _show(found: Contents, text: str, as_json: bool) -> None:
    import msgspec

    data: dict[str, Any] = msgspec.to_builtins(found)
    typer.echo(json.dumps(data) if as_json else text)
