"""A journal decided anew, and whether it comes out the same: `kelex replay FILE`."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import typer

from kelex_host.errors import JournalError


def replay_journal(file: Path, *, as_json: bool) -> None:
    """Replay a journal: the same inputs have to lead to the same decisions, byte for byte. Raises JournalError."""
    from kelex_host.household import journalling
    from kelex_host.household.replaying import replay as decide_anew
    from kelex_host.household.state import State
    from kelex_host.memory.journal import Journal

    if not file.is_file():
        raise JournalError(f"There is no journal {file}; name one, such as journal.db where KELEX_HOME points.")
    journal = Journal(file, read_only=True)
    try:
        state, after = State(), 0
        snapshot = journal.snapshot()
        if journal.first > 1:
            if snapshot is None:
                raise JournalError(f"The journal {file} begins in the midst, and no snapshot says with what.")
            state, after = msgspec.convert(snapshot.state, State), snapshot.sequence
        try:
            done = decide_anew((journalling.fact_of(row) for row in journal.facts(after)), state)
        except ValueError as error:
            raise JournalError(f"The journal {file} cannot be replayed: {error}") from None
    finally:
        journal.close()
    if as_json:
        typer.echo(json.dumps({"turns": done.turns, "facts": done.facts, "same": done.differs is None}))
    elif done.differs is None:
        typer.echo(f"{done.turns} turns with {done.facts} facts came out the same, byte for byte.")
    else:
        typer.echo(f"After {done.turns} turns, one came out otherwise. The journal has:")
        typer.echo("\n".join(line.decode() for line in done.differs[0]))
        typer.echo("Decided anew:")
        typer.echo("\n".join(line.decode() for line in done.differs[1]))
    if done.differs is not None:
        raise typer.Exit(1)
