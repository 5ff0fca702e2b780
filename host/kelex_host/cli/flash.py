"""`kelex flash`: its options, and the progress that a person sees. The work is done in shells/flasher.py."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from kelex_host.cli.target import AsOption, DroneOption, JsonOption

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from kelex_host.flashing.outcome import Outcome

PortArgument = Annotated[
    str, typer.Argument(help="`auto` for the Pico that is plugged in, a serial port, or a pySerial URL.")
]
FAILED = ("rolled_back", "unknown")  # results, see flashing/outcome.py


def flash(
    port: PortArgument = "auto",
    uf2: Annotated[
        str | None, typer.Option("--uf2", help="For a Pico in BOOTSEL mode: a UF2, as a file or an https URL.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and change nothing.")] = False,
    rollback: Annotated[bool, typer.Option("--rollback", help="Go back to the version before.")] = False,
    drone: DroneOption = None,
    member: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Install or update the firmware on a board. It may be interrupted at any moment: what ran before still runs."""
    from kelex_host.cli.flashing import run

    with Reporter(quiet=as_json) as reporter:
        outcome = run(port, uf2, dry_run=dry_run, rollback=rollback, drone=drone, member=member, watcher=reporter)
    show(outcome, as_json)
    # A rollback that was asked for is no failure.
    if outcome.result in FAILED and not rollback:
        raise typer.Exit(1)


def show(outcome: Outcome, as_json: bool) -> None:
    """Print what became of it."""
    if as_json:
        typer.echo(msgspec.json.encode(outcome))
        return
    typer.echo(outcome.text)
    if outcome.result == "updated":
        kilobytes = outcome.bytes_sent / 1000
        typer.echo(
            f"{outcome.files_sent} files, {kilobytes:.1f} kB on the cable in {outcome.transfer_s:.1f} s; "
            f"{outcome.seconds:.1f} s in all."
        )


class Reporter:
    """Tells a person what goes on, with a bar while bytes are sent. See Watcher in shells/flasher.py."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Reporter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.end()

    def say(self, text: str) -> None:
        """One sentence."""
        if not self._quiet:
            typer.echo(text)

    def begin(self, what: str, size: int) -> None:
        """A bar of so many bytes."""
        if self._quiet or not size:
            return
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

        columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
        self._progress = Progress(*columns)
        self._progress.start()
        self._task = self._progress.add_task(what, total=size)

    def advance(self, size: int) -> None:
        """So many of them have arrived."""
        if self._progress is not None and self._task is not None:
            self._progress.advance(self._task, size)

    def end(self) -> None:
        """The bar stays as it is."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None
