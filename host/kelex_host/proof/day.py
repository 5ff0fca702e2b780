"""The day at the house of El in virtual time: the scenes that `kelex up --scenario krypton` plays, from one seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kelex_host.bridge.topics import Topics
from kelex_host.config.settings import Settings
from kelex_host.errors import KelexError
from kelex_host.memory.crystal import save, verify
from kelex_host.memory.crystal_file import CrystalFile
from kelex_host.proof.life import WALL_START_S, Life
from kelex_host.proof.life_household import LifeHousehold
from kelex_host.story.director import Director
from kelex_host.story.krypton import BEGINS_AT_HOUR, KRYPTON, NURSERY
from kelex_host.story.outgoing import PassHours, leap_s
from kelex_host.trust.keyring import Keyring

_STEP_S = 0.02
# A crystal takes its time, in which the house goes on.
_CRYSTAL_US = 300_000
_PASSPHRASE = "the last son of Krypton"
# Longer than the story needs, hours that are skipped left out.
DAY_MOST_S = 3600.0


class Day(Life):
    """A life without accidents, in which the story happens; `told` is what a reader of it sees."""

    def __init__(self, seed: int) -> None:
        self._signer = Ed25519PrivateKey.from_private_bytes(Random(seed).randbytes(32))
        super().__init__(seed, household=True)
        start = datetime.fromtimestamp(WALL_START_S, UTC)
        six = datetime.combine(start.date() + timedelta(days=1), time(BEGINS_AT_HOUR), UTC)
        self.wall_off_s = six.timestamp() - WALL_START_S
        self.told: list[str] = []
        self.director = Director(KRYPTON, Topics("kelex"), self.told.append, self._sign)
        self._heard = 0

    def play(self) -> None:
        """The whole day, until its last moment is over."""
        self.start()
        while not self.director.finished:
            assert self.kernel.now_us < DAY_MOST_S * 1e6, "the day has no end"
            self.run(_STEP_S)
            self._listen()
            for out in self.director.step(self.now()):
                if isinstance(out, PassHours):
                    self._pass_hours(out)
                    self.director.hours_have_passed()
                else:
                    self.broker.send(out.topic, out.payload)

    def _listen(self) -> None:
        for message in self.broker.log[self._heard :]:
            self.director.hear(self.now(), message.topic, message.payload)
        self._heard = len(self.broker.log)

    def _pass_hours(self, passing: PassHours) -> None:
        assert self.household is not None
        assert self.household.keeper is not None
        keeper = self.household.keeper
        while self.now().wall_s < passing.until_s:
            seconds = leap_s(passing, self.now(), keeper.due_s())
            if seconds > 0:
                self.wall_off_s += seconds
                keeper.pass_hours(seconds)
                self.pump()  # it is due at another moment now
            self.run(_STEP_S)

    def _sign(self, topic: str, fields: dict[str, Any], member: str) -> dict[str, Any]:
        assert self.trust is not None
        signed: dict[str, Any] = msgspec.json.decode(self.trust.sign(self.now(), topic, fields, member))
        return signed

    def _household(self, random: Random, rooms: dict[str, str]) -> LifeHousehold:
        household = LifeHousehold(random, Settings(nursery=NURSERY), crystals=self)
        keyring = Keyring().enrol("jor-el", "story", self._signer.public_key().public_bytes_raw())
        (household.path.parent / "keyring.json").write_bytes(keyring.encode())
        return household

    def begin(self, action: str, file: str, secret: str, done: Callable[[int | KelexError], None]) -> None:
        """The house wants a crystal saved or verified (see household.keeping.Crystals)."""
        came: int | KelexError
        try:
            came = self._grow(action, file)
        except KelexError as error:
            came = error
        self.kernel.after(_CRYSTAL_US, self._tell, lambda now: done(came))

    def _grow(self, action: str, file: str) -> int:
        assert self.household is not None
        home = self.household.path.parent
        path = home / file
        if action == "save":
            return save(path, home, _PASSPHRASE, self._signer, saved_at=self.now().stamp(), kelex="proof").facts
        crystal = CrystalFile(path)
        try:
            return verify(crystal, _PASSPHRASE).facts
        finally:
            crystal.close()
