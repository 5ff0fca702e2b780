"""The JSON Schema of the configuration says what the parser says."""

import copy
import json
import re
import tomllib
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_host import config
from kelex_host.errors import ConfigError

SCHEMA = config.json_schema()
README = Path(__file__).parents[3] / "README.md"
GOOD = {
    "house": {"base": "kelex/el"},
    "room": [{"id": "hall"}],
    "member": [{"id": "lara", "address": "Ma'am", "role": "adult", "room": "hall"}],
    "drone": [{"id": "kelex", "room": "hall", "port": "auto"}],
    "broker": {"url": "mqtt://h", "username": "a", "password": "b"},
    "news": {"urls": ["https://h/f"], "interval_s": 60, "language": "de", "areas": ["Kandor"], "hosts": ["cap.h"]},
    "speech": {"by": "espeak", "voice": "en+f3", "words_per_minute": 150},
    "phone": {"by": "sip", "sip": "127.0.0.1:5"},
}
KNOWN = {"house", "room", "member", "drone", "broker", "id", "base", "address", "role", "port", "url"}
KNOWN |= {"news", "urls", "interval_s", "language", "areas", "hosts", "phone", "by", "sip", "ringing_s"}
KNOWN |= {"speech", "voice", "volume", "words_per_minute"}


def conforms(table):
    return jsonschema.Draft202012Validator(SCHEMA).is_valid(table)


def parses(table):
    try:
        config.parse(table)
    except ConfigError:
        return False
    return True


def places(table, path=()):
    """Every place in a table, from the top down."""
    yield path
    items = table.items() if isinstance(table, dict) else enumerate(table) if isinstance(table, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


def at(table, path):
    for step in path:
        table = table[step]
    return table


def test_it_is_a_schema_and_plain_json():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_what_is_good_conforms():
    readme = [tomllib.loads(text) for text in re.findall(r"```toml\n(.*?)```", README.read_text("utf-8"), re.DOTALL)]
    assert readme
    for table in (*readme, {}, GOOD, msgspec.to_builtins(config.Settings()), {"broker": {"password": "!secret b"}}):
        assert conforms(table), table


@pytest.mark.parametrize("path", [path for path in places(GOOD) if isinstance(at(GOOD, path), dict)])
@given(key=st.text(max_size=10).filter(lambda key: key not in KNOWN))
def test_an_unknown_key_does_not(path, key):
    table = copy.deepcopy(GOOD)
    at(table, path).setdefault(key, "x")
    assert conforms(table) is parses(table) is (key in at(GOOD, path))


@pytest.mark.parametrize("path", list(places(GOOD))[1:])
@pytest.mark.parametrize("value", [7, 1.5, True, [7], {"x": 7}])
def test_a_wrong_type_does_not(path, value):
    table = copy.deepcopy(GOOD)
    at(table, path[:-1])[path[-1]] = value
    assert not conforms(table)
    assert not parses(table)


@given(name=st.text(alphabet="abz09-_ /AÄ.\n", max_size=40))
def test_an_id_and_a_base_conform_where_they_parse(name):
    for table in ({"room": [{"id": "nursery"}, {"id": name}], "member": []}, {"house": {"base": name}}):
        assert conforms(table) is parses(table)
