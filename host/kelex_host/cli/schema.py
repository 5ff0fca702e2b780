"""`kelex schema`: what other programs can rely on, as documents for them."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from kelex_host import config
from kelex_host.bridge.asyncapi import document


def schema(
    of_config: Annotated[
        bool, typer.Option("--config", help="Print the JSON Schema of the configuration file instead.")
    ] = False,
    config_file: Annotated[
        Path | None, typer.Option("--of", help="A kelex.toml whose base topic to use, if not the usual one.")
    ] = None,
) -> None:
    """Print the AsyncAPI document of the house's topics."""
    if of_config:
        contract = config.json_schema()
    else:
        contract = document(config.load(config_file).house.base, version("kelex"))
    typer.echo(json.dumps(contract, indent=2, ensure_ascii=False))
