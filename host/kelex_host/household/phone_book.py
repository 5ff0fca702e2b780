"""Who is meant by a name as somebody said or typed it: a contact where that is clear, else "did you mean ...?".

A name is compared word by word, in any order, as it is written and as it roughly sounds ("Dru Zott" sounds as
"Dru-Zod"), and as one word ("Druzod"). Titles, accents and case do not count; an initial stands for a word. rapidfuzz
says how alike two texts are: 100 is the same, and two words of six letters that differ in one have 83.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec
from rapidfuzz import fuzz

# One wrong letter in six, unless it sounds the same, is another name (Zor-El is not Jor-El): that is asked.
ACCEPTED = 85.0
MARGIN = 8.0
OFFERED = 55.0
OFFERED_MOST = 3
SPOKEN_CHARACTERS = 100
_WORDS_MOST = 6
_SOUNDS_SAME = 93.0
_INITIAL = 88.0  # an initial that fits its word
_PART = 0.93  # a name of which a word was left out

_TITLES = frozenset(
    "general gen colonel col major captain capt commander lieutenant lt sergeant sgt admiral officer doctor dr "
    "professor prof mister mr mrs ms miss sir madam mme lord lady king queen prince princess councillor senator "
    "president judge father mother brother sister uncle aunt the herr frau monsieur madame signor signora senor "
    "senora don dona".split()
)
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"})
_NO_WORD = re.compile(r"[^\w]+|_+")
# What sounds nearly the same becomes the same, longer spellings first; then doubled letters are one.
_SOUNDS = (
    ("sch", "s"), ("tch", "k"), ("ph", "f"), ("th", "t"), ("ck", "k"), ("gh", "k"), ("kh", "k"), ("ch", "k"),
    ("sh", "s"), ("zh", "s"), ("ew", "u"), ("oo", "u"), ("ou", "u"), ("ee", "i"), ("ea", "i"), ("ie", "i"),
    ("ey", "i"), ("ae", "e"), ("ai", "e"), ("ay", "e"), ("x", "ks"), ("q", "k"), ("c", "k"), ("g", "k"), ("z", "s"),
    ("d", "t"), ("b", "p"), ("v", "f"), ("w", "f"), ("y", "i"), ("j", "i"), ("h", ""),
)  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")


class Entry(msgspec.Struct, frozen=True):
    """Somebody in the phone book, with the names that he goes by; the first is what he is called."""

    id: str
    names: tuple[str, ...]


class Found(msgspec.Struct, frozen=True):
    """It is clear who is meant."""

    entry: Entry


class Unsure(msgspec.Struct, frozen=True):
    """It is not: who it could be, best first, and the sentence that asks."""

    candidates: list[Entry]
    sentence: str


def find(spoken: str, entries: Sequence[Entry]) -> Found | Unsure:
    """Who is meant by what was `spoken` or typed."""
    spoken = spoken[:SPOKEN_CHARACTERS]
    scored = sorted(((score(spoken, entry), entry) for entry in entries), key=lambda pair: (-pair[0], pair[1].id))
    if scored and scored[0][0] >= ACCEPTED:
        best, entry = scored[0]
        second = scored[1][0] if len(scored) > 1 else 0.0
        if best - second >= MARGIN or best >= 100.0 > second:
            return Found(entry)
    likely = [entry for points, entry in scored if points >= OFFERED][:OFFERED_MOST]
    return Unsure(likely, _question(spoken, likely, entries))


def score(spoken: str, entry: Entry) -> float:
    """How well what was spoken fits an entry, from 0 to 100."""
    said = words(spoken)
    return max((_alike(said, words(name)) for name in entry.names), default=0.0) if said else 0.0


@lru_cache(4096)
def words(name: str) -> tuple[str, ...]:
    """The words of a name that count: without accents, case and titles; all of them where it has nothing but titles."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    found = [word for word in _NO_WORD.split(bare.casefold().translate(_LETTERS)) if word]
    return tuple([word for word in found if word not in _TITLES] or found)[:_WORDS_MOST]


@lru_cache(4096)
def sound(word: str) -> str:
    """Roughly how a word sounds; equal for words that are easily mistaken for each other."""
    for letters, heard in _SOUNDS:
        word = word.replace(letters, heard)
    return _DOUBLED.sub(r"\1", word)


def _alike(said: tuple[str, ...], name: tuple[str, ...]) -> float:
    if not name:
        return 0.0
    in_order = fuzz.ratio(" ".join(said), " ".join(name))
    as_one = _word_score("".join(said), "".join(name))
    return max(in_order, as_one, _in_any_order(said, name))


def _in_any_order(said: tuple[str, ...], name: tuple[str, ...]) -> float:
    """Each word that was said with the one of the name that it fits best; the mean of all."""
    left, total = list(name), 0.0
    for word in sorted(said, key=len, reverse=True):  # initials last, for they fit many
        fits = [(_word_score(word, other), -i) for i, other in enumerate(left)]
        if not fits:
            break  # more words than the name has: they count as wrong
        points, i = max(fits)
        total += points
        del left[-i]
    mean = total / len(said)
    return mean * _PART if left else mean


def _word_score(word: str, other: str) -> float:
    if word == other:
        return 100.0
    if len(word) == 1 or len(other) == 1:
        return _INITIAL if word[0] == other[0] else 0.0
    written = fuzz.ratio(word, other)
    heard = fuzz.ratio(sound(word), sound(other))
    return max(_SOUNDS_SAME if heard == 100.0 else 0.0, written, (written + heard) / 2)


def _question(spoken: str, likely: Sequence[Entry], everybody: Iterable[Entry]) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in spoken).strip()
    if likely:
        names = [entry.names[0] for entry in likely]
        return f"It is not clear who '{shown}' is; did you mean {_either(names)}?"
    names = [entry.names[0] for entry in everybody][: 2 * OFFERED_MOST]
    if not names:
        return "There is nobody in the phone book; add a [[contact]] to the configuration."
    return f"There is nobody called '{shown}' in the phone book; there are {', '.join(names)}."


def _either(names: Sequence[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
