"""Whatever stands in a configuration file: it is read, or one sentence says what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some
from kelex_host import config
from kelex_host.config.parsing import hints_of, is_section, unwrapped
from kelex_host.config.settings import Settings
from kelex_host.errors import ConfigError

GOOD = b"""
[house]
base = "kelex"
[[room]]
id = "nursery"
[[member]]
id = "lara"
room = "nursery"
[[drone]]
id = "kelex"
room = "nursery"
port = "/dev/ttyACM0"
[broker]
url = "mqtt://127.0.0.1:1883"
password = "!secret mqtt"
[trust]
guarded = ["look", "move"]
"""


def said_in_one_sentence(said: str) -> str:
    """What was said, which a terminal can show."""
    assert said.endswith((".", "?")), said
    assert said.isprintable(), said
    return said


def told(file: Path) -> str:
    """What is said against it, as one sentence; nothing where it is read."""
    try:
        config.load(file)
    except ConfigError as error:
        return said_in_one_sentence(str(error))
    return ""


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=some.binary(max_size=60))
@example(b"a = " + b"[" * 5000)
@example(b"a" + b".a" * 5000 + b" = 1")
@example(b"broker.url = 9" + b"9" * 6000)
@example(b"broker.port = 1979-05-27T07:32:00Z")
def test_bytes_are_no_fall(home: Path, data: bytes) -> None:
    for name in ("kelex.toml", "secrets.toml"):
        (home / name).write_bytes(data)
        (home / name).chmod(0o600)
        told(home / "kelex.toml")


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=some.integers(0, len(GOOD)), length=some.integers(0, 12), put=some.binary(max_size=6) | some.text(max_size=4))
def test_a_file_with_a_slip_in_it_is_read_or_told(home: Path, at: int, length: int, put: bytes | str) -> None:
    put = put.encode() if isinstance(put, str) else put
    (home / "kelex.toml").write_bytes(GOOD[:at] + put + GOOD[at + length :])
    (home / "secrets.toml").write_bytes(b'mqtt = "s3cr3t"')
    (home / "secrets.toml").chmod(0o600)
    assert "s3cr3t" not in told(home / "kelex.toml")


_VALUES: Any = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=8) | some.dates(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150)
@given(data=some.data())
def test_a_value_of_any_kind_at_any_key_is_taken_or_told(data: some.DataObject) -> None:
    sections = hints_of(Settings)
    section = data.draw(some.sampled_from(sorted(sections)))
    kind = unwrapped(sections[section])
    value = data.draw(_VALUES)
    if is_section(kind):
        value = {data.draw(some.sampled_from(sorted(hints_of(kind)))): value}
    try:
        config.parse({section: value})
    except ConfigError as error:
        said_in_one_sentence(str(error))


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + '{"a" = ' * 5000])
def test_what_is_nested_too_deep_is_told(home: Path, text: str) -> None:
    (home / "kelex.toml").write_text(text)
    assert "kelex.toml" in told(home / "kelex.toml")
