"""The few lines of MicroPython that run on the board during an update, through its raw REPL.

Files come as lines of base64, so that Ctrl-C stays what it is: whoever plugs the cable in again gets the prompt back.
The board says `.` for each line once it is in its flash; more than LINE_BYTES are never on the way.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterable, Iterator

LINE_BYTES = 1536
TAKEN = b"."
NEW = ".new"  # what a file is called until it is whole, where half of it would do harm
KEPT = ".before-kelex"  # what somebody's own main.py is called afterwards

# Prints a BoardReport as JSON; on anything that calls itself Python. A nearly full littlefs counts twice what files
# share, and may find more used than there is: the number of free blocks then wraps to a huge one.
PROBE = """\
import json, os, sys
def probe():
    i = sys.implementation
    try:
        s = os.statvfs("/")
        free = s[0] * s[3] if s[3] <= s[2] else 0
    except (AttributeError, OSError):
        free = 0
    status, frozen = None, False
    try:
        import kelex_boot
        from kelex_boot import slots
        status = slots.status()
        frozen = not kelex_boot.__file__.startswith("/lib")
    except (ImportError, AttributeError, OSError, SyntaxError, ValueError):
        pass
    print(json.dumps({"implementation": i.name, "version": [v for v in i.version if isinstance(v, int)],
        "platform": sys.platform, "machine": getattr(i, "_machine", ""), "mpy": getattr(i, "_mpy", 0),
        "free_bytes": free, "kelex": status, "frozen": frozen}))
probe()
"""

# Takes files until an empty line: "size path", then the lines of the file.
RECEIVE = """\
import os, sys
from binascii import a2b_base64
def receive():
    line, say = sys.stdin.readline, sys.stdout.write
    while True:
        head = line().strip()
        if not head:
            return
        size, path = head.split(" ", 1)
        left = int(size)
        with open(path, "wb") as file:
            while left > 0:
                left -= file.write(a2b_base64(line()))
                say(".")
        if not int(size):
            say(".")
receive()
"""

RESET = "import machine\nmachine.reset()"


def file_lines(path: str, data: bytes) -> Iterator[tuple[bytes, int]]:
    """What RECEIVE takes for one file, each with how many of its bytes that is; each is answered with TAKEN."""
    head = f"{len(data)} {path}\n".encode()
    if not data:
        yield head, 0
    for at in range(0, len(data), LINE_BYTES):
        chunk = data[at : at + LINE_BYTES]
        yield head + b2a_base64(chunk), len(chunk)
        head = b""


def make_folders(paths: Iterable[str]) -> str:
    """Makes the folders that these files lie in."""
    folders = sorted({path[:at] for path in paths for at, letter in enumerate(path) if letter == "/" and at})
    return (
        f"import os\nfor folder in {folders!r}:\n    try:\n        os.mkdir(folder)\n    except OSError:\n        pass"
    )


def existing(paths: Iterable[str]) -> str:
    """Prints those of the paths that are there, as JSON."""
    return (
        f"import json, os\nthere = []\nfor path in {list(paths)!r}:\n    try:\n        os.stat(path)\n"
        "        there.append(path)\n    except OSError:\n        pass\nprint(json.dumps(there))"
    )


def put_in_place(path: str, keep: bool) -> str:
    """Gives a file that came as `path` with NEW behind it its name; `keep` what had the name before."""
    lines = ["import os"]
    if keep:
        lines.append(f"try:\n    os.rename({path!r}, {path + KEPT!r})\nexcept OSError:\n    pass")
    return "\n".join([*lines, f"os.rename({path + NEW!r}, {path!r})"])


def call(function: str, *arguments: str) -> str:
    """Prints what a function of `kelex_boot.slots` returns, as JSON; piece by piece, since its heap is scattered."""
    listed = ", ".join(map(repr, arguments))
    return f"import json, sys\nfrom kelex_boot import slots\njson.dump(slots.{function}({listed}), sys.stdout)"
