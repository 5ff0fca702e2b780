"""A damaged journal: whatever bit is wrong, no fact is read that was not written, and none is missed in silence."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from host.memory.facts import many, plain
from kelex_host.errors import JournalError
from kelex_host.memory import rescue as rescue_module
from kelex_host.memory.database import beside
from kelex_host.memory.journal import Journal
from kelex_host.memory.marks import Snapshot

FACTS = 120
LONG = "a long text that does not fit on one page; " * 300


class PowerCut(BaseException):
    """Nothing behind it is done."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A journal of all kinds of rows, closed; and its facts."""
    path = tmp_path_factory.mktemp("whole") / "journal.db"
    journal = Journal(path)
    journal.append(many(60))
    journal.append([plain(1, data={"text": LONG})])
    journal.append(many(FACTS - 61, first=1000))
    journal.mark_published([*range(1, 40), *range(50, 100)])
    journal.save_snapshot(Snapshot(30, {"text": LONG}))
    journal.save_snapshot(Snapshot(100, {"text": LONG[::-1]}))
    facts = [*journal.facts()]
    journal.close()
    return path, facts


@pytest.fixture(scope="module")
def unclean(tmp_path_factory):
    """The same as a kill left it: all of it is in the log."""
    directory = tmp_path_factory.mktemp("unclean")
    journal = Journal(directory / "running.db")
    for fact in many(40):
        journal.append([fact])
    journal.mark_published(range(1, 20))
    journal.flush()
    path = directory / "journal.db"
    for file, copy in zip(beside(journal.path)[:2], beside(path), strict=False):
        shutil.copyfile(file, copy)
    facts = [*journal.facts()]
    journal.close()
    return path, facts


def copied(path: Path, directory: Path) -> Path:
    directory.mkdir()
    for file in beside(path)[:2]:
        if file.exists():
            shutil.copyfile(file, directory / file.name)
    return directory / path.name


def look(path: Path, facts: list) -> tuple[list, list[str]]:
    """(the facts that are there, the notices) after a whole check; they are the right ones, and go on."""
    journal = Journal(path)
    try:
        journal.check()
        found = [*journal.facts()]
        by_sequence = {fact.sequence: fact for fact in facts}
        assert all(by_sequence.get(fact.sequence) == fact for fact in found), "a fact that was never written"
        if len(found) < len(facts):
            assert journal.notices, "facts are missed in silence"
        waiting = {fact.sequence for fact in journal.unpublished()}
        assert waiting >= {fact.sequence for fact in found[-5:]} - set(range(1, 40)) - set(range(50, 100))
        snapshot = journal.snapshot()
        assert snapshot is None or snapshot.state in ({"text": LONG}, {"text": LONG[::-1]})
        assert journal.append([plain(77)])[0].sequence > max((fact.sequence for fact in found), default=0)
        notices = list(journal.notices)
    finally:
        journal.close()
    again = Journal(path)
    assert [fact.event_id for fact in again.facts()] == [fact.event_id for fact in found] + ["e-77"]
    assert again.notices == []
    again.close()
    return found, notices


def flip(file: Path, bit: int) -> None:
    data = bytearray(file.read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    file.write_bytes(data)


def flip_in_fact(file: Path, fact) -> None:
    """In the table; the event_id alone stands in the index too."""
    flip(file, 8 * file.read_bytes().index(fact.event_id.encode() + fact.time_ns.to_bytes(8, "big")))


@pytest.mark.parametrize("part", range(2))
def test_a_flipped_bit_anywhere_in_the_file_costs_a_fact_at_most_and_is_told(whole, ram, part):
    path, facts = whole
    chance = random.Random(part)
    # Each byte of the header, where SQLite believes most; elsewhere some bits.
    header = [8 * byte + chance.randrange(8) for byte in range(part, 100, 2)]
    for bit in (*header, *(chance.randrange(path.stat().st_size * 8) for _ in range(60))):
        mine = copied(path, ram / f"{bit}")
        flip(mine, bit)
        found, notices = look(mine, facts)
        assert len(found) >= len(facts) - 1, bit
        assert len(notices) <= 1, bit
        shutil.rmtree(mine.parent)


@pytest.mark.parametrize("part", range(2))
def test_a_flipped_bit_anywhere_in_the_log_is_told_and_costs_a_fact_at_most(unclean, ram, part):
    path, facts = unclean
    log = beside(path)[1].stat().st_size
    chance = random.Random(part)
    frame = 24 + 4096
    header = [8 * byte + chance.randrange(8) for byte in range(part, 32, 2)]
    of_frames = [8 * (at + chance.randrange(24)) for at in range(32 + part * frame, log, 20 * frame)]
    anywhere = [chance.randrange(log * 8) for _ in range(20)]
    at_the_end = [chance.randrange((log - 4 * frame) * 8, log * 8) for _ in range(25)]
    for bit in (*header, *of_frames, *anywhere, *at_the_end):
        mine = copied(path, ram / f"{bit}")
        flip(beside(mine)[1], bit)
        found, notices = look(mine, facts)
        assert len(found) >= len(facts) - 1, bit
        assert len(notices) == 1, bit
        assert "journal.db.damaged-1" in notices[0]
        shutil.rmtree(mine.parent)


@pytest.mark.parametrize("fill", [b"\0", b"\xff", b"random"])
def test_a_page_that_is_gone_costs_what_was_on_it(whole, ram, fill):
    path, facts = whole
    for page in range(path.stat().st_size // 4096):
        mine = copied(path, ram / f"{page}-{fill[0]}")
        data = bytearray(mine.read_bytes())
        data[page * 4096 : (page + 1) * 4096] = (
            random.Random(page).randbytes(4096) if fill == b"random" else fill * 4096
        )
        mine.write_bytes(data)
        found, notices = look(mine, facts)
        assert len(found) >= len(facts) - 40
        assert len(notices) == 1
        assert "is put aside as journal.db.damaged-1" in notices[0]


def test_a_file_cut_short_anywhere_gives_what_is_left(whole, ram):
    path, _ = whole
    kept = []
    for pages in range(path.stat().st_size // 4096):
        for more in (0, 1, 100, 4095):
            mine = copied(path, ram / f"{pages}-{more}")
            with mine.open("r+b") as file:
                file.truncate(pages * 4096 + more)
            journal = Journal(mine)
            journal.check()
            kept.append(len([*journal.facts()]))
            assert journal.notices or (pages, more) == (0, 0)
            journal.close()
    assert kept == sorted(kept)
    assert kept[-1] > FACTS / 2


def test_what_was_no_journal_is_put_aside_as_it_is(tmp_path):
    path = tmp_path / "journal.db"
    path.write_bytes(b"my diary")
    journal = Journal(path)
    assert journal.append([plain(1)])[0].sequence == 1
    assert "0 facts" in journal.notices[0]
    journal.close()
    assert (tmp_path / "journal.db.damaged-1").read_bytes() == b"my diary"


def test_the_sentence_says_what_was_lost_and_where_the_old_file_is(whole, tmp_path):
    path, facts = whole
    mine = copied(path, tmp_path / "mine")
    flip_in_fact(mine, facts[70])
    damaged = mine.read_bytes()
    journal = Journal(mine)
    journal.check()
    assert journal.notices == [
        f"The journal {mine} was damaged or cut short: 119 facts of it are in use again, 1 lost; what it was is put "
        "aside as journal.db.damaged-1, which you can remove."
    ]
    assert (mine.parent / "journal.db.damaged-1").read_bytes() == damaged
    assert [fact for fact in facts if fact.sequence != 71] == [*journal.facts()]
    journal.close()


@pytest.mark.parametrize(("gone", "lost"), [("= 70", 1), ("BETWEEN 5 AND 9", 5), ("= 120", 1), ("> 100", 20)])
def test_facts_that_somebody_took_away_neatly_are_missed(whole, tmp_path, gone, lost):
    path, _ = whole
    mine = copied(path, tmp_path / "mine")
    with sqlite3.connect(mine) as other:
        other.execute(f"DELETE FROM facts WHERE sequence {gone}")
        other.execute("DELETE FROM snapshots")  # so that the start reads them all
    other.close()
    journal = Journal(mine)
    # Their rows still stand in the file, until SQLite needs the room.
    assert len([*journal.facts()]) >= FACTS - lost
    assert len(journal.notices) == 1
    assert journal.append([plain(77)])[0].sequence == FACTS + 1
    journal.close()
    again = Journal(mine)
    assert again.notices == []
    again.close()


def test_a_damage_met_while_reading_is_rescued_and_the_reader_goes_on(whole, tmp_path):
    path, facts = whole
    mine = copied(path, tmp_path / "mine")
    flip_in_fact(mine, facts[70])
    journal = Journal(mine)
    assert journal.notices == []
    journal.append([plain(77)])
    journal.mark_published([FACTS + 1])
    assert [fact.sequence for fact in journal.facts()] == [n for n in range(1, FACTS + 2) if n != 71]
    assert len(journal.notices) == 1
    assert FACTS + 1 not in {fact.sequence for fact in journal.unpublished()}, "what was published stays published"
    journal.close()


def test_a_reader_alone_names_the_damage_and_leaves_it_as_it_is(whole, tmp_path):
    path, facts = whole
    mine = copied(path, tmp_path / "mine")
    flip_in_fact(mine, facts[70])
    before = mine.read_bytes()
    reader = Journal(mine, read_only=True)
    with pytest.raises(JournalError, match=r"is damaged .*`kelex up` rescues what can be read"):
        [*reader.facts()]
    reader.close()
    assert mine.read_bytes() == before
    assert not [*mine.parent.glob("*damaged*")]


def test_what_was_published_is_not_published_again_and_what_was_not_is(whole, tmp_path):
    path, _ = whole
    mine = copied(path, tmp_path / "mine")
    flip(mine, 8)
    journal = Journal(mine)
    assert [fact.sequence for fact in journal.unpublished()] == [*range(40, 50), *range(100, FACTS + 1)]
    assert journal.snapshot() == Snapshot(100, {"text": LONG[::-1]})
    assert len(journal.notices) == 1
    journal.close()


def test_the_oldest_of_too_many_put_aside_go(whole, tmp_path):
    path, _ = whole
    mine = copied(path, tmp_path / "mine")
    for _ in range(rescue_module.ASIDE_MOST + 3):
        flip(mine, 8)
        Journal(mine).close()
    aside = sorted(int(file.suffix[9:]) for file in mine.parent.glob("journal.db.damaged-*"))
    assert aside == list(range(4, rescue_module.ASIDE_MOST + 4))


@pytest.mark.parametrize("where", ["link", "fsync", "replace", "sync_directory", "finish", "unlink"])
def test_a_power_cut_at_any_step_of_a_rescue_is_made_good_by_the_next_start(unclean, tmp_path, monkeypatch, where):
    path, facts = unclean
    for which in range(6):
        mine = copied(path, tmp_path / f"{where}-{which}")
        flip(beside(mine)[1], 8 * 8)
        calls = 0

        def cut(real, which=which):
            def cutting(*arguments, **options):
                nonlocal calls
                calls += 1
                if calls == which + 1:
                    raise PowerCut
                return real(*arguments, **options)

            return cutting

        with monkeypatch.context() as broken:
            owner = {"link": rescue_module.os, "fsync": rescue_module.os, "replace": Path, "unlink": Path}.get(
                where, rescue_module
            )
            broken.setattr(owner, where, cut(getattr(owner, where)))
            try:
                Journal(mine).close()
            except PowerCut:
                pass
            else:
                continue
        journal = Journal(mine)
        assert [*journal.facts()] == facts
        journal.close()


def test_of_a_batch_that_a_power_cut_tore_there_is_all_or_nothing(tmp_path):
    """Whichever of its pages reached the disk: it was never said to be safe, and half of it would make no sense."""
    journal = Journal(tmp_path / "running.db")
    for fact in many(40):
        journal.append([fact])
    before, log = [*journal.facts()], beside(journal.path)[1]
    committed = log.stat().st_size
    journal.append([plain(500 + i, data={"text": "x" * 900}) for i in range(20)])
    whole, facts = log.read_bytes(), [*journal.facts()]
    chance, seen = random.Random(9), set()
    frame = 24 + 4096
    for number in range(16):
        mine = tmp_path / f"{number}" / "journal.db"
        mine.parent.mkdir()
        shutil.copyfile(journal.path, mine)
        torn = bytearray(whole)
        for at in range(committed, len(whole), frame):
            if chance.random() < number / 15:  # this one was still on its way
                torn[at : at + frame] = bytes(frame)
        beside(mine)[1].write_bytes(torn)
        again = Journal(mine)
        found = [*again.facts()]
        assert found in (before, facts), f"{number}: {len(found)} of {len(facts)} facts"
        again.check()
        assert again.append([plain(77)])[0].sequence > len(found)
        again.close()
        seen.add(len(found))
    assert seen == {len(before), len(facts)}
    journal.close()


# --- kill -9 ---

# A process that makes writers of itself by fork, so that none has to import anything.
WRITERS = """
import os, sys
from pathlib import Path
from host.memory.facts import plain
from kelex_host.memory.journal import Journal
from kelex_host.memory.marks import Snapshot

def say(text):
    os.write(1, f"{text}\\n".encode())

def write(path, number):
    say(f"pid {os.getpid()}")
    journal = Journal(path)
    for notice in journal.notices:
        say(f"notice {notice}")
    while True:
        batch = [plain(number + i, data={"n": "x" * (number % 300)}) for i in range(1 + number % 4)]
        number += len(batch)
        last = journal.append(batch)[-1].sequence
        say(f"done {last} {batch[-1].event_id}")
        journal.mark_published(range(max(1, last - 30), last - 10))
        if last % 20 == 0:
            journal.save_snapshot(Snapshot(last, {"at": last}))
            journal.compact(50)

for line in sys.stdin:
    if os.fork() == 0:
        write(Path(sys.argv[1]), int(line))
    os.wait()
    say("end")
"""
KILLS = 80


def test_kill_at_any_moment_loses_nothing_acknowledged(tmp_path, monkeypatch, tell):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    path, number, chance, notices = tmp_path / "journal.db", 1, random.Random(5), 0
    acknowledged: dict[int, str] = {}
    words = [sys.executable, "-c", WRITERS, str(path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writers:
        for _ in range(KILLS):
            writers.stdin.write(f"{number}\n")
            writers.stdin.flush()
            pid = int(writers.stdout.readline().removeprefix("pid "))
            lines = [writers.stdout.readline() for _ in range(chance.randrange(5))]
            time.sleep(chance.random() * 0.004)
            os.kill(pid, signal.SIGKILL)
            for line in (*lines, *iter(writers.stdout.readline, "end\n")):
                kind, *told = line.split()
                notices += kind == "notice"
                if kind == "done":
                    acknowledged[int(told[0])] = told[1]
            journal = Journal(path)
            journal.check()
            notices += len(journal.notices)
            kept = {fact.sequence: fact.event_id for fact in journal.facts()}
            assert all(kept[s] == event_id for s, event_id in acknowledged.items() if s >= journal.first)
            assert journal.last >= max(acknowledged, default=0)
            assert journal.first <= max(1, journal.last - 49)
            snapshot = journal.snapshot()
            assert journal.first == 1 or snapshot.sequence >= journal.first
            assert snapshot is None or snapshot.state == {"at": snapshot.sequence}
            number = int(kept[journal.last].removeprefix("e-")) + 1 if journal.last else 1
            journal.close()
        writers.stdin.close()
    assert len(acknowledged) > KILLS
    tell(f"journal: {KILLS} kills, {len(acknowledged)} acknowledged batches, none lost; {notices} rescues")
