"""`kelex sim --emulated`: what it cannot do, it says in one sentence. That it runs a house, tests/emulated shows."""

import subprocess
import sys
from pathlib import Path

import pytest
from kelex_host.cli.main import app
from kelex_host.errors import ConfigError
from typer.testing import CliRunner

FLASH_BYTES = 2 * 1024 * 1024


def refusal(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["sim", *arguments])
    assert isinstance(result.exception, ConfigError), result
    return str(result.exception)


@pytest.fixture(autouse=True)
def nothing_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KELEX_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MICROPYTHON_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("MICROPYTHON_IMAGE", raising=False)


def test_without_a_build_it_says_what_makes_one() -> None:
    assert refusal("--emulated") == (
        "There is no MicroPython build here; firmware/image/build_kelex.sh makes one, or name a UF2 with --uf2."
    )


@pytest.mark.parametrize("content", [b"", b"not a UF2", bytes(512), bytes(5000)])
def test_what_is_no_uf2_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.uf2"
    path.write_bytes(content)
    assert refusal("--emulated", "--blank", "--uf2", str(path)) == (
        f"{path} is no UF2 for a Pico; name another with --uf2."
    )


def test_a_uf2_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = refusal("--emulated", "--uf2", str(tmp_path / "none.uf2"))
    assert said == f"{tmp_path / 'none.uf2'} cannot be read (No such file or directory); name a UF2 with --uf2."


def test_a_file_that_is_no_flash_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("mine")
    said = refusal("--emulated", "--flash", str(path))
    assert said == f"{path} is not the flash of an emulated Pico (2 MiB); name another file with --flash."
    assert path.read_text() == "mine"


def test_a_flash_that_holds_something_is_not_blanked(tmp_path: Path) -> None:
    path = tmp_path / "board.flash"
    path.write_bytes(bytes(FLASH_BYTES))
    said = refusal("--emulated", "--blank", "--flash", str(path))
    assert said == f"{path} holds a board already; delete it for a blank one, or leave out --blank."


@pytest.mark.parametrize("option", [["--blank"], ["--uf2", "a.uf2"], ["--flash", "a.flash"]])
def test_its_options_are_for_an_emulated_board(option: list[str]) -> None:
    assert refusal(*option) == "--uf2, --blank and --flash are for an emulated board; add --emulated."


def test_an_emulated_board_has_no_terminal() -> None:
    said = refusal("--emulated", "--link", "somewhere")
    assert said == "An emulated board has no pseudo-terminal; leave out --link, and use --tcp."


def test_without_the_extra_it_says_how_to_install_it() -> None:
    program = (
        "import sys; sys.modules['rp2040py'] = None; sys.argv = ['kelex', 'sim', '--emulated']\n"
        "from kelex_host.__main__ import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr == "The emulated board needs rp2040py; install it with: pip install 'kelex[emulated]'\n"
