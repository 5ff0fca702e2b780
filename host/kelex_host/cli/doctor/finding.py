"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. A `note` is worth knowing, what is `wrong` stops something; `text` names the mend."""

    level: Literal["ok", "note", "wrong"]
    about: str
    text: str

    def __str__(self) -> str:
        return f"{self.level:<5}  {self.about:<13}  {self.text}"


def ok(about: str, text: str) -> Finding:
    """As it should be."""
    return Finding("ok", about, text)


def note(about: str, text: str) -> Finding:
    """Worth knowing, and perhaps as it should be."""
    return Finding("note", about, text)


def wrong(about: str, text: str) -> Finding:
    """Something does not work; `text` names the mend."""
    return Finding("wrong", about, text)
