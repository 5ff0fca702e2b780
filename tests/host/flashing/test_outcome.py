"""The last sentence of an update."""

import pytest
from kelex_host.flashing.outcome import Outcome, Standing


@pytest.mark.parametrize(
    ("told", "result", "text"),
    [
        (Standing("22222222", "slot_b", False), "updated", "Kelex 22222222 runs in slot_b, and is well."),
        (
            Standing("11111111", "slot_a", False, "bad_starts"),
            "rolled_back",
            "given up (bad starts), and the one before",
        ),
        (Standing("", "", False, "another schema"), "rolled_back", "given up (another schema)"),
        (
            Standing("", "", False, "bad_starts", runs=False),
            "rolled_back",
            "given up (bad starts), and the board waits at its prompt; mend it",
        ),
        (None, "unknown", "Nothing answers at /dev/x"),
    ],
)
def test_it_says_what_became_of_the_new_version(told, result, text):
    outcome = Outcome(result="updated", text="", port="/dev/x", version="22222222")
    outcome.judge("22222222", told)
    assert outcome.result == result
    assert text in outcome.text
