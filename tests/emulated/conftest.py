"""Where the emulated tests find MicroPython."""

import os
from pathlib import Path

import pytest
from kelex_sim.emulated.builds import BUILD_COMMAND, KELEX_COMMAND, kelex_uf2, newest_build


@pytest.fixture(scope="session")
def micropython() -> Path:
    """The directory with firmware.uf2, mpy-cross and micropython."""
    build = newest_build()
    if build is not None:
        return build
    chosen = os.environ.get("MICROPYTHON_IMAGE")
    missing = f"There is no MicroPython build{f' in {chosen}' if chosen else ''}; {BUILD_COMMAND} makes one."
    if os.environ.get("CI") == "true":
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)


@pytest.fixture(scope="session")
def kelex(micropython: Path) -> Path:
    """The UF2 with this firmware frozen inside."""
    uf2 = kelex_uf2()
    if uf2 is not None:
        return uf2
    missing = f"There is no UF2 of this firmware; {KELEX_COMMAND} makes one."
    if os.environ.get("CI") == "true":
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)
