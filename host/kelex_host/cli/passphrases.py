"""Passphrases of private keys: asked for at the terminal, or from a pipe; never an argument, which others could see."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

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


def _ask(prompt: str, *, twice: bool) -> str:
    """The answer of a person, or the next line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    answer: str = typer.prompt(
        prompt, hide_input=True, confirmation_prompt=twice, err=True, default="", show_default=False
    )
    return answer
