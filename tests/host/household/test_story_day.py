"""The whole story, S1 to S15, in one day at the house of El: in virtual time, and played by `kelex up`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from acceptance.household import Kelex, run, until
from kelex_host.household import journalling
from kelex_host.household.facts import encode
from kelex_host.household.replaying import replay
from kelex_host.household.state import State
from kelex_host.proof.day import Day
from kelex_host.story.krypton import KRYPTON

# What a reader is told in each moment, among other things, in this order.
TOLD = {
    "S1": ["\"Sir, ma'am: Good morning.", "Nobody here is called 'zod'"],
    "S2": ["He breaks off", "Kelex goes on where he was interrupted", "tells Lara as well", "Lara has taken note."],
    "S3": ["makes a gesture: present", "Its eye changes", "The holo-disk lights up", "The holo-disk goes dark"],
    "S4": [
        "Welcome home. While you were away: It was too hot in the nursery: 28.0 degrees. News: The observatory hears "
        "the core of the planet. A messenger of the Council came",
        "he lists the 3; asked again, none",
    ],
    "S5": ["The house falls quiet (infant asleep)", "sounds no tone", "makes a gesture: present", "lights up"],
    "S6": ["The infant cries in the nursery", "Sir: Kal-El is still crying", "Jor-El has taken note", "calm again"],
    "S7": ["Calling Dru-Zod for Jor-El", "Dru-Zod is on the line", "Dru-Zod ends the call"],
    "S8": ["now the ship", "Done for the ship: hull", "now the rocket: ship lacks 4 plate, 1 engine", "is finished"],
    "S9": ["The memory crystal is grown", "The memory crystal is whole"],
    "S10": ["Sir: The Council wants to see you: it is about General Zod", "Jor-El lets the visitor in"],
    "S11": ["'lockdown' is guarded", "There is no key 'bbbbbbbbbbbbbbbb'"],
    "S12": [
        "Hazard: tremor",
        "Evacuation. Still open: infant, crystal, hatch",
        "No launch while anything is open: hatch",
    ],
    "S13": ["Lockdown: a hostile drone", "is guarded", "The lockdown is lifted by Jor-El", "Launched."],
    "S14": ["kelex answers no more", "The drone kelex answers.", "The doorbell rings.", "wants to see Jor-El"],
    "S15": ["tells Lara as well", "because: What is not acknowledged goes to the next member", "The house was asked"],
}


@pytest.fixture(scope="module")
def day() -> Day:
    day = Day(1)
    day.play()
    return day


def moments(day: Day) -> dict[str, str]:
    """What was told, by the id of the moment."""
    _, *parts = re.split(r"^\n(S\d+) ", "\n".join(day.told), flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def facts(day: Day) -> list[bytes]:
    """The day's journal."""
    assert day.household is not None
    assert day.household.journal is not None
    return [encode(journalling.fact_of(row)) for row in day.household.journal.facts()]


def test_a_day_has_the_moments_of_the_story_in_their_order_and_nothing_is_missed(day: Day) -> None:
    assert [*moments(day)] == [moment.id for moment in KRYPTON] == [f"S{number}" for number in range(1, 16)]
    assert day.director.missing == []


@pytest.mark.parametrize("id", TOLD)
def test_in_each_moment_kelex_does_what_the_story_tells(day: Day, id: str) -> None:
    rest = moments(day)[id]
    for what in TOLD[id]:
        _, found, rest = rest.partition(what)
        assert found, f"{what!r} is not told, or not in its turn: {moments(day)[id]}"


def test_its_journal_replays_to_the_same_decisions_and_its_seed_to_the_same_day_byte_for_byte(day: Day) -> None:
    assert day.household is not None
    assert day.household.journal is not None
    replayed = replay((journalling.fact_of(row) for row in day.household.journal.facts()), State())
    assert replayed.differs is None
    assert replayed.facts == len(facts(day)) > 200
    again = Day(1)
    again.play()
    assert again.told == day.told
    assert facts(again) == facts(day)


def test_kelex_up_plays_it_and_its_journal_replays(tmp_path: Path) -> None:
    house = Kelex(tmp_path, "up", "--scenario", "krypton", "--speed", "120", "--no-console")
    until(lambda: any(line.startswith("S5 ") for line in house.lines), "the fifth moment", 120)
    assert house.stop() == 0
    told = [match[1] for line in house.lines if (match := re.match(r"(S\d+) +\S", line))]
    assert told[:5] == ["S1", "S2", "S3", "S4", "S5"]
    assert not [line for line in house.lines if "It never came" in line]
    assert any(line.strip().startswith("because: ") for line in house.lines)
    (journal,) = (tmp_path / "stories").glob("krypton-*/journal.db")
    done = run(tmp_path, "replay", str(journal), "--json")
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["same"] is True
    assert not (tmp_path / "journal.db").exists(), "the user's own memory knows nothing of it"
