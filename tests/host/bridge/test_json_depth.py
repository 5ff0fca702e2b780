"""JSON is nested so deep and no deeper, whatever the interpreter."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from kelex_host.bridge.json_depth import DEPTH_MOST, check_depth
from kelex_host.bridge.requests import RequestError, read_payload


def nested(depth: int) -> bytes:
    """An object that holds lists in lists."""
    return b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


def test_the_deepest_that_may_be_is_read_and_one_more_is_told() -> None:
    assert read_payload(nested(DEPTH_MOST)).fields
    with pytest.raises(RequestError, match="nested more than 64 deep") as caught:
        read_payload(nested(DEPTH_MOST + 1))
    assert caught.value.code == "not_json"


@pytest.mark.parametrize("text", ["[" * 500, '"' + "[{" * 500, '\\"' + "{" * 500])
def test_brackets_in_a_text_are_no_depth(text: str) -> None:
    assert read_payload(json.dumps({"text": text, "more": [text]}).encode()).fields["text"] == text


_TEXTS = some.text(alphabet='[]{}"\\a')
_ANYTHING = some.recursive(_TEXTS, lambda inner: some.lists(inner) | some.dictionaries(_TEXTS, inner), max_leaves=200)


@given(_ANYTHING, some.integers(0, 2 * DEPTH_MOST))
def test_it_is_refused_just_where_it_is_too_deep(value: Any, around: int) -> None:
    def depth(of: Any) -> int:
        inner = of.values() if isinstance(of, dict) else of if isinstance(of, list) else None
        return 0 if inner is None else 1 + max(map(depth, inner), default=0)

    text = b"[" * around + json.dumps(value).encode() + b"]" * around
    if depth(value) + around > DEPTH_MOST:
        with pytest.raises(ValueError, match="nested more than"):
            check_depth(text)
    else:
        check_depth(text)
