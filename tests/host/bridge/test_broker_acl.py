"""Who may do what at a mosquitto. A real one keeps to it in tests/homeassistant."""

import shutil
import subprocess
from base64 import b64decode
from hashlib import pbkdf2_hmac

import pytest
from kelex_host.bridge.broker_acl import BRIDGE, READER, SALT_BYTES, WORLD, acl, password_entry, users

EVERYBODY = users("kelex/el", "homeassistant", "homeassistant/status", ["jor-el", "lara"])
BY_NAME = {user.name: dict.fromkeys(topic for right, topic in user.grants if "write" in right) for user in EVERYBODY}


def test_names_begin_with_the_base_so_that_households_share_a_broker():
    assert all(user.name.startswith("kelex-el-") for user in EVERYBODY)
    other = {user.name for user in users("kelex", "homeassistant", "homeassistant/status", ["lara"])}
    assert not other & BY_NAME.keys()


def test_only_the_bridge_may_write_what_the_bridge_says():
    for name, topics in BY_NAME.items():
        if not name.endswith(BRIDGE):
            assert not any(topic.startswith("kelex/el/#") for topic in topics)
            assert all("/request/" in topic or "/set/" in topic or topic == "homeassistant/status" for topic in topics)


def test_a_reader_writes_nothing_and_the_world_only_its_verbs():
    assert not BY_NAME[f"kelex-el-{READER}"]
    assert list(BY_NAME[f"kelex-el-{WORLD}"]) == ["kelex/el/world/request/#"]


def test_the_file_has_a_section_for_each():
    text = acl(EVERYBODY)
    for user in EVERYBODY:
        assert f"\nuser {user.name}\ntopic " in text


def test_a_password_entry_is_what_mosquitto_computes_and_does_not_hold_the_password():
    entry = password_entry("lara", "moon of Wegthor", b"s" * SALT_BYTES)
    name, _, rest = entry.partition(":")
    _, kind, rounds, salt, digest = rest.split("$")
    assert (name, kind, b64decode(salt)) == ("lara", "7", b"s" * SALT_BYTES)
    assert b64decode(digest) == pbkdf2_hmac("sha512", b"moon of Wegthor", b"s" * SALT_BYTES, int(rounds), 64)
    assert "Wegthor" not in entry


def test_mosquittos_own_tool_writes_entries_of_the_same_form(tmp_path):
    tool = shutil.which("mosquitto_passwd")
    if tool is None:
        pytest.skip("no mosquitto_passwd here: install it with `apt-get install mosquitto`")
    file = tmp_path / "passwords"
    subprocess.run([tool, "-b", "-c", file, "lara", "secret"], check=True, capture_output=True)
    theirs, ours = file.read_text().strip().split("$"), password_entry("lara", "secret", b"s" * SALT_BYTES).split("$")
    assert theirs[:3] == ours[:3]
    assert [len(b64decode(part)) for part in theirs[3:]] == [len(b64decode(part)) for part in ours[3:]]
