"""The far end of a serial port: a process that echoes on a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import tty
from collections.abc import Iterator
from contextlib import contextmanager

ECHO = """
import os, sys
master = int(sys.argv[1])
while True:
    os.write(master, os.read(master, 4096))
"""


@contextmanager
def echo() -> Iterator[str]:
    """The name of its near end, while it runs."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    process = subprocess.Popen([sys.executable, "-c", ECHO, str(master)], pass_fds=[master], stderr=subprocess.DEVNULL)
    os.close(master)
    try:
        yield os.ttyname(slave)
    finally:
        process.kill()
        process.wait()
        os.close(slave)
