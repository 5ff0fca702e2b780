"""The way to a board's prompt where there is none."""

import os
import tty

import pytest
from kelex_host.shells.board_repl import BoardRepl, PromptMissing


@pytest.fixture
def silent_port():
    """A port that opens, and at which nobody ever says a word."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    yield os.ttyname(theirs)
    os.close(ours)
    os.close(theirs)


def test_a_silent_port_is_told_in_a_sentence(silent_port):
    with pytest.raises(PromptMissing, match=f"No MicroPython prompt answers at {silent_port}; reset the board"):
        BoardRepl(silent_port)
