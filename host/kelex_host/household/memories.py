"""What the household remembers: its state, folded from the journal, and what of the journal is still to be told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

import msgspec

from kelex_host.errors import JournalError
from kelex_host.household import journalling
from kelex_host.household.facts import Fact, boot_and_number
from kelex_host.household.house import House, fold
from kelex_host.household.state import State
from kelex_host.memory.fact import Fact as Row
from kelex_host.memory.marks import Snapshot
from kelex_host.memory.port import BATCH_FACTS_MOST, JournalPort

SNAPSHOT_EACH = 5_000
KEPT_MOST = 1_000_000
# While the journal cannot be written, so many facts wait for it.
WAITING_MOST = BATCH_FACTS_MOST


class Write:
    """A batch for the journal; with a `state` that all up to its end folds to, a snapshot as well."""

    def __init__(self, journal: JournalPort, rows: list[Row], state: Any) -> None:
        self._journal = journal
        self._rows = rows
        self._state = state

    def __call__(self) -> list[Row] | JournalError:
        """Carry it out: what of it was new, or why nothing was written."""
        try:
            added = self._journal.append(self._rows)
            if self._state is not None:
                # What is safe stays so: a snapshot that cannot be taken now is taken with another batch.
                with suppress(JournalError):
                    self._journal.save_snapshot(Snapshot(self._journal.last, self._state))
                    self._journal.compact(KEPT_MOST)
        except JournalError as error:
            return error
        except Exception as error:  # noqa: BLE001 - a fault of ours: with no answer the house would wait for ever
            return JournalError(f"The journal fails ({error!r}): restart `kelex up`, and report this.")
        return added


class Memories:
    """`epoch` is what the ids of a new journal's facts begin with; an old journal keeps its own, if its end is there.

    `trouble` is why the journal could not be written; empty while it can.
    """

    def __init__(self, journal: JournalPort, epoch: str) -> None:
        self.trouble = ""
        self.lost = 0
        self._journal = journal
        self._waiting: list[Fact] = []
        self._writing: list[Fact] = []
        self._published: set[int] = set()  # while something is written
        self._notices: list[str] = []
        self.house = House(self._remember(epoch))
        self._snapshot_at = journal.last
        # Events leave in their order: up to this sequence they are on their way. What is behind it stands in the tail,
        # or, where that is too much or from an earlier life, in the journal alone.
        self._told_up_to = 0
        self._is_behind = journal.last > 0
        self._tail: list[tuple[int, Fact]] = []

    def take_notices(self) -> list[str]:
        """Sentences for a person, each once."""
        notices = [*self._journal.notices, *self._notices]
        self._journal.notices.clear()
        self._notices.clear()
        return notices

    def _remember(self, epoch: str) -> State:
        """Fold the journal, from its latest snapshot on."""
        state, after = State(epoch=epoch), 0
        snapshot = self._journal.snapshot()
        if snapshot is not None:
            try:
                state, after = msgspec.convert(snapshot.state, State), snapshot.sequence
            except msgspec.ValidationError:
                self._notices.append("The last snapshot is of another version: all of the journal is read again.")
        skipped, end = 0, after
        for row in self._journal.facts(after):
            end = row.sequence
            try:
                fact = journalling.fact_of(row)
                if fact.id.startswith("house-"):
                    state.epoch = fact.id.split("-")[1]
                fold(state, fact)
            except (KeyError, ValueError, IndexError):  # what it builds upon was lost by a damage
                skipped += 1
        if end < self._journal.last:
            # The latest facts were lost by a damage. Others may know their ids: no other fact is to have one of them.
            state.epoch = epoch
        if skipped:
            self._notices.append(f"{skipped} memories make no sense without others that were lost, and are left out.")
        return state

    def keep(self, facts: list[Fact]) -> None:
        """Facts that `write` is to make safe."""
        room = WAITING_MOST - len(self._waiting) - len(self._writing)
        self.lost += max(0, len(facts) - room)
        self._waiting += facts[:room]

    def begin(self) -> Write | None:
        """What makes safe what waits, to be carried out anywhere, one at a time; None where nothing waits.

        Its end is to be told by `wrote` or `failed`; until then nothing of it is given to `to_publish`.
        """
        if not self._waiting:
            return None
        self._writing, self._waiting = self._waiting, []
        state = None
        if self._journal.last + len(self._writing) - self._snapshot_at >= SNAPSHOT_EACH:
            state = msgspec.to_builtins(self.house.state)
        return Write(self._journal, [journalling.row_of(fact) for fact in self._writing], state)

    def wrote(self, added: list[Row]) -> None:
        """It is safe; `added` are those of its facts that were new."""
        self.trouble = ""
        by_id = {fact.id: fact for fact in self._writing}
        self._writing = []
        told = [(row.sequence, fact) for row in added if (fact := by_id[row.event_id]).is_published]
        published = {row.sequence for row in added} - {sequence for sequence, _ in told}
        self._journal.mark_published(published | self._published)
        self._published = set()
        if not self._is_behind:
            self._tail += told
            # A fact that is not new was written by a try that failed all the same: the journal knows if it was told.
            if len(self._tail) > WAITING_MOST or len(added) < len(by_id):
                self._tail.clear()
                self._is_behind = True
        snapshot = self._journal.last
        if snapshot - self._snapshot_at >= SNAPSHOT_EACH:
            self._snapshot_at = snapshot

    def failed(self, error: JournalError) -> None:
        """It could not be written, and goes on waiting."""
        self.trouble = str(error)
        self._waiting = [*self._writing, *self._waiting]
        self._writing = []

    @property
    def has_more(self) -> bool:
        """Whether there are events that `to_publish` has not given yet."""
        return self._is_behind or bool(self._tail)

    def to_publish(self, room: int) -> Iterator[tuple[int, Fact]]:
        """The next events, with their sequences, that are to be published: so many as there is room for."""
        if self._is_behind:
            yield from islice(self._read_behind(), room)
        else:
            taken, self._tail = self._tail[:room], self._tail[room:]
            for sequence, fact in taken:
                self._told_up_to = sequence
                yield sequence, fact

    def _read_behind(self) -> Iterator[tuple[int, Fact]]:
        for row in self._journal.unpublished(self._told_up_to):
            fact = journalling.fact_of(row)
            if fact.is_published:
                self._told_up_to = row.sequence
                yield row.sequence, fact
            else:
                self._journal.mark_published([row.sequence])
        self._told_up_to = self._journal.last
        self._is_behind = False

    def published(self, sequence: int) -> None:
        """The broker has it. Whoever writes now shall not be disturbed: it is noted behind that."""
        if self._writing:
            self._published.add(sequence)
        else:
            self._journal.mark_published([sequence])

    def find(self, id: str) -> Fact | None:
        """A fact by its id, as far back as the journal goes."""
        row = self._journal.fact(id)
        return None if row is None else journalling.fact_of(row)

    def has_drone_event(self, drone: str, id: str) -> bool:
        """Whether an event of a drone is known already."""
        known = self.house.state.drones.get(drone)
        if known is None or boot_and_number(id) > (known.boot, known.number):
            return False
        return self._journal.fact(id) is not None or any(fact.id == id for fact in (*self._waiting, *self._writing))

    def close(self) -> None:
        """Take a snapshot, so that the next start is quick, and let go."""
        try:
            if self._journal.last > self._snapshot_at and not self._waiting:
                state = msgspec.to_builtins(self.house.state)
                self._journal.save_snapshot(Snapshot(self._journal.last, state))
            self._journal.close()
        except JournalError as error:
            self.trouble = str(error)
