"""What is said aloud, one thing after the other, by whatever speaker; by itself, the speaker of a silent house.

    say --> waits --> asked --> started --> finished
              |         |          |--> interrupted (hush, or something that has to be said at once)
              `--> interrupted     `--> failed

Every text that is taken ends just once, in `finished`, `interrupted` or `failed`, even where the speaker is gone or
hangs: then it is taken to last as long as it would in a silent house.
"""

from __future__ import annotations

from collections import deque

import msgspec

CHARACTERS_PER_S = 15.0
LEAST_S = 2.0
TEXT_CHARACTERS = 2000
WAITING_MOST = 50
STARTED, FINISHED, INTERRUPTED, FAILED = "started", "finished", "interrupted", "failed"
STATES = (STARTED, FINISHED, INTERRUPTED, FAILED)
ENDS = (FINISHED, INTERRUPTED, FAILED)
# How long a speaker may take to begin, and how much longer than presumed it may speak.
START_S = 5.0
_LONGER = 3.0
_WHY_CHARACTERS = 200


class Utterance(msgspec.Struct, frozen=True):
    """Something to say; `id` names it from then on."""

    id: str
    text: str

    @property
    def presumed_s(self) -> float:
        """How long it lasts where nobody tells."""
        return max(LEAST_S, len(self.text) / CHARACTERS_PER_S)


class Said(msgspec.Struct, frozen=True):
    """What became of an utterance; `why` is for people, the end of a sentence, for `failed`."""

    id: str
    state: str
    why: str = ""


class Begin(msgspec.Struct, frozen=True):
    """The speaker is to say this now."""

    utterance: Utterance


class Cut(msgspec.Struct, frozen=True):
    """The speaker is to be silent at once."""

    id: str


class Speaker:
    """The queue before a speaker, whose adapter carries out what `take` gives and tells by `heard`.

    With `answers` false there is no speaker: silence, of the length that speech would have.
    """

    def __init__(self, *, answers: bool = False) -> None:
        self._start_s = START_S if answers else 0.0
        self._waiting: deque[Utterance] = deque()
        self._current: Utterance | None = None
        self._asked_s = self._end_s = 0.0
        self._started = False
        self._out: list[Begin | Cut] = []

    @property
    def current(self) -> Utterance | None:
        """What is being said."""
        return self._current

    def take(self) -> list[Begin | Cut]:
        """What the speaker is to do, once."""
        out, self._out = self._out, []
        return out

    def say(self, mono_s: float, id: str, text: str, *, at_once: bool = False) -> list[Said]:
        """Say a text after what waits already; `at_once`, before all that, and what is being said is interrupted."""
        clean = "".join(letter if letter.isprintable() else " " for letter in text[:TEXT_CHARACTERS]).strip()
        if len(self._waiting) >= WAITING_MOST:
            return [Said(id, FAILED, "too much waits to be said; say less")]
        if at_once:
            self._waiting.appendleft(Utterance(id, clean))
            cut = self._stop(mono_s) if self._current else []
            return cut + self._next(mono_s)
        self._waiting.append(Utterance(id, clean))
        return self._next(mono_s)

    def hush(self, mono_s: float, id: str) -> list[Said]:
        """Say it no more, or not at all."""
        if self._current and self._current.id == id:
            return self._stop(mono_s) + self._next(mono_s)
        kept = [one for one in self._waiting if one.id != id]
        dropped = len(self._waiting) - len(kept)
        self._waiting = deque(kept)
        return [Said(id, INTERRUPTED)] * min(1, dropped)

    def heard(self, mono_s: float, id: str, state: str, why: str = "") -> list[Said]:
        """The speaker tells how it does; what it tells of anything but the current utterance is dropped."""
        current = self._current
        if current is None or current.id != id:
            return []
        if state == STARTED:
            if self._started:
                return []
            self._started = True
            self._end_s = mono_s + current.presumed_s * _LONGER + START_S
            return [Said(id, STARTED)]
        begun = [] if self._started or state == FAILED else [Said(id, STARTED)]
        self._current = None
        return [*begun, Said(id, state, why[:_WHY_CHARACTERS]), *self._next(mono_s)]

    def gone(self, mono_s: float) -> list[Said]:
        """The speaker is gone: what it was saying ends as it would in a silent house."""
        if self._current is None:
            return []
        begun = [] if self._started else [Said(self._current.id, STARTED)]
        self._started = True
        self._end_s = max(mono_s, self._asked_s + self._current.presumed_s)
        return begun

    def step(self, mono_s: float) -> list[Said]:
        """Go on where a speaker does not tell, or there is none."""
        said: list[Said] = []
        while self._current and self.due_s() <= mono_s:
            if not self._started:
                said += self.gone(mono_s)
                continue
            current, end_s = self._current, self._end_s
            if self._start_s:
                self._out.append(Cut(current.id))
            self._current = None
            said += [Said(current.id, FINISHED), *self._next(end_s if not self._start_s else mono_s)]
        return said

    def due_s(self) -> float:
        """When `step` next has something to do (mono_s)."""
        if self._current is None:
            return float("inf")
        return self._end_s if self._started else self._asked_s + self._start_s

    def _stop(self, mono_s: float) -> list[Said]:
        assert self._current is not None
        id, self._current = self._current.id, None
        self._out.append(Cut(id))
        return [Said(id, INTERRUPTED)]

    def _next(self, mono_s: float) -> list[Said]:
        if self._current or not self._waiting:
            return []
        self._current = self._waiting.popleft()
        self._started, self._asked_s = False, mono_s
        if self._start_s:
            self._out.append(Begin(self._current))
            return []
        return self.gone(mono_s)
