"""The whole story, S1 to S15, in one day at the house of El: played by `kelex up`, decided anew from its journal."""

from __future__ import annotations

import json
import re
from pathlib import Path

from acceptance.household import Kelex, run, until
from kelex_host.story.krypton import KRYPTON

# Alone on a machine it takes half a minute or so, and has to be within five.
DAY_S = 300.0


def test_a_day_at_the_house_of_el_walks_through_the_story_and_replays(tmp_path: Path) -> None:
    house = Kelex(tmp_path, "up", "--scenario", "krypton", "--speed", "120", "--no-console")
    until(lambda: any("The day is over" in line for line in house.lines), "the end of the day", DAY_S)
    told = [match[1] for line in house.lines if (match := re.match(r"(S\d+) +\S", line))]
    assert told == [moment.id for moment in KRYPTON] == [f"S{number}" for number in range(1, 16)]
    assert not [line for line in house.lines if "It never came" in line]
    assert any(line.strip().startswith("because: ") for line in house.lines)
    assert house.stop() == 0
    (journal,) = (tmp_path / "stories").glob("krypton-*/journal.db")
    assert str(journal) in "\n".join(house.lines)
    done = run(tmp_path, "replay", str(journal), "--json")
    assert done.returncode == 0, done.stdout
    result = json.loads(done.stdout)
    assert result["same"] is True
    assert result["facts"] > 200
    assert not (tmp_path / "journal.db").exists(), "the user's own memory knows nothing of it"
