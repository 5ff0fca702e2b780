"""Passphrases of private keys and of crystals: asked for at the terminal, or from a pipe; for a crystal, also a secret.

Never an argument, which others could see.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import typer

from kelex_host import config
from kelex_host.config.reading import SECRETS_FILE
from kelex_host.config.secrets import read_secrets, variable_of
from kelex_host.errors import ConfigError


def ask_passphrase(path: Path) -> str:
    """The passphrase of the key in `path`."""
    return _ask(f"Passphrase of {path}", twice=False)


def new_passphrase() -> str:
    """A new passphrase, asked for twice. Raises ConfigError for an empty one."""
    answer = _ask("New passphrase", twice=True)
    if not answer:
        raise ConfigError("The passphrase is empty; leave out --passphrase for a key without one.")
    return answer


def crystal_passphrase(secret: str | None, *, new: bool) -> str:
    """The passphrase of a crystal: the secret of that name, the one named `crystal` if there is one, or a person's.

    Raises ConfigError for a secret that there is not, or a file of secrets that cannot be used.
    """
    secrets = read_secrets(config.home() / SECRETS_FILE, os.environ)
    if secret is not None or "crystal" in secrets.texts or variable_of("crystal") in os.environ:
        return str(secrets.revealed(f"!secret {secret or 'crystal'}"))
    return _ask("Passphrase of the crystal", twice=new)


def _ask(prompt: str, *, twice: bool) -> str:
    """The answer of a person, or the next line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    answer: str = typer.prompt(
        prompt, hide_input=True, confirmation_prompt=twice, err=True, default="", show_default=False
    )
    return answer
