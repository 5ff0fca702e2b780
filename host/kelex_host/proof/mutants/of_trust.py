"""Ways to break the trust in signed orders."""

from __future__ import annotations

from typing import Any

from kelex_host.proof.mutants.mutant import Mutant, Patch
from kelex_host.trust import guard, roles
from kelex_host.trust.guard import Guard

_THEMES = ("trust",)


def believe_every_signature(patch: Patch) -> None:
    """Nobody looks at signatures."""
    patch.setattr(guard, "verify", lambda topic, envelope, key: None)


def take_an_old_order(patch: Patch) -> None:
    """Nobody asks when an order was issued."""
    patch.setattr(guard, "check_fresh", lambda now, order, up_s: None)


def take_an_order_again(patch: Patch) -> None:
    """Counters are not kept."""
    patch.setattr(Guard, "_advance", lambda self, key, order: None)


def obey_everybody_with_a_key(patch: Patch) -> None:
    """Whoever has a key may order anything."""
    patch.setattr(roles, "may_order", lambda role, scope, verb, fields: True)


def ask_for_no_signature(patch: Patch) -> None:
    """Nothing is guarded."""
    patch.setattr(Guard, "_is_guarded", lambda self, verb, fields: False)


def advance_replay_state_early(patch: Patch) -> None:
    """A counter is taken before its signature is looked at: a forger locks the owner out."""
    find = Guard._find

    def careless(self: Guard, id: str) -> Any:
        key = find(self, id)
        self._counters[key.id] = self._counters.get(key.id, 0) + 1_000_000
        return key

    patch.setattr(Guard, "_find", careless)


MUTANTS = (
    Mutant(believe_every_signature, "was forged", True, _THEMES),
    Mutant(take_an_old_order, "was forged", True, _THEMES),
    Mutant(take_an_order_again, "was forged", True, _THEMES),
    Mutant(obey_everybody_with_a_key, "was forged", True, _THEMES),
    Mutant(ask_for_no_signature, "was forged", True, _THEMES),
    Mutant(advance_replay_state_early, "own order was refused", True, _THEMES),
)
