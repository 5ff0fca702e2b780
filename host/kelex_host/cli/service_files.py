"""The texts that make the house a service: systemd's unit (systemd.exec(5)) and udev's rule (udev(7))."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

UNIT = Path("/etc/systemd/system/kelex.service")
RULE = Path("/etc/udev/rules.d/60-kelex.rules")

# Raspberry Pi's vendor id; MicroPython's CDC on a Pico, as its USB descriptors say.
_VENDOR, _PRODUCT = "2e8a", "0005"


def unit(command: Sequence[str], user: str, home: Path) -> str:
    """Start the house with the computer, as `user`; it may write to its `home` alone."""
    words = " ".join(_quoted(word) for word in command)
    return f"""\
# Made by `kelex service install`.
[Unit]
Description=Kelex, the butler drone's house
Wants=network-online.target
After=network-online.target mosquitto.service

[Service]
ExecStart={words}
User={user}
SupplementaryGroups=dialout
Environment={_quoted(f"KELEX_HOME={home}")}
Restart=on-failure
RestartSec=5
# A clean stop says that the house is offline: SIGTERM, and time for it.
TimeoutStopSec=20
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={_quoted(str(home))}
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes

[Install]
WantedBy=multi-user.target
"""


def rule() -> str:
    """Give a drone's port a name that stays: /dev/kelex-<serial number>."""
    return f"""\
# Made by `kelex service install`: a Pico with MicroPython is always at /dev/kelex-<its serial number>.
SUBSYSTEM=="tty", ATTRS{{idVendor}}=="{_VENDOR}", ATTRS{{idProduct}}=="{_PRODUCT}", \\
  SYMLINK+="kelex-$attr{{serial}}", GROUP="dialout", MODE="0660", TAG+="systemd"
"""


def _quoted(word: str) -> str:
    """A word as a unit file has it: `%` is its own escape."""
    word = word.replace("%", "%%")
    if not set(word) & set(" \t\"'\\;$"):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{escaped}"'
