"""A real broker for a measurement: Debian's mosquitto, or the embedded one where that is missing."""

from __future__ import annotations

import getpass
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from kelex_host.broker_url import BrokerUrl

START_S = 15.0


@contextmanager
def real_broker() -> Iterator[tuple[BrokerUrl, str]]:
    """(its address, its name) while it runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    binary = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    with TemporaryDirectory() as folder:
        if binary:
            config = Path(folder, "mosquitto.conf")
            config.write_text(
                f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest none\n"
                f"user {getpass.getuser()}\n"
            )
            command, name = [binary, "-c", str(config)], "mosquitto"
        else:
            command = [sys.executable, "-m", "kelex_host.shells.embedded_broker_child", "--port", str(port)]
            name = "the embedded broker"
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        try:
            _await_listening(port)
            yield BrokerUrl("127.0.0.1", port), name
        finally:
            process.terminate()
            process.communicate()


def _await_listening(port: int) -> None:
    end_s = time.monotonic() + START_S
    while time.monotonic() < end_s:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise TimeoutError("the broker does not listen")
