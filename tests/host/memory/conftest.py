"""What the tests of the memory share."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


@pytest.fixture
def ram(tmp_path):
    """A directory in memory, where there is such: hundreds of journals are opened there."""
    with TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else tmp_path) as directory:
        yield Path(directory)
