"""The household of a life: the real keeper and its journal, on a disk that fills up, refuses or loses power.

The journal's files are real, in a folder that lasts as long as the life. SQLite itself is told that the disk is full
or that it may not write, so its own errors come; a power cut leaves what `kelex_sim.host_disk` says.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

from kelex_sim import host_disk

from kelex_host.config.settings import DroneSettings, HouseSettings, QuietSettings, Settings
from kelex_host.household.configured import home_of
from kelex_host.household.keeper import Keeper
from kelex_host.household.keeping import Crystals
from kelex_host.household.memories import Memories
from kelex_host.household.phone_simulated import SimulatedPhone
from kelex_host.memory.fact import Fact
from kelex_host.memory.journal import Journal

# Where there is a file system in memory, forcing to the disk costs nothing.
_FAST = Path("/dev/shm")
FILE = "journal.db"


class PowerCut(BaseException):
    """The host lost its power, in the midst of a write."""


class CutJournal(Journal):
    """A journal whose host may lose its power: armed with chance, at the next batch."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.cut: Random | None = None
        self.left: host_disk.Image = {}

    def append(self, batch: Sequence[Fact]) -> list[Fact]:
        if self.cut is None:
            return super().append(batch)
        before = host_disk.image(self.path.parent)
        super().append(batch)
        # SQLite forces its log to the disk at each commit, and its file, now and then, after that.
        forced = (f"{self.path.name}-wal", self.path.name)
        self.left = host_disk.torn(before, host_disk.image(self.path.parent), forced, self.cut)
        raise PowerCut


def hasty(rooms: dict[str, str]) -> Settings:
    """The example household with these drones, by their rooms; it does not wait long for anybody."""
    return Settings(
        house=HouseSettings(repeat_after_s=6, escalate_after_s=9),
        quiet=QuietSettings(when_infant_sleeps=True),
        drone=[DroneSettings(name, room) for name, room in rooms.items()],
    )


class LifeHousehold:
    """It outlives its keepers: `open` begins anew with what is kept."""

    def __init__(self, random: Random, settings: Settings, crystals: Crystals | None = None) -> None:
        self.seen: Counter[str] = Counter()
        self.settings = settings
        self._crystals = crystals
        self._random = random
        self._folder = tempfile.TemporaryDirectory(prefix="kelex-life-", dir=_FAST if _FAST.is_dir() else None)
        self._fault = ""
        self.journal: CutJournal | None = None
        self.keeper: Keeper | None = None

    @property
    def path(self) -> Path:
        return Path(self._folder.name) / FILE

    @property
    def is_stuck(self) -> bool:
        """Whether nothing can be written now."""
        return bool(self._fault)

    def open(self) -> Keeper:
        """A keeper with what was kept, as at the start of a process. A journal that cannot be used is no hindrance."""
        self.journal = CutJournal(self.path)
        if any("damaged" in notice for notice in self.journal.notices):
            self.seen["torn"] += 1
        self._apply()
        memories = Memories(self.journal, f"{self._random.getrandbits(32):08x}")
        self.keeper = Keeper(home_of(self.settings), memories, SimulatedPhone(), self._crystals)
        return self.keeper

    def cut_power(self, random: Random) -> None:
        """Let the next write be the last."""
        if self.journal is not None:
            self.journal.cut = random

    def kill(self) -> None:
        """kill -9: whatever was written stays, whatever was not is gone."""
        self._crash(host_disk.image(self.path.parent))

    def lose_power(self) -> None:
        """The power is gone, in the midst of a write."""
        assert self.journal is not None
        self.seen["power_cut"] += 1
        self._crash(self.journal.left)

    def fault(self, kind: str) -> None:
        """Let the disk be `full` or `read_only`; empty for neither."""
        if kind:
            self.seen[f"disk_{kind}"] += 1
        self._fault = kind
        self._apply()

    def _apply(self) -> None:
        if self.journal is None:  # no process is there that could write
            return
        database = self.journal._store._db
        pages = database.execute("PRAGMA page_count").fetchone()[0]
        database.execute(f"PRAGMA max_page_count = {pages if self._fault == 'full' else 2**31 - 2}")
        database.execute(f"PRAGMA query_only = {int(self._fault == 'read_only')}")

    def _crash(self, left: host_disk.Image) -> None:
        assert self.journal is not None
        # Nothing more is written by the old process: its files are put as the crash left them, once it let go.
        self.journal._store.close()
        self.journal._unlock()
        self.journal = None
        host_disk.put(self.path.parent, left)
