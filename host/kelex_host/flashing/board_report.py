"""What a board says of itself at MicroPython's prompt, and whether Kelex can be put on it."""

from __future__ import annotations

import re

import msgspec

from kelex_host.errors import FlashError

MICROPYTHON_LEAST = (1, 26)
# The version of `.mpy` files that mpy-cross makes; a board has it in the low byte of sys.implementation._mpy.
MPY_VERSION = 6
PRINTABLE_MOST = 80
# What `kelex_boot/maintenance.py` says until somebody is there, and the prompt that then follows.
_MAINTENANCE = re.compile(rb"Kelex: maintenance, because ([ -~]{1,80}?)\. ")
_PROMPT = b"\r\n>>> "


class SlotStatus(msgspec.Struct, frozen=True):
    """`kelex_boot.slots.status()`."""

    slot: str
    previous: str
    trial: bool
    starts: int
    spare: str
    versions: dict[str, str]
    given_up: str = ""
    why: str = ""

    @property
    def running(self) -> str:
        """The version that starts."""
        return self.versions.get(self.slot, "")

    def __str__(self) -> str:
        state = "on trial" if self.trial else "good"
        text = f"Kelex {self.running} in {self.slot}, {state}"
        if self.why:
            text += f"; {self.given_up} was given up ({self.why.replace('_', ' ')})"
        return text


class BoardReport(msgspec.Struct, frozen=True):
    """What PROBE (board_code.py) prints. `kelex` is None where no `kelex_boot` is on the board."""

    implementation: str
    version: tuple[int, ...]
    platform: str
    machine: str
    mpy: int
    free_bytes: int
    kelex: SlotStatus | None = None
    frozen: bool = False  # whether Kelex came with its UF2

    @property
    def micropython(self) -> str:
        """The version, as people write it."""
        return ".".join(map(str, self.version[:3]))

    def __str__(self) -> str:
        what = str(self.kelex) if self.kelex else "no Kelex yet"
        return f"{self.machine}, MicroPython {self.micropython}, {what}"


def why_no_drone(said: bytes) -> str:
    """Why the board that said this, last of all, is no drone now; empty where it does not tell."""
    if found := _MAINTENANCE.search(said):
        return found[1].decode("ascii")
    return "it is at MicroPython's prompt" if _PROMPT in said else ""


def read_report(text: str) -> BoardReport:
    """The report in what the probe printed. Raises FlashError."""
    try:
        return msgspec.json.decode(text, type=BoardReport)
    except msgspec.DecodeError:
        shown = re.sub(r"[^ -~]+", " ", text)[:PRINTABLE_MOST].strip() or "nothing"
        raise FlashError(
            f"The board answered with '{shown}' instead of telling what it is; reset it and try again."
        ) from None


def check_suitable(report: BoardReport) -> None:
    """Raise FlashError, which names the mend, where this firmware cannot run on that board."""
    get = "install MicroPython's RPI_PICO UF2 first: hold BOOTSEL while you plug it in, then `kelex flash --uf2 FILE`"
    if report.implementation != "micropython":
        raise FlashError(
            f"The board runs {report.implementation[:PRINTABLE_MOST]}, and Kelex needs MicroPython; {get}."
        )
    if report.platform != "rp2":
        raise FlashError(
            f"The board is no Pico: it runs MicroPython's port '{report.platform[:PRINTABLE_MOST]}' "
            f"({report.machine[:PRINTABLE_MOST]}); name a Pico's port."
        )
    if "RP2040" not in report.machine:
        raise FlashError(f"Kelex is made for the Pico's RP2040, and this is a {report.machine[:PRINTABLE_MOST]}.")
    if report.version[:2] < MICROPYTHON_LEAST:
        least = ".".join(map(str, MICROPYTHON_LEAST))
        raise FlashError(f"The board has MicroPython {report.micropython}, and Kelex needs {least} or newer; {get}.")
    if report.mpy & 0xFF != MPY_VERSION:
        raise FlashError(
            f"The board's MicroPython {report.micropython} takes .mpy files of version {report.mpy & 0xFF}, and this "
            f"Kelex makes version {MPY_VERSION}; take a newer Kelex, or {get}."
        )
