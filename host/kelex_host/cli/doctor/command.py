"""`kelex doctor`: its options, and the report."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kelex_host.cli.target import JsonOption

if TYPE_CHECKING:
    from kelex_host.cli.doctor.finding import Finding


def doctor(
    config_file: Annotated[Path | None, typer.Option("--config", help="A kelex.toml.")] = None,
    as_json: JsonOption = False,
) -> None:
    """See that all is well: configuration, clock, ports and boards, broker. Exit code 1 if anything is wrong."""
    findings = asyncio.run(_report(config_file, as_json))
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    if any(finding.level == "wrong" for finding in findings):
        raise typer.Exit(1)


async def _report(config_file: Path | None, quiet: bool) -> list[Finding]:
    """All findings, each printed as soon as it is there."""
    # Only this command needs ports, brokers and their libraries: the others start without them.
    from kelex_host.cli.doctor.examination import examine

    findings = []
    async for finding in examine(config_file):
        findings.append(finding)
        if not quiet:
            typer.echo(str(finding))
    return findings
