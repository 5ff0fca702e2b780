"""The ear comes to the same numbers under every Python: what is machine code on the board is a plain function here."""

import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).with_name("hearing_numbers.py")
LIBRARY = Path(__file__).parents[2] / "firmware" / "lib"


def test_micropythons_machine_code_and_python_come_to_the_same_numbers(micropython):
    said = [
        subprocess.run([python, PROGRAM, LIBRARY], capture_output=True, text=True, timeout=60, check=True).stdout
        for python in (sys.executable, micropython / "micropython")
    ]
    assert said[0] == said[1]
    assert len(said[0].splitlines()) == 5
