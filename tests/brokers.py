"""Real mosquitto brokers on loopback, each on a free port, each a process that the test itself starts and ends."""

import getpass
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
from kelex_host.broker_url import BrokerUrl

DEADLINE_S = 15.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def password_file(folder: Path, user: str, password: str) -> Path:
    """A file for mosquitto's setting of that name, with one user."""
    tool = shutil.which("mosquitto_passwd")
    if tool is None:
        pytest.skip("no mosquitto_passwd here: install it with `apt-get install mosquitto`")
    file = folder / "passwords"
    subprocess.run([tool, "-b", "-c", file, user, password], check=True, capture_output=True)
    return file


class Mosquitto:
    """mosquitto as a child; `start` again after `stop` is a broker restart without memory."""

    def __init__(self, binary: str, folder: Path, *settings: str) -> None:
        self.url = BrokerUrl("127.0.0.1", free_port())
        self._binary, self._config = binary, folder / "mosquitto.conf"
        lines = [f"listener {self.url.port} 127.0.0.1", "persistence false", "log_dest none", *settings]
        # Started by root, mosquitto becomes a user who cannot read the test's folder.
        lines.append(f"user {getpass.getuser()}")
        self._config.write_text("\n".join(lines) + "\n")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it listens."""
        self._process = subprocess.Popen([self._binary, "-c", str(self._config)])
        end_s = time.monotonic() + DEADLINE_S
        while self._process.poll() is None and time.monotonic() < end_s:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.url.port)) == 0:
                    return
            time.sleep(0.005)
        pytest.fail("mosquitto does not listen")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(DEADLINE_S)
            self._process = None
