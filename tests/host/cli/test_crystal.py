"""`kelex crystal`, as a person types it."""

import json
import os
import subprocess
import sys

import pytest
from host.memory.house import FACTS, furnish, memory
from kelex_host.memory.crystal_file import CrystalFile
from kelex_host.memory.restoring import prepare

PASSPHRASE = "rosebud, the sled"


@pytest.fixture
def run(tmp_path):
    def kelex(*words, home="home", typed="", secret=None, code=0):
        environ = {name: text for name, text in os.environ.items() if not name.startswith("KELEX_")}
        environ["KELEX_HOME"] = str(tmp_path / home)
        if secret:
            environ["KELEX_SECRET_CRYSTAL"] = secret
        words = [sys.executable, "-m", "kelex_host", "crystal", *map(str, words)]
        done = subprocess.run(words, input=typed, env=environ, capture_output=True, text=True, timeout=120)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout if code == 0 else done.stderr

    return kelex


def test_a_house_is_saved_shown_verified_and_restored(run, tmp_path):
    home, file = tmp_path / "home", tmp_path / "el.crystal"
    furnish(home)
    said = run("save", file, typed=f"{PASSPHRASE}\n")
    assert said.startswith(f"Saved {file}: {FACTS} facts and 7 files")
    assert "Not in it, since they have no passphrase of their own: keys/jor-el.pem" in said
    shown = json.loads(run("show", file, "--json"))
    assert shown["bytes"] == file.stat().st_size
    assert set(shown) == {"saved_at", "signed_by", "kelex", "bytes"}
    assert "whole" in run("show", file)
    assert json.loads(run("verify", file, "--json", secret=PASSPHRASE))["facts"] == FACTS
    said = run("restore", file, home="fresh/home", secret=PASSPHRASE)
    assert said.startswith(f"Restored {file} into {tmp_path / 'fresh' / 'home'}")
    assert memory(tmp_path / "fresh" / "home") == memory(home)


def test_the_passphrase_is_the_secret_that_is_named(run, tmp_path):
    home, file = tmp_path / "home", tmp_path / "c"
    furnish(home)
    (home / "secrets.toml").write_text(f'vault = "{PASSPHRASE}"\n')
    run("save", file, "--as", "jor-el", "--passphrase-secret", "vault")
    assert "is whole" in run("verify", file, "--passphrase-secret", "vault")
    assert "there is no secret 'none'" in run("verify", file, "--passphrase-secret", "none", code=1)
    assert "does not open" in run("verify", file, typed="another one\n", code=1)


def test_a_key_with_a_passphrase_signs_when_that_is_given(run, tmp_path):
    furnish(tmp_path / "home")
    run("save", tmp_path / "c", "--as", "lara", typed=f"a passphrase\n{PASSPHRASE}\n")
    assert "signed by lara" in run("verify", tmp_path / "c", typed=f"{PASSPHRASE}\n")


@pytest.mark.parametrize("command", ["show", "verify", "restore"])
def test_what_is_no_crystal_is_named_in_one_sentence(run, tmp_path, command):
    (tmp_path / "diary").write_text("my diary")
    for name, says in (("diary", "is no memory crystal; name another file"), ("none", "cannot be read")):
        said = run(command, tmp_path / name, typed=f"{PASSPHRASE}\n", code=1)
        assert says in said
        assert said.count("\n") == 1


def test_what_a_power_cut_left_of_a_restore_is_finished_by_the_next_command(run, tmp_path):
    home, file, fresh = tmp_path / "home", tmp_path / "c", tmp_path / "fresh"
    furnish(home)
    run("save", file, secret=PASSPHRASE)

    fresh.mkdir(mode=0o700)
    prepare(fresh, CrystalFile(file), PASSPHRASE)
    assert (fresh / "restore.ready").is_dir()
    run("show", file, home="fresh")
    assert not (fresh / "restore.ready").exists()
    assert memory(fresh) == memory(home)
