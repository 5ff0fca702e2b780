"""The verbs of the house: what the household can be asked. See `verbs.py` for the others."""

from __future__ import annotations

from kelex_host.bridge.verb import Field, Verb

PRIORITIES = ("routine", "important", "urgent", "emergency")
# As the Common Alerting Protocol has them (CAP 1.2, section 3.2.2), without its "Unknown".
NEWS_SEVERITIES = ("minor", "moderate", "severe", "extreme")
INFANT_STATES = ("asleep", "awake")
TEXT_MOST = 1000
_DAY_S = 86_400


def _id(name: str, help: str, *, required: bool = True) -> Field:
    return Field(name, "text", help, required, 1, 64, positional=True)


_BY = Field("by", "text", "who does it: a member's id", True, 1, 64, option=True, typed="member")

PROJECT_ACTIONS = (
    "create", "show", "stock", "buy", "step_done", "cancel", "forbid_purchases", "allow_purchases",
)  # fmt: skip
_CALL = _id("call_id", "which")
_VISITOR = _id("visitor_id", "which")
_COUNT = Field("count", "integer", "how many", True, 0, 1_000_000)
_STEP = Field("step", "text", "a step", True, 1, 64)
_VARIANT = Field("variant", "object", "a way to build it", of=(
    Field("name", "text", "what it is called", True, 1, 64),
    Field("value", "number", "what it is worth", True, -1e9, 1e9),
    Field("parts", "map", "parts, and how many", True, 0, 256, of=(_COUNT,)),
    Field("steps", "list", "its steps, in their order", True, 1, 256, of=(_STEP,)),
))  # fmt: skip
VARIANTS_EXAMPLE = '[{"name": "shed", "value": 1, "parts": {"plank": 4}, "steps": ["frame", "roof"]}]'
_PROJECT_EXAMPLE = f"project create shed --variants '{VARIANTS_EXAMPLE}'"

# fmt: off
HOUSE = (
    Verb("house", "announce", "Tell somebody something.", 'announce "Dinner is ready" --to lara --priority urgent', (
        Field("text", "text", "what to say", True, 1, TEXT_MOST),
        Field("to", "ids", "a member's id, a list of them, or everyone", True, 1, 32, option=True, typed="everyone"),
        Field("priority", "text", "how pressing it is (default: routine)", False, choices=PRIORITIES),
        Field("ttl_s", "number", "for how long it is worth telling", False, 1, 7 * _DAY_S, "s"),
    )),
    Verb("house", "ack", "Acknowledge an announcement: it stops.", "ack", (
        _id("id", "which (default: the one that presses most)", required=False), _BY,
    )),
    Verb("house", "news", "Tell the house what is in the news.", 'news "Zod attempts a coup" --severity severe', (
        Field("title", "text", "the headline", True, 1, TEXT_MOST),
        Field("summary", "text", "what it is about", False, 1, TEXT_MOST),
        Field("severity", "text", "how grave it is (default: minor)", False, choices=NEWS_SEVERITIES),
        Field("source", "text", "where it is from", False, 1, 200),
    )),
    Verb("house", "presence", "Say where a member is.", "presence lara nursery", (
        _id("member", "who"), _id("room", "in which room; nowhere for gone", required=False),
    )),
    Verb("house", "brief", "Tell a member what happened while he was away.", "brief lara", (_id("member", "whom"),)),
    Verb("house", "quiet", "Switch the house's quiet mode.", "quiet on --until 2030-01-01T07:00:00+01:00", (
        Field("on", "boolean", "on or off"),
        Field("until", "time", "until when (default: until it is switched off)", False),
    )),
    Verb("house", "nursery", "The nursery watch.", "nursery --infant asleep", (
        Field("watch", "boolean", "whether to watch; switching it off has to be signed", False),
        Field("infant", "text", "whether the infant sleeps", False, choices=INFANT_STATES),
        Field("limits", "object", "between which temperatures the air has to be", False, of=(
            Field("low", "number", "the lowest temperature", False, -20, 60, "°C"),
            Field("high", "number", "the highest temperature", False, -20, 60, "°C"),
        )),
    )),
    Verb("house", "call", "Call somebody.", "call 'Dru Zot'", (
        Field("to", "text", "whom, by his name as it is said or typed", True, 1, 100), _BY,
    )),
    Verb("house", "answer", "Answer a call.", "answer c17", (_CALL, _BY)),
    Verb("house", "reject", "Reject a call.", "reject c17", (_CALL, _BY)),
    Verb("house", "hangup", "End a call.", "hangup c17", (_CALL, _BY)),
    Verb("house", "visitor", "Somebody wants to see a member.", 'visitor "The Council" --reason "It is about Zod"', (
        Field("who", "text", "who it is", True, 1, 200),
        Field("reason", "text", "what it is about", False, 1, TEXT_MOST),
        Field("urgency", "text", "how pressing it is (default: important)", False, choices=PRIORITIES),
        Field("for", "text", "whom he wants to see: a member's id (default: the first who is at home)", False, 1, 64),
    )),
    Verb("house", "accept", "Let a visitor in.", "accept v17", (_VISITOR, _BY)),
    Verb("house", "decline", "Send a visitor away.", "decline v17", (_VISITOR, _BY)),
    Verb("house", "project", "Build something, by the best variant that the parts allow.", _PROJECT_EXAMPLE, (
        Field("action", "text", "what to do", choices=PROJECT_ACTIONS),
        Field("project", "text", "which one (default, for purchases: all)", False, 1, 64, positional=True),
        Field("title", "text", "what it is called", False, 1, 200),
        Field("variants", "list", "the ways to build it", False, 1, 64, of=(_VARIANT,)),
        Field("stock", "map", "parts, and how many", False, 0, 256, of=(_COUNT,)),
        Field("step", "text", "which step is done", False, 1, 64),
    )),
    Verb("house", "hazard", "Tell of a hazard, or that it is over.", "hazard tremor severe --room nursery", (
        Field("kind", "text", "what kind", True, 1, 32),
        Field("level", "text", "how grave; none: it is over", choices=("none", *NEWS_SEVERITIES)),
        Field("room", "text", "where", False, 1, 64),
    )),
    Verb("house", "evacuate", "Evacuate: begin, check each interlock, then launch.", "evacuate begin --as jor-el", (
        Field("action", "text", "what to do", choices=("begin", "check", "launch", "abort")),
        Field("item", "text", "what is checked: infant, crystal or hatch", False, 1, 64, positional=True),
    ), guarded=True),
    Verb("house", "lockdown", "Lock the house down, or lift that.", "lockdown --as jor-el", (
        Field("on", "boolean", "on, or off to lift it", positional=True, typed=True),
        Field("reason", "text", "why", False, 1, 200),
    ), guarded=True),
    Verb("house", "crystal", "Save, verify or restore the memory crystal.", "crystal save house.crystal", (
        Field("action", "text", "what to do", choices=("save", "verify", "restore")),
        Field("file", "text", "its name, among the crystals of the house", True, 1, 64),
        Field("passphrase", "text", "the name of the secret that is its passphrase (default: crystal)", False, 1, 64),
    ), guarded=True),
    Verb("house", "forget", "Clear what is retained of a drone that is no more.", "forget kelex-2 --as jor-el", (
        _id("drone", "which"),
    ), guarded=True),
    Verb("house", "why", "Explain an event: what led to it.", "why house-1a2b3c4d-17", (_id("event_id", "which"),)),
)
# fmt: on
