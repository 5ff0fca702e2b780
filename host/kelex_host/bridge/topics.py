"""Topic names under the household's base, built and read in one place."""

from __future__ import annotations

from dataclasses import dataclass

# A response's topic is longer than its request's, and MQTT ends at 65,535 bytes; ours need far less.
TOPIC_CHARACTERS_MOST = 256


@dataclass(frozen=True, slots=True)
class RequestTopic:
    """Where a request came in. `drone` is empty for the scopes `house` and `world`.

    `plain`: it came to a `set` topic, and `verb` is the entity's name. `reply_to` is where else its answer is wanted,
    and `correlation` what the asker knows that by.
    """

    scope: str
    drone: str
    verb: str
    plain: bool = False
    reply_to: str = ""
    correlation: bytes = b""


@dataclass(frozen=True, slots=True)
class Topics:
    """All names below `base`, such as `kelex` or `kelex/el`."""

    base: str

    @property
    def house_availability(self) -> str:
        return f"{self.base}/house/availability"

    def house(self, leaf: str) -> str:
        return f"{self.base}/house/{leaf}"

    def drone(self, drone: str, leaf: str) -> str:
        return f"{self.base}/drone/{drone}/{leaf}"

    def event(self, drone: str, subject: str) -> str:
        return f"{self.base}/drone/{drone}/event/{subject}"

    def response(self, request: RequestTopic) -> str:
        """Where the answer to a request goes."""
        return self._exchange(request, "response")

    def request(self, request: RequestTopic) -> str:
        """Where a request is sent."""
        return self._exchange(request, "request")

    def order_filters(self) -> list[tuple[str, int]]:
        """Where orders come in, with the QoS."""
        requests = [(f"{self.base}/{scope}/request/#", 1) for scope in ("house", "world", "drone/+")]
        return [*requests, (f"{self.base}/drone/+/set/#", 1)]

    def filters(self) -> list[tuple[str, int]]:
        """All that the bridge subscribes to, with the QoS."""
        return [*self.order_filters(), (self.house_availability, 1)]

    def may_answer_at(self, topic: str) -> bool:
        """Whether an answer may go where its asker wants it: below `<base>/reply/`, or to topics that are not ours."""
        if not topic or len(topic) > TOPIC_CHARACTERS_MOST or topic[0] == "$" or set(topic) & set("+#\0"):
            return False
        return topic.startswith(f"{self.base}/reply/") or not f"{topic}/".startswith(f"{self.base}/")

    def read_request(self, topic: str) -> RequestTopic | None:
        """Which request a topic stands for; None for any other topic, and for one that is too long to answer."""
        if len(topic) > TOPIC_CHARACTERS_MOST or not topic.startswith(self.base + "/"):
            return None
        match topic[len(self.base) + 1 :].split("/"):
            case ["drone", drone, "request", *verb]:
                return RequestTopic("drone", drone, "/".join(verb))
            case ["drone", drone, "set", *entity]:
                return RequestTopic("drone", drone, "/".join(entity), plain=True)
            case [("house" | "world") as scope, "request", *verb]:
                return RequestTopic(scope, "", "/".join(verb))
        return None

    def _exchange(self, request: RequestTopic, leaf: str) -> str:
        scope = f"drone/{request.drone}" if request.scope == "drone" else request.scope
        return f"{self.base}/{scope}/{leaf}/{request.verb}" if request.verb else f"{self.base}/{scope}/{leaf}"
