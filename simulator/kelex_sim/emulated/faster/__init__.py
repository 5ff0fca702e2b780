"""A faster build of rp2040py's compiled modules, kept in the cache: `python -m kelex_sim.emulated.faster` makes it.

rp2040py is delivered built for every Python from 3.11 on alike, at the cost of most of its speed. Compiled for the
Python at hand, with the few changes of `recipe.py`, it does the same, instruction by instruction, about ten times as
fast. Without that build, rp2040py is used as it was delivered.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from importlib.abc import MetaPathFinder
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from importlib.metadata import PackageNotFoundError, version
from importlib.util import spec_from_file_location
from pathlib import Path

from kelex_sim.emulated.builds import cache

NATIVE = "rp2040py.native."
SUFFIX = EXTENSION_SUFFIXES[0]
HERE = Path(__file__).parent


def build_path() -> Path:
    """Where the build of this recipe, for this Python and this rp2040py, is or would be.

    Raises PackageNotFoundError where there is no rp2040py.
    """
    recipe = b"".join(path.read_bytes() for path in sorted(HERE.glob("*")) if path.is_file())
    name = f"rp2040py-{version('rp2040py')}{SUFFIX.removesuffix('.so')}-{sha256(recipe).hexdigest()[:12]}"
    return cache() / name


class _Finder(MetaPathFinder):
    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        file = self._directory / (fullname.removeprefix(NATIVE) + SUFFIX)
        if not fullname.startswith(NATIVE) or not file.is_file():
            return None
        return spec_from_file_location(fullname, file, loader=ExtensionFileLoader(fullname, str(file)))


def use() -> bool:
    """Have rp2040py use the build, if there is one; says so. To be called before rp2040py is imported."""
    try:
        directory = build_path()
    except PackageNotFoundError:  # what is beside it, such as `builds`, needs none
        return False
    if not directory.is_dir() or any(name.startswith(NATIVE) for name in sys.modules):
        return False
    sys.meta_path.insert(0, _Finder(directory))
    return True
