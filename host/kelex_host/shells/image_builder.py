"""Making the UF2: the build of firmware/image, which needs a checkout, a Debian and its cross compiler."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from kelex_host.errors import FlashError
from kelex_host.shells.firmware_compiler import firmware_folder

SCRIPT = Path("image", "build_kelex.sh")
BUILD_S = 1800


def build_uf2(tell: Callable[[str], None]) -> bytes:
    """The image's bytes; an unchanged tree builds once. Raises FlashError."""
    script = firmware_folder().parent / SCRIPT
    if not script.is_file():
        raise FlashError(
            "An image is built from a clone of Kelex's repository, and this is an installed Kelex; clone it."
        )
    tell("Building MicroPython with Kelex inside; the first time takes a few minutes.")
    try:
        done = subprocess.run([str(script)], stdout=subprocess.PIPE, text=True, timeout=BUILD_S, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        raise FlashError(f"{script} does not run ({error}); mend that, then try again.") from None
    if done.returncode:  # the script has said on stderr what is missing, and how to get it
        raise FlashError("The image could not be built; see above, mend that, then try again.")
    try:
        return Path(done.stdout.strip().rsplit("\n", 1)[-1]).read_bytes()
    except OSError as error:
        raise FlashError(f"The build left no image ({error.strerror}); delete its cache, then try again.") from None
