"""What a verb and its fields are; which there are stands in `verbs.py` and `house_verbs.py`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a verb.

    `kind` is `number`, `integer`, `text`, `boolean`, `time` (RFC 3339 with offset), `color` (`#rrggbb` or a name),
    `angles` (an object of joints and degrees, each within its joint's range), `ids` (an id, or a list of them), or one
    that is made `of` others: an `object` of those fields, a `list` or a `map` (any name to a value) of the first.
    Limits are inclusive; for text they are of its characters, for lists and maps of their entries. `choices`, where
    given, are all that it may be.

    On the command line `positional` fields are typed without their names though they may be left out, and `option`
    ones by name though they may not; `typed` is what it sends where nothing is typed, and `"member"` there stands for
    who signs, or the owner.
    """

    name: str
    kind: str
    help: str
    required: bool = True
    low: float | None = None
    high: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    positional: bool = False
    option: bool = False
    typed: bool | str | None = None
    of: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that can be asked of a `drone`, the `house` or the simulated `world`.

    `example` is what follows `kelex` on the command line. `one_of`, where given, are groups of fields of which just
    one has to be there, whole. A guarded verb has to be signed.
    """

    scope: str
    name: str
    help: str
    example: str
    fields: tuple[Field, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    guarded: bool = False
