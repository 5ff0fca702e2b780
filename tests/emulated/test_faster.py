"""The faster build of rp2040py does what the delivered one does, to the last byte and cycle."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from kelex_sim.emulated import IS_FAST

# As a command does, it asks first whether there is an emulator. Then arithmetic with every flag, a bit of the
# filesystem, and time as the board sees it.
LIFE = """
import hashlib, sys
from pathlib import Path
from kelex_host.cli.emulator import need_emulator
need_emulator()
from kelex_sim.emulated import IS_FAST
from kelex_sim.emulated.emulated_pico import EmulatedPico
pico = EmulatedPico(Path(sys.argv[1]))
said = pico.execute('''
import os, time
for i in range(-60, 60):
    x = (3.7 ** (i % 9) // 2, hash(str(i * -77777)), i << 40 >> 3, i % 7, i // -5, i * 0x7fffffff)
with open("a", "w") as file: file.write(str(x))
print(x, os.urandom(4), time.ticks_us())
''')
print(IS_FAST, file=sys.stderr)
print(said, pico.clock.nanos, pico.mcu.core.cycles, list(pico.mcu.core.registers))
print(hashlib.sha256(bytes(pico.mcu.sram)).hexdigest(), hashlib.sha256(bytes(pico.mcu.flash)).hexdigest())
"""


def test_it_does_the_same_as_the_delivered_one(micropython: Path, tmp_path: Path) -> None:
    if not IS_FAST:
        missing = "There is no faster rp2040py; `python -m kelex_sim.emulated.faster` makes one."
        if os.environ.get("CI") == "true":
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)
    lives = []
    for is_fast, environment in ((True, {}), (False, {"MICROPYTHON_CACHE": str(tmp_path)})):
        done = subprocess.run(
            [sys.executable, "-c", LIFE, str(micropython)],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        assert done.stderr.strip() == str(is_fast)
        lives.append(done.stdout)
    assert lives[0] == lives[1]
