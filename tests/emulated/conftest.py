"""Where the emulated tests find MicroPython."""

import os
from pathlib import Path

import pytest

BUILD_COMMAND = "firmware/image/build_micropython.sh"


def _newest_build() -> Path | None:
    """What the build script left last in its cache; the environment says, as there, where that is."""
    user_cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    cache = Path(os.environ.get("MICROPYTHON_CACHE") or user_cache / "kelex")
    builds = [path for path in cache.glob("micropython-*") if (path / "firmware.uf2").is_file()]
    return max(builds, key=lambda path: path.stat().st_mtime, default=None)


@pytest.fixture(scope="session")
def micropython() -> Path:
    """The directory with firmware.uf2, mpy-cross and micropython."""
    chosen = os.environ.get("MICROPYTHON_IMAGE")
    build = Path(chosen) if chosen else _newest_build()
    if build is not None and (build / "firmware.uf2").is_file():
        return build
    missing = f"There is no MicroPython build{f' in {chosen}' if chosen else ''}; {BUILD_COMMAND} makes one."
    if os.environ.get("CI") == "true":
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)
