"""Real baresips on loopback, without registrar or sound device, each a process that the test itself starts and ends."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from brokers import free_port

MODULES = Path("/usr/lib/baresip/modules")
_KINDS = (socket.SOCK_STREAM, socket.SOCK_DGRAM)


def baresip_binary() -> str:
    binary = shutil.which("baresip")
    if binary is None or not (MODULES / "ctrl_tcp.so").exists():
        message = "no baresip here: install it with `apt-get install baresip-core`"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return binary


def sip_port() -> int:
    """A port that is free for SIP over UDP and TCP; baresip takes the next one, too, for TLS."""
    for _ in range(100):
        port = free_port()
        if port < 65535 and all(_is_free(kind, number) for kind in _KINDS for number in (port, port + 1)):
            return port
    raise AssertionError("no free port for SIP")


def _is_free(kind: socket.SocketKind, port: int) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


class RealBaresip:
    """baresip as a child. `answers`: it answers calls by itself. A sine of 440 Hz is what it says."""

    def __init__(self, folder: Path, name: str, *, answers: bool) -> None:
        self.sip, self.control = sip_port(), free_port()
        self.uri = f"sip:{name}@127.0.0.1:{self.sip}"
        self._folder, self._binary = folder / name, baresip_binary()
        self._folder.mkdir()
        self._process: subprocess.Popen[bytes] | None = None
        config = [
            "poll_method epoll",
            f"sip_listen 127.0.0.1:{self.sip}",
            "call_max_calls 1",
            "audio_source ausine,440",
            "ausrc_srate 48000",  # all that ausine has is 48 kHz stereo
            "ausrc_channels 2",
            f"module_path {MODULES}",
            "module g711.so",
            "module ausine.so",
            "module_tmp account.so",
            "module_app menu.so",
            "module_app ctrl_tcp.so",
            f"ctrl_tcp_listen 127.0.0.1:{self.control}",
        ]
        (self._folder / "config").write_text("\n".join(config) + "\n")
        mode = "auto" if answers else "manual"
        (self._folder / "accounts").write_text(f"<{self.uri}>;regint=0;answermode={mode}\n")
        (self._folder / "contacts").write_text("")

    def start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binary, "-f", str(self._folder)],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None
