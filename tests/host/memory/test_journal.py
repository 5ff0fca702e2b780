"""What the journal promises, on the disk and in memory alike, and how it looks at the disk."""

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from host.memory.facts import BEGAN_NS, SECOND_NS, fold, many, plain
from kelex_host.errors import JournalError
from kelex_host.memory import database
from kelex_host.memory.fact import DATA_BYTES_MOST, NAME_CHARACTERS_MOST, Fact
from kelex_host.memory.journal import Journal
from kelex_host.memory.marks import Snapshot
from kelex_host.memory.memory_journal import MemoryJournal
from kelex_host.memory.port import BATCH_FACTS_MOST

YEAR_NS = 365 * 24 * 3600 * SECOND_NS


@pytest.fixture(params=["disk", "memory"])
def journal(request, tmp_path):
    made = Journal(tmp_path / "journal.db") if request.param == "disk" else MemoryJournal()
    yield made
    made.close()
    assert made.notices == []


def ids(facts):
    return [fact.event_id for fact in facts]


def numbers(facts):
    return [fact.sequence for fact in facts]


# --- both ---


def test_a_new_journal_is_empty(journal):
    assert (journal.first, journal.last) == (1, 0)
    assert [*journal.facts()] == [*journal.unpublished()] == []
    assert journal.snapshot() is None
    assert journal.fact("e-1") is None


def test_facts_come_back_as_they_went_in_with_their_sequence(journal):
    facts = many(50)
    added = journal.append(facts[:20]) + journal.append(facts[20:])
    assert numbers(added) == list(range(1, 51))
    assert [Fact(**{f: getattr(fact, f) for f in fact.__struct_fields__} | {"sequence": 0}) for fact in added] == facts
    assert [*journal.facts()] == added
    assert [*journal.facts(after=48)] == added[48:]
    assert [*journal.facts(after=50)] == [*journal.facts(after=99)] == []
    assert journal.fact(facts[7].event_id) == added[7]
    assert journal.last == 50


def test_an_event_is_written_once_whether_it_comes_again_in_the_batch_or_later(journal):
    first = journal.append([plain(1), plain(2), plain(1, type="other")])
    assert ids(first) == ["e-1", "e-2"]
    assert ids(journal.append([plain(2, type="other"), plain(3)])) == ["e-3"]
    assert [(fact.sequence, fact.event_id, fact.type) for fact in journal.facts()] == [
        (1, "e-1", "did"),
        (2, "e-2", "did"),
        (3, "e-3", "did"),
    ]


def test_the_order_is_that_of_arrival_though_the_clock_jumps_a_year_either_way(journal):
    times = [BEGAN_NS, BEGAN_NS + YEAR_NS, BEGAN_NS - YEAR_NS, BEGAN_NS, 0]
    for number, time_ns in enumerate(times):
        journal.append([plain(number, time_ns=time_ns)])
    assert [fact.time_ns for fact in journal.facts()] == times


def test_what_is_not_acknowledged_is_to_be_published_in_order(journal):
    journal.append([plain(number) for number in range(1, 8)])
    assert numbers(journal.unpublished()) == [1, 2, 3, 4, 5, 6, 7]
    journal.mark_published([1, 2, 5, 99, 0, -1])
    assert numbers(journal.unpublished()) == [3, 4, 6, 7]
    assert numbers(journal.unpublished(after=4)) == [6, 7]
    journal.mark_published([3, 4, 6, 7])
    assert [*journal.unpublished()] == []


def test_one_may_write_and_mark_while_one_reads(journal):
    journal.append(many(3000))
    seen = []
    for fact in journal.unpublished():
        seen.append(fact.sequence)
        journal.mark_published([fact.sequence])
        if fact.sequence % 100 == 0 and fact.sequence <= 3000:
            journal.append([plain(fact.sequence)])
    assert seen[:3000] == list(range(1, 3001))


def test_a_snapshot_and_what_came_behind_it_fold_to_the_same_state_before_and_after_compaction(journal):
    facts = many(1000)
    whole = fold(facts)
    state = fold(journal.append(facts[:300]))
    journal.save_snapshot(Snapshot(300, state))
    state = fold(journal.append(facts[300:700]), state)
    journal.save_snapshot(Snapshot(700, state))
    journal.append(facts[700:])
    journal.mark_published(range(1, 1001))
    for keep in (10_000, 500, 0):
        journal.compact(keep)
        found = journal.snapshot()
        assert found.sequence == 700
        assert fold(journal.facts(found.sequence), found.state) == whole
    assert numbers(journal.facts()) == list(range(301, 1001))


def test_compaction_keeps_what_is_asked_for_and_what_is_not_published_and_what_is_since_the_older_snapshot(journal):
    journal.append(many(100))
    assert journal.compact(0) == 0
    journal.save_snapshot(Snapshot(50, {}))
    journal.mark_published(range(1, 101))
    assert journal.compact(0) == 0
    journal.save_snapshot(Snapshot(90, {}))
    assert (journal.compact(80), journal.first) == (20, 21)
    assert (journal.compact(80), journal.first) == (0, 21)
    assert journal.fact("kelex-2871-20") is None
    assert journal.fact("kelex-2871-21").sequence == 21
    assert (journal.compact(0), journal.first) == (30, 51)
    assert numbers(journal.facts(after=3)) == list(range(51, 101))


def test_compaction_stops_at_the_first_fact_that_was_not_published(journal):
    journal.append(many(100))
    journal.mark_published([*range(1, 30), *range(31, 101)])
    for sequence in (60, 90):
        journal.save_snapshot(Snapshot(sequence, {}))
    assert (journal.compact(0), journal.first) == (29, 30)
    assert numbers(journal.unpublished()) == [30]


def test_of_many_snapshots_the_latest_counts_and_a_later_change_of_the_state_does_not_reach_it(journal):
    journal.append(many(10))
    state = {"n": [1]}
    for sequence in (2, 9, 5):
        journal.save_snapshot(Snapshot(sequence, state))
    state["n"].append(2)
    assert journal.snapshot() == Snapshot(9, {"n": [1]})


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"event_id": ""}, "empty or longer"),
        ({"subject": "x" * (NAME_CHARACTERS_MOST + 1)}, "empty or longer"),
        ({"cause": ""}, "empty or longer"),
        ({"severity": "bad"}, "info, minor, moderate, severe, extreme"),
        ({"data": {"x": "y" * DATA_BYTES_MOST}}, "shorten it"),
        ({"data": {"x": object()}}, "not plain JSON"),
        ({"data": {"x": "\ud800"}}, "not plain JSON"),
        ({"time_ns": -1}, "set the clock"),
        ({"time_ns": 2**63}, "set the clock"),
    ],
)
def test_what_is_no_fact_is_refused_with_the_whole_batch(journal, changes, says):
    with pytest.raises(JournalError, match=says):
        journal.append([plain(1), plain(2, **changes)])
    assert journal.last == 0
    assert numbers(journal.append([plain(3)])) == [1]


def test_batches_and_snapshots_have_limits(journal):
    with pytest.raises(JournalError, match="make two of it"):
        journal.append([plain(1)] * (BATCH_FACTS_MOST + 1))
    journal.append([plain(1)])
    for sequence in (0, 2):
        with pytest.raises(JournalError, match="no fact"):
            journal.save_snapshot(Snapshot(sequence, {}))
    for state, says in (({1: object()}, "not plain JSON"), (["x" * 2**20] * 17, "forget what is old")):
        with pytest.raises(JournalError, match=says):
            journal.save_snapshot(Snapshot(1, state))
    assert journal.snapshot() is None


# --- on the disk ---


def test_the_next_process_finds_all_of_it(tmp_path):
    path = tmp_path / "home" / "journal.db"
    journal = Journal(path)
    added = journal.append(many(100))
    journal.mark_published([1, 2, 3, 50])
    journal.save_snapshot(Snapshot(60, {"a": 1}))
    journal.close()
    again = Journal(path)
    assert [*again.facts()] == added
    assert numbers(again.unpublished()) == [n for n in range(1, 101) if n not in (1, 2, 3, 50)]
    assert again.snapshot() == Snapshot(60, {"a": 1})
    assert numbers(again.append([plain(1)])) == [101]
    assert again.notices == []
    again.close()


def test_it_is_for_its_owner_alone_and_leaves_one_file(tmp_path):
    path = tmp_path / "home" / "journal.db"
    journal = Journal(path)
    journal.append(many(3))
    files = [*path.parent.iterdir()]
    assert len(files) == 4
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    journal.close()
    assert sorted(file.name for file in path.parent.iterdir()) == [".journal.db.lock", "journal.db"]


def test_every_commit_is_forced_to_the_disk(tmp_path):
    journal = Journal(tmp_path / "journal.db")
    settings = [journal._store._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    assert settings == ["wal", 2]
    journal.close()


def test_a_second_house_is_told_in_a_sentence_and_the_first_goes_on(tmp_path):
    path = tmp_path / "journal.db"
    first = Journal(path)
    for _ in range(3):
        with pytest.raises(JournalError, match=r"in use by another house; stop that"):
            Journal(path)
    first.append([plain(1)])
    first.close()
    second = Journal(path)
    assert second.last == 1
    second.close()


def test_a_reader_sees_what_a_running_house_writes_and_changes_nothing(tmp_path):
    path = tmp_path / "journal.db"
    house = Journal(path)
    house.append(many(10))
    reader = Journal(path, read_only=True)
    house.append(many(10, first=11))
    assert (reader.last, Journal(path, read_only=True).last) == (10, 20)
    assert ids(reader.facts()) == ids(many(10))
    with pytest.raises(JournalError, match="for reading only"):
        reader.append([plain(1)])
    reader.close()
    house.close()
    before = path.read_bytes()
    closed = Journal(path, read_only=True)
    assert len([*closed.facts()]) == 20
    closed.close()
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["none.db", "."])
def test_a_reader_of_what_is_no_file_is_told_so(tmp_path, name):
    with pytest.raises(JournalError, match="no journal"):
        Journal(tmp_path / name, read_only=True)


def test_one_of_a_newer_version_is_left_as_it_is(tmp_path, monkeypatch):
    path = tmp_path / "journal.db"
    with monkeypatch.context() as newer:
        newer.setattr("kelex_host.memory.marks.VERSION", 2)
        journal = Journal(path)
        journal.append([plain(1)])
        journal.close()
    before = path.read_bytes()
    with pytest.raises(JournalError, match=r"version 2.*bring it up to date"):
        Journal(path)
    assert path.read_bytes() == before


def test_anybody_can_read_his_journal_with_sqlite_alone(tmp_path):
    path = tmp_path / "journal.db"
    journal = Journal(path)
    journal.append([plain(1, data={"a": "ä"}, cause="e-0", transaction="t")])
    journal.close()
    row = sqlite3.connect(path).execute('SELECT subject, type, data, cause, "transaction" FROM facts').fetchone()
    assert row == ("body", "did", '{"a":"ä"}', "e-0", "t")


# --- what hinders it ---

AS_NOBODY = """
import os, sys
from pathlib import Path
from kelex_host.errors import JournalError
from kelex_host.memory.journal import Journal
if os.geteuid() == 0:
    os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)
try:
    Journal(Path(sys.argv[1]))
except JournalError as error:
    print(error)
"""


def run_python(program, *words):
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_where_nothing_may_be_written_the_sentence_names_the_file_and_the_mend(tmp_path_factory):
    # Where another account may pass through to it, as pytest's own directories do not let it.
    path = Path("/tmp") / f"kelex-ro-{os.getpid()}" / "journal.db"
    journal = Journal(path)
    journal.append([plain(1)])
    journal.close()
    try:
        path.parent.chmod(0o555)
        said = run_python(AS_NOBODY, str(path))
        assert said.startswith(f"The journal {path} cannot be used")
        assert said.count("\n") == 1
    finally:
        path.parent.chmod(0o700)
        for file in path.parent.iterdir():
            file.unlink()
        path.parent.rmdir()


WITH_LITTLE_ROOM = """
import resource, signal, sys
from pathlib import Path
from host.memory.facts import many, plain
from kelex_host.errors import JournalWriteError
from kelex_host.memory.journal import Journal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
journal, acknowledged, refused = Journal(Path(sys.argv[1])), 0, 0
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
for fact in many(2000):
    try:
        acknowledged += len(journal.append([fact]))
    except JournalWriteError as error:
        refused += 1
        said = str(error)
assert len([*journal.facts()]) == acknowledged, "what was acknowledged is still read"
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
acknowledged += len(journal.append(many(2000)))
print(refused > 0, acknowledged, journal.notices, said)


"""


def test_on_a_full_disk_nothing_acknowledged_is_lost_and_with_room_again_it_goes_on(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    path = tmp_path / "journal.db"
    said = run_python(WITH_LITTLE_ROOM, str(path))
    assert said.startswith("True 2000 [] The journal ")
    assert "space" in said
    journal = Journal(path)
    assert (journal.last, journal.notices) == (2000, [])
    assert sorted(ids(journal.facts())) == sorted(ids(many(2000)))
    journal.close()


def test_a_database_that_may_not_grow_refuses_and_keeps_what_it_has(tmp_path):
    journal = Journal(tmp_path / "journal.db")
    journal.append(many(100))
    pages = journal._store._db.execute("PRAGMA page_count").fetchone()[0]
    journal._store._db.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(JournalError, match="the disk is full; free some space"):
        journal.append(many(1000, first=101))
    assert journal.last == 100
    journal._store._db.execute("PRAGMA max_page_count=1000000")
    assert journal.append(many(1000, first=101))[-1].sequence == 1100
    journal.close()
    assert journal.notices == []


def test_no_lock_hangs_on_when_a_cursor_is_collected(tmp_path, monkeypatch):
    kept = []

    class Keeping(sqlite3.Connection):
        """Its cursors live on, as they do for a while where references are not counted: on PyPy, in a traceback."""

        def execute(self, *args):
            kept.append(super().execute(*args))
            return kept[-1]

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **more: connect(*args, **more, factory=Keeping))
    monkeypatch.setattr(database, "BUSY_S", 0.1)
    path = tmp_path / "journal.db"
    for start in range(3):
        journal = Journal(path)
        assert journal.last == 10 * start
        journal.append(many(10, start * 10))
        journal.save_snapshot(Snapshot(journal.last, {}))
        journal.close()
    assert kept
