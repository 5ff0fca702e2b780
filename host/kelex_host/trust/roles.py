"""Which orders are guarded, and which roles may give them: one table, read from the top, the first match decides."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from kelex_host.bridge.verb import Verb

OWNER = frozenset({"owner"})
ADULTS = OWNER | {"adult"}
ROLES = ("owner", "adult", "child", "infant", "guest")


@dataclass(frozen=True, slots=True)
class Rule:
    """A guarded order, and the roles that may give it.

    Where `field` is named, the rule leaves out the requests in which it has one of the `harmless` values. So whatever
    is not known to be harmless is guarded: `"on": 0` counts as lifting a lockdown, long before its type is refused.
    """

    scope: str
    name: str
    roles: frozenset[str]
    field: str = ""
    harmless: tuple[Any, ...] = ()

    def covers(self, scope: str, verb: str, fields: dict[str, Any]) -> bool:
        """Whether this rule decides on that request."""
        if (scope, verb) != (self.scope, self.name):
            return False
        value = fields.get(self.field)
        return not self.field or not any(type(value) is type(one) and value == one for one in self.harmless)


# fmt: off
RULES = (
    Rule("house", "lockdown", OWNER,  "on", (True,)),                  # lifting it
    Rule("house", "lockdown", ADULTS),
    Rule("house", "evacuate", ADULTS),
    Rule("house", "crystal",  OWNER,  "action", ("save", "verify")),   # restoring replaces all memories
    Rule("house", "crystal",  ADULTS),
    Rule("house", "forget",   ADULTS),
    Rule("house", "nursery",  ADULTS, "watch", (True, None)),          # switching the watch off
    Rule("house", "firmware", OWNER),
    Rule("house", "keys",     OWNER),
    Rule("drone", "firmware", OWNER),
    Rule("drone", "reboot",   ADULTS),
    Rule("drone", "maintenance", OWNER),                               # who has its prompt, has its key
    Rule("drone", "lend",     OWNER),
    Rule("drone", "pair",     OWNER),
    Rule("drone", "unpair",   OWNER),
)
# fmt: on
# What is guarded by a verb's own declaration, or by `[trust] guarded`, and is not in the table.
OTHERWISE = ADULTS


def rule_for(scope: str, verb: str, fields: dict[str, Any]) -> Rule | None:
    """The rule of the table that covers a request; None where there is none."""
    return next((rule for rule in RULES if rule.covers(scope, verb, fields)), None)


def is_guarded(verb: Verb, fields: dict[str, Any], also: Collection[str]) -> bool:
    """Whether a request has to be signed; `also` are the verbs that are guarded by configuration."""
    return verb.guarded or verb.name in also or rule_for(verb.scope, verb.name, fields) is not None


def may_order(role: str, scope: str, verb: str, fields: dict[str, Any]) -> bool:
    """Whether a member of that role may give a guarded order. What is not guarded, everybody may ask for."""
    rule = rule_for(scope, verb, fields)
    return role in (rule.roles if rule else OTHERWISE)
