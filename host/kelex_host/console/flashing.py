"""How an update of a board's firmware stands, as the pages show it. Several pages see the same one."""

from __future__ import annotations

from kelex_host.console import text

UPDATE, PLAN, ROLLBACK = "update", "plan", "rollback"
WAYS = (UPDATE, PLAN, ROLLBACK)


class Flashing:
    """A Watcher (shells/installer.py) that pages look at; `changes` counts what there is to see.

    It is told from the thread that works, and looked at from the loop: each field is written whole.
    """

    def __init__(self) -> None:
        self.drone = ""
        self.said = ""
        self.what = ""
        self.sent = self.size = 0
        self.works = False
        self.changes = 0

    def start(self, drone: str) -> None:
        """An update begins."""
        self.drone, self.works = drone, True
        self.say(text.FLASH_STARTS)

    def finish(self, sentence: str) -> None:
        """It is over, one way or the other."""
        self.works = False
        self.end()
        self.say(sentence)

    # --- Watcher ---

    def say(self, text: str) -> None:
        """One sentence."""
        self.said = text
        self.changes += 1

    def begin(self, what: str, size: int) -> None:
        """So many bytes will now be sent."""
        self.what, self.sent, self.size = what, 0, size
        self.changes += 1

    def advance(self, size: int) -> None:
        """So many of them have arrived."""
        self.sent = min(self.size, self.sent + size)
        self.changes += 1

    def end(self) -> None:
        """That is done."""
        self.what, self.sent, self.size = "", 0, 0
        self.changes += 1
