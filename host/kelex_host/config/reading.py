"""Reading the configuration: which file, and the file, the environment and the secrets together."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from kelex_host.config.environment import HOME, overridden, variables_in
from kelex_host.config.parsing import parse
from kelex_host.config.secrets import read_secrets
from kelex_host.config.settings import Settings
from kelex_host.errors import ConfigError

FILE = "kelex.toml"
SECRETS_FILE = "secrets.toml"


def home() -> Path:
    """The directory of configuration and of what a running house leaves for its clients: KELEX_HOME, or the user's."""
    named = os.environ.get(HOME)
    return Path(named) if named else user_data_path("kelex")


def file_of(path: Path | None) -> Path | None:
    """The file that `load(path)` reads; None where there is none to read."""
    if path is None and not (home() / FILE).exists():
        return None
    return path or home() / FILE


def load(path: Path | None) -> Settings:
    """The settings of a file; of `kelex.toml` in `home()`, where there is one, if no path is given.

    The environment's variables win over the file. Raises ConfigError with one sentence, which names the file and the
    variables, for what cannot be read, is unknown or does not fit.
    """
    file = file_of(path)
    try:
        return _settings(file)
    except RecursionError:
        raise ConfigError(f"{file} is nested too deep; no setting is deeper than a table in a list.") from None


def _settings(file: Path | None) -> Settings:
    table = _read(file) if file else {}
    secrets = read_secrets((file.parent if file else home()) / SECRETS_FILE, os.environ)
    variables = variables_in(os.environ)
    try:
        table = secrets.revealed(table)
    except ConfigError as error:
        raise ConfigError(f"{file}: {error}") from None
    for name, text in variables.items():
        try:
            variables[name] = secrets.revealed(text)
        except ConfigError as error:
            raise ConfigError(f"{name}: {error}") from None
    overriding = overridden(table, Settings, variables)
    try:
        return parse(overriding)
    except ConfigError as error:
        where = ", ".join([*([str(file)] if file else []), *sorted(variables)])
        raise ConfigError(f"{where}: {error}") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"There is no file {path}; name another with --config, or leave it out.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The file {path} cannot be read ({error}); mend it, or name another with --config."
        ) from None
    except ValueError as error:  # tomllib's own, or an integer of too many digits
        raise ConfigError(f"{path} is not TOML: {error}.") from None
