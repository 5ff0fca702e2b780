"""Plays a day in a running house, as one of its clients."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kelex_host.bridge.now import Now
from kelex_host.bridge.request_desk import World
from kelex_host.bridge.requests import RequestError
from kelex_host.bridge.topics import Topics
from kelex_host.broker_url import BrokerUrl
from kelex_host.cli.fast_house import KernelClock
from kelex_host.cli.pace import Pace
from kelex_host.config import Settings
from kelex_host.errors import KelexError
from kelex_host.household.keeper import Keeper
from kelex_host.shells.clock import real_now
from kelex_host.shells.key_files import key_path, read_private, use_counter
from kelex_host.shells.mqtt_session import MqttSession
from kelex_host.shells.runtime import Runtime
from kelex_host.story.director import Director
from kelex_host.story.krypton import KRYPTON
from kelex_host.story.outgoing import PassHours, Send, leap_s
from kelex_host.trust.signing import sign

_STEP_S = 0.01
_PATIENCE_S = 10.0
_CAST = ("jor-el", "lara", "kal-el")


class Player:
    """`runtime` is set before anything is played, and `clock` where the house's time has a pace of its own."""

    runtime: Runtime
    clock: KernelClock | None = None

    def __init__(
        self, settings: Settings, url: BrokerUrl, memory: Path, keeper: Keeper, tell: Callable[[str], None], pace: Pace
    ) -> None:
        self._settings = settings
        self._url = url
        self._memory = memory
        self._keeper = keeper
        self._tell = tell
        self._speed = pace.speed or 1.0
        self._director: Director | None = None
        self._task: asyncio.Task[None] | None = None

    def with_day(self, world: World) -> World:
        """The world's verbs, and `day`, which begins to play one."""

        def act(now: Now, verb: str, fields: dict[str, Any]) -> dict[str, Any]:
            if verb != "day":
                return world(now, verb, fields)
            absent = [one for one in _CAST if one not in {member.id for member in self._settings.member}]
            if absent:
                raise RequestError("unknown_member", f"The day at the house of El needs {absent[0]} as a member.")
            if self._task and not self._task.done():
                raise RequestError("busy", "A day is being played already; wait for its end.")
            self.begin("krypton")
            return {"time": now.stamp(), "moments": len(KRYPTON)}

        return act

    def paced(self, now: Now, speed: float) -> None:
        """The house's time runs so many times as fast as ours from now on."""
        self._speed = speed
        if self._director:
            self._director.be_patient(now, self._patience_s())

    def _patience_s(self) -> float:
        """In the house's time; answers come in ours."""
        return _PATIENCE_S * max(1.0, self._speed)

    def begin(self, scenario: str) -> None:
        """Begin to play it."""
        self._task = asyncio.create_task(self._play(), name=f"the scenario {scenario}")

    async def stop(self) -> None:
        """Play no further."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _play(self) -> None:
        drone = self._settings.drone[0].id
        topics = Topics(self._settings.house.base)
        director = Director(KRYPTON, topics, self._tell, self._sign, drone=drone, patience_s=self._patience_s())
        self._director = director
        try:
            async with MqttSession(self._url) as session:
                listening = asyncio.create_task(self._listen(session, director))
                try:
                    while not director.finished:
                        for out in director.step(self._now()):
                            if isinstance(out, Send):
                                session.publish(out.topic, out.payload)
                            else:
                                await self._pass_hours(out)
                                director.hours_have_passed()
                        await asyncio.sleep(_STEP_S)
                finally:
                    listening.cancel()
                    await asyncio.gather(listening, return_exceptions=True)
        except KelexError as error:
            self._tell(f"The day cannot be played on: {error}")
            return
        journal = self._memory / "journal.db"
        self._tell(f"\nThe day is over; the house goes on. All that was decided, decided anew: kelex replay {journal}")

    async def _listen(self, session: MqttSession, director: Director) -> None:
        base = self._settings.house.base
        filters = [(f"{base}/{leaf}", 1) for leaf in ("+/event/#", "drone/+/event/#", "+/response/#")]
        async for topic, payload, _ in session.messages(filters):
            director.hear(self._now(), topic, payload)

    async def _pass_hours(self, out: PassHours) -> None:
        """Skip them, in leaps from one moment to the next at which the house has something to do.

        Where the house goes by the real clock, its day is played without the hours between the moments.
        """
        clock = self.clock
        while clock and out.until_s > clock.now().wall_s:
            seconds = leap_s(out, clock.now(), self._keeper.due_s())
            if seconds > 0:
                clock.pass_hours(seconds)
                self._keeper.pass_hours(seconds)
                self.runtime.happened(lambda now: None)  # it is due at another moment now
            await asyncio.sleep(_STEP_S)

    def _sign(self, topic: str, fields: dict[str, Any], member: str) -> dict[str, Any]:
        path = key_path(self._memory, member)
        return sign(topic, fields, by=member, key=read_private(path), now=real_now(), counter=use_counter(path))

    def _now(self) -> Now:
        return self.clock.now() if self.clock else real_now()
