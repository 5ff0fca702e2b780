"""Builds the faster rp2040py; needs Cython and a C compiler, and takes about a minute."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

from kelex_sim.emulated.faster import HERE, SUFFIX, build_path
from kelex_sim.emulated.faster.recipe import EDITS, MODULES
from kelex_sim.errors import EmulatorError

FLAGS = ("-shared", "-fPIC", "-O3", "-DNDEBUG", "-w")


def build() -> Path:
    """The directory with the modules, made unless it is there. Raises EmulatorError."""
    directory = build_path()
    if directory.is_dir():
        return directory
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if find_spec("Cython") is None or compiler is None:
        raise EmulatorError("A faster emulator needs Cython and a C compiler; install them: pip install cython; gcc.")
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory.parent) as scratch:
        sources = _sources(Path(scratch))
        output = Path(scratch, "output")
        output.mkdir()

        def make(name: str) -> None:
            _run(sys.executable, "-m", "cython", "-3", f"rp2040py/native/{name}.pyx", cwd=sources)
            c_file, so_file = f"rp2040py/native/{name}.c", str(output / (name + SUFFIX))
            include = sysconfig.get_path("include")
            _run(
                compiler,
                "-shared",
                "-fPIC",
                "-O3",
                "-DNDEBUG",
                "-w",
                f"-I{include}",
                c_file,
                "-o",
                so_file,
                cwd=sources,
            )

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(make, MODULES))
        if not directory.is_dir():
            output.rename(directory)
    return directory


def _sources(scratch: Path) -> Path:
    """rp2040py's own sources with the recipe's changes, in a directory to compile them in. Raises EmulatorError."""
    spec = find_spec("rp2040py")
    if spec is None or spec.origin is None:
        raise EmulatorError("There is no rp2040py to build; install it with: pip install 'kelex[emulated]'")
    native = scratch / "rp2040py" / "native"
    shutil.copytree(Path(spec.origin).parent / "native", native, ignore=shutil.ignore_patterns("*.so", "*.c"))
    (scratch / "rp2040py" / "__init__.py").touch()
    (native / "__init__.py").write_text("")
    for name, edits in EDITS.items():
        text = (native / name).read_text("utf-8")
        for old, new in edits:
            if text.count(old) != 1:
                raise EmulatorError(f"This rp2040py has another {name}: the recipe does not fit it; use it as it is.")
            text = text.replace(old, new)
        (native / name).write_text(text, "utf-8")
    shutil.copy(HERE / "bits.pxd", native / "_bits.pxd")
    shutil.copy(HERE / "simulator.pyx", native / "_simulator.pyx")
    return scratch


def _run(*command: str, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise EmulatorError(f"{command[0]} fails on rp2040py; use it as it is. It says: {done.stderr[-2000:]}")


if __name__ == "__main__":
    try:
        print(build())
    except EmulatorError as error:
        sys.exit(str(error))
