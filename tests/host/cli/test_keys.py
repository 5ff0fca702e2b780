"""`kelex keys`, as it is typed."""

import io
import json
import sys

import pytest
from kelex_host.cli.main import main

COMMANDS = ("init", "enrol", "list", "revoke", "rotate", "export", "pair", "unpair")


@pytest.fixture
def kelex(monkeypatch, tmp_path, capsys):
    """Run `kelex keys` with these words, and lines piped into it; (exit code, what it printed, what it complained)."""
    monkeypatch.setenv("KELEX_HOME", str(tmp_path / "home"))

    def run(*words, typed=""):
        monkeypatch.setattr(sys, "argv", ["kelex", "keys", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return code or 0, said.out, said.err

    return run


def listed(kelex):
    code, out, _ = kelex("list", "--json")
    assert code == 0
    return json.loads(out)


def test_a_new_house_has_no_key_and_init_makes_the_owners_once(kelex):
    assert kelex("list") == (0, "", "There is no key yet; `kelex keys init` makes the owner's.\n")
    code, out, _ = kelex("init", "--json")
    assert code == 0
    [key] = listed(kelex)
    assert key == {"key": json.loads(out)["key"], "member": "jor-el", "label": "this computer", "revoked": False}
    code, _, complaint = kelex("init")
    assert code == 1
    assert "kelex keys rotate jor-el" in complaint
    assert listed(kelex) == [key]


def test_the_key_of_another_device_is_exported_there_and_enrolled_here(kelex, tmp_path):
    code, pem, _ = kelex("enrol", "lara", "--new")
    code, pem, _ = kelex("export", "lara")
    assert code == 0
    assert "PRIVATE" not in pem
    (tmp_path / "lara-phone.pem").write_text(pem)
    (tmp_path / "home" / "keyring.json").unlink()
    code, out, _ = kelex("enrol", "lara", str(tmp_path / "lara-phone.pem"))
    assert code == 0
    [key] = listed(kelex)
    assert (key["member"], key["label"]) == ("lara", "lara-phone")
    assert key["key"] in out


def test_a_key_is_revoked_and_rotated_and_that_shows(kelex):
    first = json.loads(kelex("init", "--json")[1])["key"]
    second = json.loads(kelex("rotate", "jor-el", "--json")[1])
    assert second["revoked"] == [first]
    assert kelex("revoke", second["key"])[0] == 0
    assert [(key["key"], key["revoked"]) for key in listed(kelex)] == [(first, True), (second["key"], True)]
    assert kelex("list")[1].count("(revoked)") == 2


def test_a_passphrase_is_asked_for_wherever_the_key_is_used(kelex):
    assert kelex("init", "--passphrase", typed="rosebud\n")[0] == 0
    assert kelex("export", "jor-el", typed="rosebud\n")[0] == 0
    code, out, complaint = kelex("export", "jor-el", typed="rosebu\n")
    assert (code, out) == (1, "")
    assert "does not open" in complaint
    assert kelex("rotate", "jor-el", "--passphrase", typed="rosebud\nsled\n")[0] == 0
    assert kelex("export", "jor-el", typed="sled\n")[0] == 0


def test_an_empty_passphrase_is_none_and_makes_no_key(kelex):
    code, _, complaint = kelex("init", "--passphrase", typed="\n")
    assert code == 1
    assert "--passphrase" in complaint
    assert listed(kelex) == []


def test_a_house_without_an_owner_is_told_to_have_one(kelex, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "kelex.toml").write_text("[[member]]\nid = 'lara'\n")
    code, _, complaint = kelex("init")
    assert code == 1
    assert 'role = "owner"' in complaint


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(kelex, command):
    code, out, _ = kelex(command, "--help")
    assert code == 0
    assert f"Example: kelex keys {command}" in " ".join(out.split())
