"""The board that comes with Kelex, and copies of it with something changed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from kelex_host.hardware.board import Board, parse
from kelex_host.hardware.firmware_rules import constants_in

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def text() -> str:
    return (ROOT / "hardware" / "board.toml").read_text("utf-8")


@pytest.fixture(scope="session")
def board(text: str) -> Board:
    return parse(text)


@pytest.fixture(scope="session")
def firmware() -> dict[str, object]:
    return constants_in((ROOT / "firmware" / "lib" / "kelex_drone" / "board.py").read_text("utf-8"))


@pytest.fixture
def changed(text: str) -> Callable[[str, str, str], str]:
    """The file's text, with a line of one of its tables replaced: changed("parts.touch", "pin = 15", "pin = 23")."""

    def change(table: str, old: str, new: str) -> str:
        head, found, tail = text.partition(f"{table}\n" if "[" in table or "=" in table else f"[{table}]\n")
        assert found, f"there is no {table}"
        body, gap, rest = tail.partition("\n\n")
        assert f"\n{old}" in f"\n{body}", f"{table} has no line that begins with {old}"
        lines = [new if line.startswith(old) else line for line in body.split("\n")]
        return head + found + "\n".join(lines) + gap + rest

    return change
