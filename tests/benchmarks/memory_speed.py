"""The journal at 10^3 to 10^6 facts: an append, a start from a snapshot, bytes on the disk; and a plan made anew.

A batch of one fact is a commit that is forced to the disk; so beside it stands what SQLite alone costs: as long a row
in a bare table, in the same directory, with the same settings.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from kelex_host.household.planner import Variant, plan
from kelex_host.memory.fact import Fact
from kelex_host.memory.journal import Journal
from kelex_host.memory.marks import Snapshot
from measure import Row, percentile

sys.path.insert(0, str(Path(__file__).parents[1]))
from host.memory.facts import fold, many

SIZES = (1_000, 10_000, 100_000, 1_000_000)
BATCH = 10_000
APPENDS = 300
SINCE_SNAPSHOT = 500
WHY = "it is the disk: each fact is forced to it, and a bare row of SQLite takes as long here"
STATE = {"members": {str(number): "x" * 100 for number in range(1000)}}


def rows() -> list[Row]:
    return [*_journal(), _replan()]


def _journal() -> Iterator[Row]:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "journal.db"
        journal, count = Journal(path), 0
        for size in SIZES:
            while journal.last < size - SINCE_SNAPSHOT:
                count += BATCH
                batch = many(min(BATCH, size - SINCE_SNAPSHOT - journal.last), first=count)
                journal.mark_published(fact.sequence for fact in journal.append(batch))
            journal.save_snapshot(Snapshot(journal.last, STATE))
            bare_ms = _bare_append_ms(Path(directory) / f"bare-{size}.db")
            append_ms = _append_ms(journal, many(SINCE_SNAPSHOT, first=10**8 + size))
            journal.close()
            began_s = time.perf_counter()
            journal = Journal(path)
            snapshot = journal.snapshot()
            assert snapshot is not None
            fold(journal.facts(snapshot.sequence))
            start_s = time.perf_counter() - began_s
            against = f"{bare_ms:.3f} ms for a bare row; FULL, so nothing is lost with the power"
            wanted = ("1 ms", "0.5 ms") if size == 100_000 else ("", "")
            figure, point = f"append a fact, {size:,} in the journal", ("append (ms) / facts in the journal", size)
            yield Row(figure, f"{append_ms:.3f} ms", *wanted, against, WHY, point=point)
            wanted = ("2 s", "0.5 s") if size == SIZES[-1] else ("", "")
            figure, point = f"start with {size:,} facts", ("start (s) / facts in the journal", size)
            yield Row(figure, f"{start_s:.2f} s", *wanted, "snapshot, and 500 facts behind it", point=point)
        journal.close()
        each = path.stat().st_size / journal.last
        yield Row("journal on the disk", f"{each:.0f} bytes/fact", "400", "250", "indexes and snapshots included")


def _append_ms(journal: Journal, facts: list[Fact]) -> float:
    """One by one, then the rest of them."""
    left = iter(facts)
    taken_ms = _median_ms(lambda: journal.append([next(left)]), APPENDS)
    journal.append([*left])
    return taken_ms


def _bare_append_ms(path: Path) -> float:
    with closing(sqlite3.connect(path, isolation_level=None)) as bare:
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=FULL")
        bare.execute("CREATE TABLE rows(id INTEGER PRIMARY KEY, text TEXT)")
        return _median_ms(lambda: bare.execute("INSERT INTO rows(text) VALUES(?)", ("x" * 200,)), APPENDS)


def _replan() -> Row:
    chance = random.Random(8)
    variants = [
        Variant(
            f"variant-{number}",
            chance.randrange(5),
            {f"part-{chance.randrange(200)}-{each}": chance.randrange(1, 20) for each in range(50)},
            [f"step-{each}" for each in range(chance.randrange(5, 30))],
        )
        for number in range(20)
    ]
    parts = {part for variant in variants for part in variant.parts}
    stock, used = dict.fromkeys(parts, 20), {part: chance.randrange(5) for part in parts}
    done = {"step-1", "step-3"}
    took_ms = _median_ms(lambda: plan(variants, stock, used, done, purchases=False), APPENDS)
    return Row("plan 20 variants of 50 parts anew", f"{took_ms:.2f} ms", "50 ms", "1 ms", "purchases forbidden")


def _median_ms(work: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        began_s = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began_s) * 1000)
    return percentile(taken, 50)
