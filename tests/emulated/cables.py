"""A board of the Unix port at the end of a cable that can be cut after any number of bytes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

BOARD = Path(__file__).with_name("unix_board.py")
FLASH_BYTES = 352 * 4096
REST_S = 20.0


class UnixBoard:
    """A board that runs until `stop`, with a TCP port for its host; `flash` is a file, made where there is none."""

    def __init__(self, micropython: Path, flash: Path) -> None:
        if not flash.exists():
            flash.write_bytes(b"\xff" * FLASH_BYTES)
        self.flash = flash
        self._command = [str(micropython / "micropython"), str(BOARD), str(flash)]
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdout
        assert self._process.stdout.readline() == b"ready\n"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._host: socket.socket | None = None
        self.port = f"socket://127.0.0.1:{self._listener.getsockname()[1]}"
        self._cut_after: int | None = None
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._answer, daemon=True).start()

    def cut_after(self, count: int | None) -> None:
        """Pull the cable of the next host once so many bytes of his have arrived."""
        self._cut_after = count

    def say(self, code: str) -> str:
        """What this code prints with the flash as it is: a start that leaves nothing behind."""
        done = subprocess.run([*self._command, code], capture_output=True, text=True, timeout=30, check=True)
        return done.stdout

    def stop(self) -> None:
        """Take its power away."""
        self._listener.close()
        self._process.kill()
        self._process.wait()

    def _listen(self) -> None:
        while True:
            try:
                self._host, _ = self._listener.accept()
            except OSError:
                return
            self._carry(self._host, self._cut_after)

    def _carry(self, host: socket.socket, left: int | None) -> None:
        assert self._process.stdin
        while True:
            try:
                data = host.recv(4096)
            except OSError:
                return
            if not data:
                return
            data = data if left is None else data[:left]
            if left is not None:
                left -= len(data)
            if b"\x03" in data:
                self._await_rest()
                os.kill(self._process.pid, signal.SIGINT)
                data = data.replace(b"\x03", b"")
            try:
                self._process.stdin.write(data)
                self._process.stdin.flush()
            except OSError:
                return
            if left == 0:
                self._host = None
                host.shutdown(socket.SHUT_RDWR)
                host.close()
                return

    def _await_rest(self) -> None:
        """Until the board waits for its host. Here a flash operation is Python, and Ctrl-C would tear it in two; on a
        board it is not, and Ctrl-C waits for its end.
        """
        end_s = time.monotonic() + REST_S
        stat = Path(f"/proc/{self._process.pid}/stat")
        while stat.read_text().rpartition(")")[2].split()[0] != "S" and time.monotonic() < end_s:
            time.sleep(0.001)

    def _answer(self) -> None:
        assert self._process.stdout
        while data := os.read(self._process.stdout.fileno(), 4096):
            host = self._host
            if host is not None:
                try:
                    host.sendall(data)
                except OSError:
                    self._host = None
