"""What the firmware's files may say: MicroPython's dialect, the board's modules, and `machine` in few places only."""

import ast
import subprocess
from pathlib import Path
from random import Random

import pytest
from kelex_sim.board import Board
from kelex_sim.disk import Disk
from kelex_sim.machine import make_machine
from kelex_sim.modules import Port, native_modules

LIBRARY = Path(__file__).parents[2] / "firmware" / "lib"
FILES = sorted(LIBRARY.rglob("*.py"))
MADE = "kelex_frozen"  # by the image's build, and there only
OWN = ("kelex_boot", "kelex_wire", "kelex_drone", MADE)
# Modules that act on the outside, or ask it for something.
OUTSIDE = {"machine", "rp2", "os", "time", "select"}
SHELLS = {"store.py", "app.py", "twins.py", "slots.py", "start.py", "maintenance.py"}
# It puts the parts together, for `app.py` alone: it reaches outside by the drivers only, but runs on a board only.
WIRING = "assembly.py"

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))


def imported(path):
    """The full names that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "the board's modules import by full names"
            names.add(node.module)
    return names


@every_file
def test_mpy_cross_compiles_it(path, micropython, tmp_path):
    command = [micropython / "mpy-cross", "-march=armv6m", "-o", tmp_path / "out.mpy", path]
    compiled = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert compiled.returncode == 0, compiled.stderr


@every_file
def test_it_imports_only_what_the_simulated_board_has(path):
    natives = native_modules(lambda: 0, Port(lambda data: None), make_machine(Board()), Random(0), Disk())
    foreign = {name for name in imported(path) if name.partition(".")[0] not in OWN}
    assert foreign <= {*natives, "builtins"}


@every_file
def test_only_drivers_the_store_and_the_app_reach_outside(path):
    if path.parent.name == "drivers" or path.name in SHELLS:
        return
    assert not {name.partition(".")[0] for name in imported(path)} & OUTSIDE
    assert "open" not in {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}


def test_the_wire_knows_nothing_of_the_drone():
    for path in (LIBRARY / "kelex_wire").glob("*.py"):
        assert not {name for name in imported(path) if name.startswith("kelex_drone")}


@every_file
def test_only_the_wiring_knows_the_drivers_and_only_the_app_knows_the_wiring(path):
    names = {name.rpartition("kelex_drone.")[2] for name in imported(path) if name.startswith("kelex_drone.")}
    inside = path.parent.name == "drivers" or path.name == WIRING
    assert inside or not {name for name in names if name.startswith("drivers")}
    assert path.name == "app.py" or WIRING.removesuffix(".py") not in names


def test_micropython_has_every_module_that_the_pure_files_import(micropython):
    files = [path for path in FILES if path.parent.name != "drivers" and path.name not in SHELLS | {WIRING}]
    pure = {name for path in files for name in imported(path)} - {MADE}
    program = "\n".join(f"import {name}" for name in sorted(pure))
    ran = subprocess.run(
        [micropython / "micropython", "-c", program],
        env={"MICROPYPATH": str(LIBRARY)}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")
