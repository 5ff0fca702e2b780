"""Which variant of a project to build, from what there is: a pure function, and the reasons for its answer.

**What there is.** `stock` are parts that lie there; `used` are parts that are built in already; `done` are the names of
steps that are done. What is built is never taken apart and never lost: parts in `used` serve whichever variant wants
them, and a step that is done is done for every variant that has a step of that name.

**What a step takes.** A project names parts for a variant, not for a step. So a variant's parts are spread evenly over
its steps, in whole parts: when k of its n steps are done, `count * k // n` of each part have to be built in, and with
the last step all of them. A step takes what is missing from that (`parts_for_step`); it takes nothing where another
variant's steps have built in enough.

**What is feasible.** A variant still needs, of each part, what it wants and `used` does not have. If purchases are
allowed, every variant is feasible, and what `stock` lacks has to be bought. If they are forbidden, it is feasible when
`stock` has all that it still needs.

**What is best.** Of the feasible variants, that of the highest value; of those, the one that keeps most of the parts
already used; of those, the one with the fewest steps left; of those, the first in the project's order. Which variant
was built until now has no part in it, so the same situation always gives the same plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from math import isfinite
from typing import Any

import msgspec

from kelex_host.errors import KelexError

VARIANTS_MOST = 64
PARTS_MOST = 256
STEPS_MOST = 256
NAME_CHARACTERS_MOST = 64
COUNT_MOST = 1_000_000

Parts = Mapping[str, int]


class PlanError(KelexError):
    """Variants that no plan can be made of."""


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to build the project, as the verb `project` has it."""

    name: str
    value: float
    parts: dict[str, int]
    steps: list[str]


class Plan(msgspec.Struct, frozen=True):
    """The best variant, None where none is feasible; and why, as a sentence and as data (plain JSON)."""

    variant: str | None
    why: str
    reasons: dict[str, Any]


def read_variants(data: Any) -> list[Variant]:
    """The variants in a request. Raises PlanError."""
    try:
        variants = msgspec.convert(data, list[Variant])
    except msgspec.ValidationError as error:
        raise PlanError(f"The variants cannot be read ({error}); each has name, value, parts and steps.") from None
    if not 0 < len(variants) <= VARIANTS_MOST:
        raise PlanError(f"There are {len(variants)} variants; give 1 to {VARIANTS_MOST}.")
    names = [variant.name for variant in variants]
    for variant in variants:
        _check(variant)
        if names.count(variant.name) > 1:
            raise PlanError(f"The variant '{variant.name}' is there twice; give one of them another name.")
    return variants


def plan(variants: Sequence[Variant], stock: Parts, used: Parts, done: AbstractSet[str], purchases: bool) -> Plan:
    """The best feasible variant of these, as the module says above."""
    options = [_Option(place, variant, stock, used, done) for place, variant in enumerate(variants)]
    feasible = [option for option in options if purchases or not option.lacking]
    rejected = {option.name: option.lacking for option in options if option.lacking and not purchases}
    if not feasible:
        nearest = min(options, key=lambda option: (sum(option.lacking.values()), option.rank))
        why = f"Purchases are forbidden, and no variant can be built: {nearest.name}, the nearest, lacks "
        return Plan(None, f"{why}{_listed(nearest.lacking)}.", {"rule": "none", "rejected": rejected})
    best, *others = sorted(feasible, key=lambda option: option.rank)
    rule = best.wins_by(others[0]) if others else "only"
    reasons = {
        "rule": rule,
        "value": best.value,
        "kept_parts": best.kept,
        "kept_steps": best.kept_steps,
        "steps_left": best.steps_left,
        "to_buy": best.lacking,
        "rejected": rejected,
    }
    return Plan(best.name, _why(best, others, rule, _better_but_rejected(options, best, rejected)), reasons)


def steps_left(variant: Variant, done: AbstractSet[str]) -> list[str]:
    """The variant's steps that are to be done, in their order."""
    return [step for step in variant.steps if step not in done]


def parts_for_step(variant: Variant, used: Parts, done: AbstractSet[str]) -> dict[str, int]:
    """What has to be built in with the next step that is done, whichever it is; empty where none is left."""
    left = len(steps_left(variant, done))
    if not left:
        return {}
    steps = len(variant.steps)
    wanted = {part: count * (steps - left + 1) // steps for part, count in variant.parts.items()}
    return _lacking(wanted, used)


class _Option:
    """A variant in the present situation."""

    def __init__(self, place: int, variant: Variant, stock: Parts, used: Parts, done: AbstractSet[str]) -> None:
        self.name, self.value = variant.name, variant.value
        self.kept = {part: min(count, used[part]) for part, count in variant.parts.items() if count and used.get(part)}
        self.lacking = _lacking(_lacking(variant.parts, used), stock)
        self.kept_steps = [step for step in variant.steps if step in done]
        self.steps_left = steps_left(variant, done)
        # The least is the best.
        self.rank = (-variant.value, -sum(self.kept.values()), len(self.steps_left), place)

    def wins_by(self, other: _Option) -> str:
        """Which of the rules decides between this one and the next best."""
        rules = ("value", "parts", "steps", "order")
        return next(rule for rule, own, its in zip(rules, self.rank, other.rank, strict=True) if own != its)


def _better_but_rejected(options: list[_Option], best: _Option, rejected: dict[str, Any]) -> _Option | None:
    """The variant that would have been chosen, had it the parts."""
    first = min(options, key=lambda option: option.rank)
    return first if first is not best and first.name in rejected else None


def _why(best: _Option, others: list[_Option], rule: str, instead: _Option | None) -> str:
    """One sentence, for a person."""
    head = f"{best.name} (value {best.value:g}) "
    if instead:
        head = f"{instead.name} lacks {_listed(instead.lacking)} and purchases are forbidden, so {head}"
    reason = {
        "only": "is the only variant that can be built",
        "value": "has the highest value of those that can be built",
        "parts": f"keeps more of the used parts than {others[0].name if others else ''} of the same value",
        "steps": f"has fewer steps left than {others[0].name if others else ''} of the same value",
        "order": f"comes before {others[0].name if others else ''}, which is as good",
    }[rule]
    kept, left = sum(best.kept.values()), len(best.steps_left)
    tail = f"; it keeps {_counted(kept, 'used part')}, and {_counted(left, 'step')} {'is' if left == 1 else 'are'} left"
    buy = f"; to buy: {_listed(best.lacking)}" if best.lacking else ""
    return f"{head}{reason}{tail}{buy}."


def _counted(count: int, thing: str) -> str:
    return f"{count or 'no'} {thing}{'' if count == 1 else 's'}"


def _listed(parts: Parts) -> str:
    """The first few by name, in the order of the variant."""
    named = [f"{count} {part}" for part, count in [*parts.items()][:3]]
    more = len(parts) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _lacking(wanted: Parts, there: Parts) -> dict[str, int]:
    return {part: count - there.get(part, 0) for part, count in wanted.items() if count > there.get(part, 0)}


def _check(variant: Variant) -> None:
    """See that a variant keeps to the limits. Raises PlanError."""
    where = f"The variant '{variant.name[:NAME_CHARACTERS_MOST]}'"
    names = [variant.name, *variant.parts, *variant.steps]
    if not all(0 < len(name) <= NAME_CHARACTERS_MOST for name in names):
        raise PlanError(f"{where} has a name that is empty or longer than {NAME_CHARACTERS_MOST} characters; mend it.")
    if not isfinite(variant.value):
        raise PlanError(f"{where} has no finite value; give it a number.")
    if len(variant.parts) > PARTS_MOST or not 0 < len(variant.steps) <= STEPS_MOST:
        raise PlanError(f"{where} has to have 1 to {STEPS_MOST} steps, and {PARTS_MOST} parts at most.")
    for part, count in variant.parts.items():
        if not 0 <= count <= COUNT_MOST:
            raise PlanError(f"{where} wants {count} of '{part}'; give 0 to {COUNT_MOST}.")
    if len(set(variant.steps)) < len(variant.steps):
        raise PlanError(f"{where} has a step twice; give one of them another name.")
