"""How fast a house lives, and what is played in it."""

from __future__ import annotations

import secrets
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from kelex_host.bridge.verbs import SPEED_LEAST, SPEED_MOST
from kelex_host.config import Settings, home
from kelex_host.config.reading import SECRETS_FILE
from kelex_host.config.settings import HouseSettings
from kelex_host.errors import ConfigError
from kelex_host.shells.safe_file import replace_file
from kelex_host.story.krypton import BEGINS_AT_HOUR, NURSERY

SCENARIOS = ("krypton",)
# So many plays of a scenario are remembered, the oldest goes first.
STORIES_MOST = 10


@dataclass(frozen=True, slots=True)
class Pace:
    """By the real clock; with a `speed`, by a clock of its own so many times as fast, from `begins_s` on (Unix time, 0
    for now), in which hours can be skipped and whose speed can be changed.

    `memory` is where a house remembers that is not the user's own, None for his own. One that `forgets` remembers until
    it stops: its time runs ahead, and the user's own journal is no place for what is yet to come.
    """

    speed: float | None = None
    scenario: str = ""
    begins_s: float = 0.0
    memory: Path | None = None
    forgets: bool = False


LIFE = Pace()
_OF_THE_STORY = ("room", "member", "drone", "contact", "quiet", "lockdown", "trust", "news")


def pace_of(settings: Settings, speed: float, scenario: str) -> tuple[Pace, Settings]:
    """The pace that is asked for, and the settings for it. Raises ConfigError."""
    if speed != 1 or scenario:
        real = [drone.id for drone in settings.drone if drone.port]
        if real:
            raise ConfigError(
                f"{real[0]} is a real board, which lives as fast as we do: leave out --port, or the pace."
            )
    if not SPEED_LEAST <= speed <= SPEED_MOST:
        raise ConfigError(f"The speed has to be within {SPEED_LEAST:g} and {SPEED_MOST:g}.")
    if not scenario:
        return (LIFE if speed == 1 else Pace(speed, forgets=True)), settings
    if scenario not in SCENARIOS:
        raise ConfigError(f"There is no scenario '{scenario[:64]}'; there is {', '.join(SCENARIOS)}.")
    today = datetime.now(UTC).replace(hour=BEGINS_AT_HOUR, minute=0, second=0, microsecond=0)
    return Pace(speed, scenario, today.timestamp(), _memory_of(scenario)), _cast(settings)


def _cast(settings: Settings) -> Settings:
    """The house of the story: the example household, with the user's own broker and whatever else is outside."""
    known = Settings()
    return msgspec.structs.replace(
        settings,
        house=HouseSettings(base=settings.house.base),
        nursery=NURSERY,
        **{name: getattr(known, name) for name in _OF_THE_STORY},
    )


def _memory_of(scenario: str) -> Path:
    """A memory of its own for each time that it is played: journal, keys, crystals, and the secret for these."""
    for old in sorted((home() / "stories").glob(f"{scenario}-*"))[: 1 - STORIES_MOST]:
        shutil.rmtree(old, ignore_errors=True)
    stamp = datetime.fromtimestamp(time.time()).strftime("%Y%m%d-%H%M%S")
    memory = home() / "stories" / f"{scenario}-{stamp}"
    try:
        replace_file(memory / SECRETS_FILE, f'crystal = "{secrets.token_hex(16)}"\n'.encode())
    except OSError as error:
        raise ConfigError(f"The directory {memory} cannot be used ({error.strerror}); set KELEX_HOME.") from None
    return memory
