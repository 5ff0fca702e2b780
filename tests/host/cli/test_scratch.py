"""What killed houses have left in the temporary directory is swept away, and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

from kelex_host.cli.scratch import scratch_directory, sweep


def dead_pid() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_a_killed_house_left_goes_and_what_others_have_stays(tmp_path: Path) -> None:
    left = tmp_path / f"kelex-house-{dead_pid()}-abc"
    left.mkdir()
    (left / "kelex").symlink_to("/dev/pts/99")
    running = tmp_path / f"kelex-house-{os.getppid()}-abc"
    running.mkdir()
    others = [tmp_path / "kelex-house-x-abc", tmp_path / "kelex-speech-1"]
    for other in others:
        other.mkdir()
    sweep(tmp_path)
    assert not left.exists()
    assert all(there.exists() for there in (running, *others))


def test_a_link_is_never_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    link = tmp_path / f"kelex-house-{dead_pid()}-abc"
    link.symlink_to(precious)
    sweep(tmp_path)
    assert precious.exists()


def test_it_is_there_while_it_is_needed() -> None:
    with scratch_directory() as directory:
        assert directory.is_dir()
    assert not directory.exists()
