"""Plays a day moment by moment, as any MQTT client could: it sends requests, hears what is told, and tells a reader.

Pure: `hear` and `step` are told the time, and `step` says what is to be done. What the reader sees of an event is its
sentence, and the rule by which it came about, for which Kelex is asked (`why`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from kelex_host.bridge.now import Now
from kelex_host.bridge.topics import RequestTopic, Topics
from kelex_host.story.acts import Act, Ask, At, Explain, Moment, Say, Scene, Until, Wait
from kelex_host.story.narrator import sentence
from kelex_host.story.outgoing import PassHours, Send

Sign = Callable[[str, dict[str, Any], str], dict[str, Any]]
# Rules that only say that there is none.
_PLAIN_RULES = ("It came from outside.", "It follows at once.")
# What of the household is no news to the reader: he is told the same by what follows.
_UNTOLD = ("announcement/queued", "announcement/delivered", "announcement/repeated", "visitor/announced")
KEPT_MOST = 2_000


@dataclass(slots=True)
class _Line:
    """Something to tell; an event waits for its rule, at most until `due_s`, so that the two stand together."""

    text: str
    due_s: float = 0.0
    rule: str = ""


@dataclass(slots=True)
class _Waiting:
    """The act that is under way, and until when."""

    act: Act
    due_s: float
    transaction: str = ""
    answer: dict[str, Any] = field(default_factory=dict)


class Director:
    """`tell(text)` shows the reader a line; `sign(topic, fields, member)` makes a signed order of a request.

    `drone` is the one whose body plays; `patience_s` is how much longer than it should an answer may take.
    """

    def __init__(
        self, moments: Sequence[Moment], topics: Topics, tell: Callable[[str], None], sign: Sign, *,
        drone: str = "kelex", patience_s: float = 10.0,
    ) -> None:  # fmt: skip
        self.finished = False
        self.missing: list[str] = []
        self._moments = deque(moments)
        self._topics = topics
        self._tell = tell
        self._sign = sign
        self._drone = drone
        self._patience_s = patience_s
        self._moment: Moment | None = None
        self._scene: Scene | None = None
        self._waiting: _Waiting | None = None
        self._events: deque[tuple[str, dict[str, Any]]] = deque(maxlen=KEPT_MOST)
        self._fresh: list[tuple[str, dict[str, Any]]] = []
        self._known: set[str] = set()
        self._lines: deque[_Line] = deque()
        self._asked: dict[str, _Line] = {}
        self._out: list[Send | PassHours] = []
        self._numbers = 0

    def hear(self, now: Now, topic: str, payload: bytes) -> None:
        """A message of the house; what is none of ours is left alone."""
        try:
            said = msgspec.json.decode(payload)
        except msgspec.DecodeError:
            return
        if not isinstance(said, dict):
            return
        if "/event/" in topic and isinstance(id := said.get("event_id"), str) and id not in self._known:
            self._hear_event(now, topic.removeprefix(self._topics.base + "/").split("/"), said)
        elif "/response/" in topic and isinstance(transaction := said.get("transaction"), str):
            self._hear_answer(transaction, said)

    def step(self, now: Now) -> list[Send | PassHours]:
        """Go on as far as there is nothing to wait for; what is to be done."""
        if self._moment is None:
            self._next_moment(now)
        while not self.finished and self._is_over(now):
            self._go_on(now, self._come_of())
        self._print(now)
        out, self._out = self._out, []
        return out

    # What is heard

    def _hear_event(self, now: Now, path: list[str], event: dict[str, Any]) -> None:
        self._known.add(event["event_id"])
        subject = path[-1]
        name = f"{subject}/{event.get('event_type')}"
        self._events.append((name, event))
        self._fresh.append((name, event))
        of_house = path[0] == "house"
        shown = of_house or (self._moment is not None and subject in self._moment.shows)
        if not shown or name in _UNTOLD:
            return
        line = _Line(f"{_clock(event)}  {sentence(subject, event)}")
        self._lines.append(line)
        if of_house and "cause" in event:
            line.due_s = now.mono_s + self._patience_s
            self._asked[self._request(Ask("why", {"event_id": event["event_id"]}))] = line

    def _hear_answer(self, transaction: str, said: dict[str, Any]) -> None:
        line = self._asked.pop(transaction, None)
        if line is not None:
            line.due_s = 0.0
            chain = said.get("data", {}).get("chain") or [{}]
            rule = str(chain[0].get("rule", ""))
            line.rule = "" if rule in _PLAIN_RULES else rule
        elif self._waiting and self._waiting.transaction == transaction:
            self._waiting.answer = said

    # What is played

    def _next_moment(self, now: Now) -> None:
        if not self._moments:
            self.finished = True
            return
        self._moment = self._moments.popleft()
        self._lines.append(_Line(f"\n{self._moment.id:<4} {self._moment.title}\n"))
        self._scene = self._moment.scene()
        self._go_on(now, None)

    def _go_on(self, now: Now, came: Any) -> None:
        assert self._scene is not None
        try:
            act = self._scene.send(came)
        except StopIteration:
            self._next_moment(now)
            return
        self._waiting = _Waiting(act, now.mono_s + self._may_take_s(act))
        match act:
            case Say(text):
                self._lines.append(_Line(f"          {text}"))
            case At(hour, minute):
                self._waiting.due_s += self._pass_hours(now, hour, minute)
            case Ask():
                self._fresh.clear()
                self._waiting.transaction = self._request(act)
            case Explain(event):
                id = next((said["event_id"] for name, said in reversed(self._events) if name == event), "none")
                self._waiting.transaction = self._request(Ask("why", {"event_id": id}))

    def _may_take_s(self, act: Act) -> float:
        """How long an act may take, but for hours that are to pass."""
        match act:
            case Wait(seconds):
                return seconds
            case Until(_, _, timeout_s):
                return timeout_s + self._patience_s
            case Ask() | Explain():
                return self._patience_s
        return 0.0

    def be_patient(self, now: Now, patience_s: float) -> None:
        """From now on an answer may take so much longer; the one that is waited for has all of its time anew."""
        self._patience_s = patience_s
        if self._waiting and isinstance(self._waiting.act, Until | Ask | Explain):
            self._waiting.due_s = now.mono_s + self._may_take_s(self._waiting.act)

    def _pass_hours(self, now: Now, hour: int, minute: int) -> float:
        """Have the hours skipped until that time of day; how long they are."""
        at = datetime.fromtimestamp(now.wall_s, UTC)
        then = at.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if then < at:
            then += timedelta(days=1)
        self._out.append(PassHours(then.timestamp()))
        return 0.0 if then == at else float("inf")

    def _is_over(self, now: Now) -> bool:
        """Whether the act that is under way is."""
        waiting = self._waiting
        if waiting is None or now.mono_s >= waiting.due_s:
            return True
        match waiting.act:
            case Until(event, of):
                return any(name == event and of.items() <= said.items() for name, said in self._fresh)
            case Ask() | Explain():
                return bool(waiting.answer)
        return False

    def hours_have_passed(self) -> None:
        """The time that was asked for has come."""
        if self._waiting and isinstance(self._waiting.act, At):
            self._waiting.due_s = 0.0

    def _come_of(self) -> Any:
        """What the scene is sent."""
        waiting = self._waiting
        if waiting is None:
            return None
        match waiting.act:
            case Until(event, of):
                found = next((s for name, s in self._fresh if name == event and of.items() <= s.items()), None)
                if found is None:
                    self._miss(event)
                return found
            case Ask(verb):
                if not waiting.answer:
                    self._miss(f"the answer to {verb}")
                return waiting.answer
            case Explain():
                self._explain(waiting.answer)
        return None

    def _miss(self, what: str) -> None:
        assert self._moment is not None
        self.missing.append(f"{self._moment.id}: {what}")
        self._lines.append(_Line(f"          (It never came: {what}.)"))

    def _explain(self, answer: dict[str, Any]) -> None:
        for link in answer.get("data", {}).get("chain", ()):
            subject, _, event_type = str(link["what"]).partition("/")
            told = sentence(subject, {**link["data"], "event_type": event_type})
            self._lines.append(_Line(f"{_clock(link)}  {told}\n            because: {link['rule']}"))

    # What goes out

    def _request(self, act: Ask) -> str:
        """Send it; its transaction."""
        self._numbers += 1
        transaction = f"story-{self._numbers}"
        topic = self._topics.request(RequestTopic(act.scope, self._drone if act.scope == "drone" else "", act.verb))
        fields = {**act.fields, "transaction": transaction}
        payload = self._sign(topic, fields, act.by) if act.by else fields
        self._out.append(Send(topic, msgspec.json.encode(payload)))
        return transaction

    def _print(self, now: Now) -> None:
        """Tell what may be told, in its order."""
        while self._lines and self._lines[0].due_s <= now.mono_s:
            line = self._lines.popleft()
            self._tell(line.text)
            if line.rule:
                self._tell(f"            because: {line.rule}")


def _clock(event: dict[str, Any]) -> str:
    return f"{str(event.get('time', ''))[11:19]:<8}"
