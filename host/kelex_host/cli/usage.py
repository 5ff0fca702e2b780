"""What is typed wrongly: one sentence that names the mend, whatever typer has to say; and values read as a person means
them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import typer

from kelex_host.bridge.verbs import Field

# Typer's own in some versions, and click's in others.
UsageError: Any = typer.BadParameter.__mro__[1]
_OURS = "Invalid value: "  # what typer puts before a sentence of ours that is about no one parameter
_ABOUT = "Invalid value for "
_YES, _NO = ("on", "true", "yes", "1"), ("off", "false", "no", "0")


def tell_usage(error: Any) -> None:
    """Say what is wrong with what was typed, and where it stands how it is typed; who typed nothing gets the help."""
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return
    text = str(error.format_message())
    if text.startswith(_OURS):
        typer.echo(text.removeprefix(_OURS), err=True)
        return
    text = text.removeprefix(_ABOUT).replace("': has to be", "' has to be")
    where = f" See `{error.ctx.command_path} --help`." if error.ctx else ""
    typer.echo(f"{text.rstrip('.')}{'' if text.endswith('?') else '.'}{where}", err=True)


def reader(field: Field) -> Callable[[str], Any] | None:
    """What reads a verb's field as it is typed; None where that is text."""
    read = {"number": _number, "integer": _integer, "boolean": _boolean}.get(field.kind)
    if read is None:
        return None
    limits = f" ({field.low:g} to {field.high:g}{field.unit and ' ' + field.unit})" if field.low is not None else ""

    def parse(text: str) -> Any:
        value = read(str(text))
        if value is None:
            raise typer.BadParameter(f"has to be {_CALLED[field.kind]}{limits}, not '{text}'")
        return value

    return parse


_CALLED = {"number": "a number", "integer": "a whole number", "boolean": "on or off"}


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _integer(text: str) -> int | None:
    number = _number(text)
    return int(number) if number is not None and math.isfinite(number) and number == int(number) else None


def _boolean(text: str) -> bool | None:
    word = text.lower()
    return True if word in _YES else False if word in _NO else None
