"""Debian's espeak-ng as the house's voice: each text becomes a sound file, and a player plays it where there is one.

Where there is no player or no sound device, the texts are rendered all the same and take as long as they would.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import wave
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic

from kelex_host.household.speech import FAILED, FINISHED, STARTED, Begin, Said, Speaker, Utterance

PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"))
RENDER_S = 20.0
_NO_ESPEAK = "There is no espeak-ng; install it with `apt-get install espeak-ng`. Texts are not spoken meanwhile."
_NO_SOUND = "There is no sound to be had here; install alsa-utils, or see to the sound device. Texts are not heard."


class EspeakSpeaker:
    """The voice. `report(said)` hears what becomes of each text, `tell(text)` is one sentence for a person.

    `voice` is one of `espeak-ng --voices`, `words_per_minute` its speed, `volume` in 0 to 100. `player` is the command
    that plays a file, given as its last argument; None finds one, and an empty one is for none.
    """

    def __init__(
        self,
        report: Callable[[list[Said]], None],
        tell: Callable[[str], None],
        *,
        voice: str = "en",
        words_per_minute: int = 160,
        volume: int = 50,
        player: Sequence[str] | None = None,
    ) -> None:
        self._core = Speaker(answers=True)
        self._report, self._tell = report, tell
        self._options = ("-v", voice, "-s", str(words_per_minute), "-a", str(2 * volume))
        self._player = _found_player() if player is None else tuple(player)
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._told: set[str] = set()

    def say(self, id: str, text: str, *, at_once: bool = False) -> None:
        """Say a text after what waits already, or at once."""
        self._done(self._core.say(monotonic(), id, text, at_once=at_once))

    def hush(self, id: str) -> None:
        """Say it no more; a voice in the midst of it breaks off at once."""
        self._done(self._core.hush(monotonic(), id))

    async def close(self) -> None:
        """Fall silent, and wait for what was started to be gone."""
        if self._timer:
            self._timer.cancel()
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _done(self, said: list[Said]) -> None:
        """Do what the speaker is to do, tell what is to be told, and be woken in time."""
        for command in self._core.take():
            before, self._task = self._task, None
            if before:
                before.cancel()
            if isinstance(command, Begin):
                self._task = asyncio.create_task(self._speak(command.utterance, before))
            else:
                self._task = before  # on its way out: the next one waits for it
        if said:
            self._report(said)
        if self._timer:
            self._timer.cancel()
            self._timer = None
        due_s = self._core.due_s()
        if due_s < float("inf"):
            self._timer = asyncio.get_running_loop().call_later(max(0.0, due_s - monotonic()), self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._done(self._core.step(monotonic()))

    async def _speak(self, utterance: Utterance, before: asyncio.Task[None] | None) -> None:
        if before:
            await asyncio.wait({before})
        state, why = FINISHED, ""
        with tempfile.TemporaryDirectory(prefix="kelex-speech-") as folder:
            file = Path(folder) / "speech.wav"
            try:
                length_s = await self._render(utterance.text, file)
            except OSError as error:
                self._tell_once(_NO_ESPEAK)
                state, why = FAILED, f"espeak-ng does not run ({error.strerror}); install it"
            except TimeoutError:
                state, why = FAILED, f"espeak-ng takes more than {RENDER_S:g} s; restart this machine"
            except (wave.Error, EOFError, ValueError) as error:
                state, why = FAILED, f"espeak-ng makes no sound of it ({error}); correct [speech] voice"
            else:
                self._heard(utterance, STARTED)
                await self._play(file, length_s)
        self._heard(utterance, state, why)

    def _heard(self, utterance: Utterance, state: str, why: str = "") -> None:
        self._done(self._core.heard(monotonic(), utterance.id, state, why))

    async def _render(self, text: str, file: Path) -> float:
        """Make the file, and return how long it lasts in seconds. Raises OSError, TimeoutError, ValueError."""
        # Between double brackets espeak-ng reads phonemes.
        plain = text.replace("[[", "[ [").encode()
        arguments = ("espeak-ng", *self._options, "-b", "1", "-w", str(file), "--stdin")
        process = await asyncio.create_subprocess_exec(
            *arguments, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(RENDER_S):
                _, errors = await process.communicate(plain)
        finally:
            await _end(process)
        if process.returncode or not file.exists():
            raise ValueError(errors.decode("utf-8", "replace").strip()[:100] or f"exit code {process.returncode}")
        with wave.open(str(file)) as made:
            return float(made.getnframes() / made.getframerate())

    async def _play(self, file: Path, length_s: float) -> None:
        """Play it, or let as much time pass."""
        began_s = monotonic()
        if self._player:
            try:
                process = await asyncio.create_subprocess_exec(
                    *self._player,
                    str(file),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                )
                try:
                    if await process.wait() == 0:
                        return
                finally:
                    await _end(process)
            except OSError:
                pass
        self._tell_once(_NO_SOUND)
        await asyncio.sleep(max(0.0, length_s - (monotonic() - began_s)))

    def _tell_once(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            self._tell(text)


def _found_player() -> tuple[str, ...]:
    return next((player for player in PLAYERS if shutil.which(player[0])), ())


async def _end(process: asyncio.subprocess.Process) -> None:
    """See that a process that we started is gone."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
