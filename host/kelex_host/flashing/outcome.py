"""What became of an update, for a person and for a program."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

UPDATED, UNCHANGED, PLANNED, ROLLED_BACK, UNKNOWN = "updated", "unchanged", "planned", "rolled_back", "unknown"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a drone says of the version that it runs. `why` is why the one before was given up, empty where none was.

    A board at its prompt runs none.
    """

    version: str
    slot: str
    trial: bool
    why: str = ""
    runs: bool = True

    def __str__(self) -> str:
        text = f"version {self.version} in {self.slot}, {'on trial' if self.trial else 'good'}"
        return text + (f"; the one before was given up ({self.why.replace('_', ' ')})" if self.why else "")


class Outcome(msgspec.Struct, kw_only=True):
    """Sizes are bytes; `bytes_sent` and `bytes_received` are those on the cable, `transfer_s` what they took."""

    result: str
    text: str
    port: str
    version: str = ""
    slot: str = ""
    files_sent: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    transfer_s: float = 0.0
    seconds: float = 0.0

    def judge(self, version: str, told: Standing | None) -> None:
        """Say what became of `version`, from what the drone tells after its start; None where it tells nothing."""
        if told is None:
            self.result = UNKNOWN
            self.text = (
                f"Nothing answers at {self.port} since the board was started; unplug it and plug it in again, then see "
                "`kelex firmware info`."
            )
        elif told.version == version:
            self.slot = told.slot
            self.text = f"Kelex {version} runs in {told.slot}, and is well."
        else:
            self.result, self.version, self.slot = ROLLED_BACK, told.version, told.slot
            why = told.why.replace("_", " ") or "no word why"
            before = "the one before runs again" if told.runs else "the board waits at its prompt"
            before += f" ({told.version})" if told.version else ""
            self.text = f"The new version {version} was given up ({why}), and {before}; mend it, then flash it anew."
