"""What a running house calls and speaks by, as its configuration has it ([phone], [speech])."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from kelex_host.bridge.now import Now
from kelex_host.bridge.topics import Topics
from kelex_host.config import Settings
from kelex_host.household.beside import Beside, Helper, TopicVoice
from kelex_host.household.keeper import Keeper
from kelex_host.household.phone import Limits, Report, Telephone
from kelex_host.household.phone_gateway import PhoneGateway
from kelex_host.household.phone_simulated import SimulatedPhone
from kelex_host.household.turn import Effect, Hush, Speak
from kelex_host.shells.espeak import EspeakSpeaker
from kelex_host.shells.phone_sip import SipPhone
from kelex_host.shells.runtime import Runtime


class SipTelephone:
    """baresip as the house's telephone: what becomes of a call is told later, never at once."""

    def __init__(self, phone: SipPhone) -> None:
        self._phone = phone

    def dial(self, mono_s: float, call_id: str, contact: str, number: str) -> list[Report]:
        self._phone.dial(call_id, contact, number)
        return []

    def answer(self, mono_s: float, call_id: str) -> list[Report]:
        self._phone.answer(call_id)
        return []

    def reject(self, mono_s: float, call_id: str) -> list[Report]:
        self._phone.reject(call_id)
        return []

    def hang_up(self, mono_s: float, call_id: str) -> list[Report]:
        self._phone.hang_up(call_id)
        return []

    def step(self, mono_s: float) -> list[Report]:
        return []

    def due_s(self) -> float:
        return float("inf")


class Outside:
    """`telephone`, `beside` and `act` are for the keeper; `start` comes when it and the runtime are there."""

    def __init__(self, settings: Settings, *, simulated: bool, tell: Callable[[str], None]) -> None:
        self._helpers: list[Helper] = []
        self._tell = tell
        self._sip: SipPhone | None = None
        self._speaker: EspeakSpeaker | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._hear: Callable[[list[Report]], None] = lambda reports: None
        topics = Topics(settings.house.base)
        self.telephone = self._telephone(settings, topics, simulated)
        speech = settings.speech
        by_topic = speech.by == "mqtt"
        self.beside = Beside(self._helpers, TopicVoice(topics, speech.voice, speech.volume) if by_topic else None)
        if speech.by == "espeak":
            self._speaker = EspeakSpeaker(
                lambda said: None, tell, voice=speech.voice, words_per_minute=speech.words_per_minute,
                volume=speech.volume,
            )  # fmt: skip

    def act(self, now: Now, effect: Effect) -> None:
        """Say something aloud, or no more."""
        if isinstance(effect, Speak) and self._speaker:
            self._speaker.say(effect.id, effect.text)
        elif isinstance(effect, Hush) and self._speaker:
            self._speaker.hush(effect.id)

    def start(self, keeper: Keeper, runtime: Runtime) -> None:
        """Begin: what telephones tell from now on, the house hears."""
        self._hear = lambda reports: runtime.happened(lambda now: keeper.called(now, reports))
        if self._sip:
            self._tasks.append(asyncio.create_task(self._sip.run(), name="the telephone"))

    async def stop(self) -> None:
        """Hang up, and fall silent."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._speaker:
            await self._speaker.close()

    def _telephone(self, settings: Settings, topics: Topics, simulated: bool) -> Telephone:
        phone = settings.phone
        limits = Limits(ringing_s=phone.ringing_s)
        if phone.by == "sip":
            self._sip = SipPhone(*phone.sip_address, self._called, self._tell, limits)
            return SipTelephone(self._sip)
        if phone.by == "auto" and simulated:
            return SimulatedPhone(limits)
        gateway = PhoneGateway(topics, limits)
        self._helpers.append(gateway)
        return gateway

    def _called(self, reports: list[Report]) -> None:
        """Hand it in by itself: it may come while the house is at something else."""
        asyncio.get_running_loop().call_soon(self._hear, reports)
