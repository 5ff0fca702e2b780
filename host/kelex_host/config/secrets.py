"""Secrets: texts written as `"!secret name"`, whose real value lies in `secrets.toml` or in the environment."""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kelex_host.errors import ConfigError

VARIABLE = "KELEX_SECRET_"
NAME_PATTERN = "[A-Za-z0-9_-]+"
PUBLIC = "x-public"  # marks, in a `Meta.extra_json_schema`, a text that cannot be a secret

_REFERENCE = re.compile(rf"!secret +({NAME_PATTERN}) *")
_MEANT_AS_REFERENCE = re.compile(r"!secret\b")


class Secret(str):
    """A text that shows something else of itself: in an f-string, a `repr` and with that in every message and log.

    To a library it is the text that it stands for; `str(secret)` gives that as a plain text, to build others from.
    """

    __slots__ = ("shown",)
    shown: str

    def __new__(cls, text: str, shown: str = "***") -> Secret:
        """`text` is the secret, `shown` what to print in its place."""
        secret = super().__new__(cls, text)
        secret.shown = shown
        return secret

    def __repr__(self) -> str:
        return repr(self.shown)

    def __format__(self, layout: str) -> str:
        return format(self.shown, layout)


def conceal(text: str, shown: str = "***") -> Secret:
    """The text as a Secret; as it is, if it is one already and so has something to show."""
    return text if isinstance(text, Secret) else Secret(text, shown)


@dataclass(frozen=True, slots=True)
class Secrets:
    """Where secrets are looked up: what `file` held, then the environment."""

    file: Path
    texts: Mapping[str, str]
    environ: Mapping[str, str]

    def revealed(self, value: Any) -> Any:
        """`value`, and what lies in it, with a Secret in place of each reference. Raises ConfigError."""
        if isinstance(value, dict):
            return {key: self.revealed(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.revealed(item) for item in value]
        if isinstance(value, str) and _MEANT_AS_REFERENCE.match(value):
            return self._look_up(value)
        return value

    def _look_up(self, text: str) -> Secret:
        reference = _REFERENCE.fullmatch(text)
        if reference is None:
            raise ConfigError('a secret is named with letters, digits, - and _; write "!secret name".')
        name = reference[1]
        variable = variable_of(name)
        found = self.texts.get(name, self.environ.get(variable))
        if found is None:
            raise ConfigError(f"there is no secret '{name}'; give it in {self.file}, or as {variable}.")
        return Secret(found, f"!secret {name}")


def variable_of(name: str) -> str:
    """The environment variable that may hold a secret."""
    return VARIABLE + name.upper().replace("-", "_")


def read_secrets(file: Path, environ: Mapping[str, str]) -> Secrets:
    """The secrets of `file`, which need not be there, and of the environment.

    Raises ConfigError for a file that others may read, or that is not what it should be; it never quotes the file.
    """
    try:
        with file.open("rb") as opened:
            if stat.S_IMODE(file.stat().st_mode) & 0o077:
                raise ConfigError(f"{file} is open to others than its owner; run `chmod 600 {file}`.")
            table = tomllib.load(opened)
    except FileNotFoundError:
        return Secrets(file, {}, environ)
    except tomllib.TOMLDecodeError as error:
        where = str(error).rpartition("(")[2].rstrip(")")
        raise ConfigError(f'{file} is not TOML {where}; write name = "value", a line each.') from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError(f"{file} cannot be read ({reason}); mend it, or take it away.") from None
    except (ValueError, RecursionError):  # an integer of too many digits, lists too deep
        raise ConfigError(f'{file} holds what is no secret; write name = "value", a line each.') from None
    for name, text in table.items():
        if not isinstance(text, str):
            raise ConfigError(f"{file}: the secret '{name}' is no text; write {name} = \"value\".")
        if not re.fullmatch(NAME_PATTERN, name):
            raise ConfigError(f"{file}: a secret is named with letters, digits, - and _; rename '{name}'.")
    return Secrets(file, table, environ)
