"""Where the modules of a version come from that has some of them in the UF2, on MicroPython as it is."""

import subprocess

from boot.board import load
from drone.test_dialect import LIBRARY
from kelex_sim.disk import Disk

# A package `town` of which the folder `uf2` stands for the UF2, and `slot` has only what is new.
UF2 = {
    "town/__init__.py": "",
    "town/gate.py": "from town import wall\nfrom town.park import tree\nsays = 'old gate', wall.says, tree.says\n",
    "town/wall.py": "says = 'old wall'\n",
    "town/park/__init__.py": "",
    "town/park/tree.py": "from town.park.leaf import says\n",
    "town/park/leaf.py": "says = 'old leaf'\n",
}
PROGRAM = """\
import sys
from kelex_boot import imports
imports.FROZEN = {uf2!r}
sys.path[:] = [{uf2!r}, {library!r}]
imports.prepare({slot!r}, {files!r})
from town import gate
print(gate.says, sys.path[0] == {slot!r})
"""


def says(micropython, tmp_path, slot):
    for folder, files in (("uf2", UF2), ("slot", slot)):
        for path, text in files.items():
            file = tmp_path / folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    program = PROGRAM.format(
        uf2=str(tmp_path / "uf2"), slot=str(tmp_path / "slot"), library=str(LIBRARY),
        files={path: path not in slot for path in UF2 | slot},
    )  # fmt: skip
    ran = subprocess.run([micropython / "micropython", "-c", program], env={"MICROPYPATH": str(LIBRARY)},
                         capture_output=True, text=True, timeout=60)  # fmt: skip
    return ran.stdout + ran.stderr


def test_a_changed_module_comes_from_the_slot_for_whoever_imports_it(micropython, tmp_path):
    assert says(micropython, tmp_path, {"town/park/leaf.py": "says = 'new leaf'\n"}) == (
        "('old gate', 'old wall', 'new leaf') True\n"
    )


def test_a_changed_package_takes_nothing_else_with_it(micropython, tmp_path):
    slot = {"town/__init__.py": "", "town/park/__init__.py": "", "town/wall.py": "says = 'new wall'\n"}
    assert says(micropython, tmp_path, slot) == "('old gate', 'new wall', 'old leaf') True\n"


def test_a_new_module_is_found_by_a_changed_one(micropython, tmp_path):
    slot = {"town/gate.py": "from town import moat\nsays = moat.says\n", "town/moat.py": "says = 'a moat'\n"}
    assert says(micropython, tmp_path, slot) == "a moat True\n"


def test_a_version_that_has_nothing_of_the_uf2_comes_from_its_slot(micropython, tmp_path):
    slot = {path: text.replace("old", "own") for path, text in UF2.items()}
    assert says(micropython, tmp_path, slot) == "('own gate', 'own wall', 'own leaf') True\n"


def test_packages_come_first_then_the_deepest():
    imports = load(Disk(), "imports")
    paths = ["a/app.mpy", "a/b/__init__.mpy", "a/__init__.mpy", "a/b/leaf.mpy"]
    assert imports.in_order({imports.dotted(path) for path in paths}) == ["a", "a.b", "a.b.leaf", "a.app"]
