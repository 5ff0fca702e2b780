"""The raw REPL of a board at a port, by mpremote: the official tool's own transport, and its errors as ours."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout, suppress
from types import TracebackType
from typing import Any

import serial
from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport

from kelex_host.errors import FlashError
from kelex_host.flashing import board_code
from kelex_host.flashing.board_report import BoardReport, read_report
from kelex_host.shells.serial_port import why_not_open

ENTER_S = 3.0
READ_S = 20.0
# The longest that a board is silent while it works: preparing a slot copies some forty files in its flash.
WORK_S = 180.0
# ENOSPC: MicroPython's table of errors (py/moderrno.c) has no name for it, so a board prints the number alone.
_FULL = re.compile(r"OSError: (\[Errno )?28\b")

Progress = Callable[[int], None]


class PortLost(FlashError):
    """The port went away, or the board fell silent, in the midst of something."""


class PromptMissing(FlashError):
    """The port opens, and no MicroPython prompt answers there."""


class BoardFailed(FlashError):
    """The code that was to run on the board raised something; `trace` is MicroPython's own traceback."""

    def __init__(self, trace: str) -> None:
        last = trace.strip().rsplit("\n", 1)[-1].strip() or "an error without a name"
        text = f"The board reports '{last[:120]}'; reset it and try again."
        if _FULL.match(last):
            text = "The board's filesystem is full; remove what is not Kelex's with `mpremote rm`, then try again."
        super().__init__(f"{text} What ran before still runs.")
        self.trace = trace


class BoardRepl:
    """An open port whose board is at its prompt. Raises FlashError where none is. `sent` and `received` are bytes."""

    def __init__(self, port: str) -> None:
        self.port = port
        try:
            # On a pseudo-terminal each read takes all this time where nobody answers.
            self._transport = SerialTransport(port, timeout=ENTER_S)
        except (OSError, TransportError, ValueError) as error:
            raise FlashError(_why_not_open(port, error)) from None
        self._meter = Meter(self._transport.serial)
        self._transport.serial = self._meter
        try:
            self._enter()
        except FlashError:
            self.close()
            raise PromptMissing(
                f"No MicroPython prompt answers at {port}; reset the board, or see what is there."
            ) from None
        self._meter.timeout = READ_S

    def __enter__(self) -> BoardRepl:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def sent(self) -> int:
        """Bytes sent to the board so far."""
        return self._meter.sent

    @property
    def received(self) -> int:
        """Bytes received from the board so far."""
        return self._meter.received

    def run(self, code: str, limit_s: float = WORK_S) -> str:
        """Run code on the board; what it printed. Raises FlashError."""
        with self._translated():
            self._transport.exec_raw_no_follow(code)
            return self._follow(limit_s)

    def call(self, function: str, *arguments: str) -> Any:
        """What a function of `kelex_boot.slots` returns there. Raises FlashError."""
        return json.loads(self.run(board_code.call(function, *arguments)))

    def probe(self) -> BoardReport:
        """What the board is. Raises FlashError."""
        return read_report(self.run(board_code.PROBE))

    def send_files(self, files: Mapping[str, bytes], progress: Progress) -> None:
        """Write files into folders that are there. `progress(bytes)` hears of each piece. Raises FlashError."""
        if not files:
            return
        with self._translated():
            self._transport.exec_raw_no_follow(board_code.RECEIVE)
            for path, data in files.items():
                for line, size in board_code.file_lines(path, data):
                    self._meter.write(line)
                    answer = self._meter.read(1)
                    if answer != board_code.TAKEN:
                        self._fail(answer)
                    progress(size)
            self._meter.write(b"\n")
            self._follow(WORK_S)

    def reset(self) -> None:
        """Start the board again, and let go of its port."""
        with suppress(FlashError), self._translated():
            self._transport.exec_raw_no_follow(board_code.RESET)
        self.close()

    def abandon(self) -> None:
        """Stop what runs on the board, whatever it is, and start the board again. Nobody is left to hear why not."""
        with suppress(FlashError):
            self._enter()
            self.reset()
        self.close()

    def close(self) -> None:
        """Let go of the port; the board stays at its prompt."""
        with suppress(OSError, serial.SerialException):
            self._transport.close()

    def _enter(self) -> None:
        with self._translated(), redirect_stdout(io.StringIO()):  # mpremote prints what it did not expect
            self._transport.enter_raw_repl(soft_reset=False, timeout_overall=ENTER_S)

    def _follow(self, limit_s: float) -> str:
        output, error = self._transport.follow(limit_s)
        if error:
            raise BoardFailed(error.decode("utf-8", "replace"))
        return str(output.decode("utf-8", "replace"))

    def _fail(self, answer: bytes) -> None:
        if answer != b"\x04":
            raise PortLost(f"The board at {self.port} fell silent in the midst of a file; reset it and try again.")
        raise BoardFailed(self._transport.read_until(1, b"\x04", timeout=READ_S)[:-1].decode("utf-8", "replace"))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except TransportExecError as error:
            raise BoardFailed(error.error_output) from None
        except (TransportError, OSError, serial.SerialException, IndexError, ValueError) as error:
            if isinstance(error, FlashError):
                raise
            raise PortLost(
                f"The board at {self.port} went away in the midst of it; what ran before still runs: plug the cable in "
                "and do it again."
            ) from error


class Meter:
    """A pySerial port that counts the bytes."""

    def __init__(self, port: Any) -> None:
        self._port = port
        self.sent = 0
        self.received = 0

    def write(self, data: bytes) -> int:
        """See pySerial."""
        self.sent += len(data)
        return int(self._port.write(data) or 0)

    def read(self, size: int = 1) -> bytes:
        """See pySerial."""
        data: bytes = self._port.read(size)
        self.received += len(data)
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._port, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("_port", "sent", "received"):
            object.__setattr__(self, name, value)
        else:
            setattr(self._port, name, value)


def _why_not_open(port: str, error: Exception) -> str:
    """One sentence: why a port does not open. mpremote swallows the reason, so it is asked for once more."""
    try:
        serial.serial_for_url(port, exclusive=True).close()
    except (OSError, ValueError) as reason:
        error = reason
    return why_not_open(port, error)
