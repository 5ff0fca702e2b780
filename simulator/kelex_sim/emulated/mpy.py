"""Python for the board, compiled on the host: the emulated CPU needs a second for 80 lines."""

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

# MicroPython runs these two by name, and only as source.
ENTRY_POINTS = ("boot.py", "main.py")
# For what is compiled further than to byte code: the Cortex-M0+ of the RP2040.
MACHINE_CODE = "-march=armv6m"
# What `kelex flash` does with a file for a stock MicroPython, whose heap it is loaded into: there machine code is dear
# (kelex_host/shells/firmware_compiler.py; a test compares them). A UF2 brings it along.
NATIVE, BYTECODE = b"@micropython.native", b"@micropython.bytecode"


def compiled(micropython: Path, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """`files`, by path on the board, with every module as `.mpy`, made by `micropython`'s own mpy-cross.

    Functions behind `@micropython.native` are byte code: a board has its machine code from a UF2.
    Tracebacks still name the `.py` file and the line.
    """
    result = {}
    with tempfile.TemporaryDirectory() as directory:
        source, output = Path(directory, "in.py"), Path(directory, "out.mpy")
        for path, data in files.items():
            if not path.endswith(".py") or path in ENTRY_POINTS:
                result[path] = data
                continue
            source.write_bytes(data.replace(NATIVE, BYTECODE))
            command = [str(micropython / "mpy-cross"), MACHINE_CODE, "-s", path, "-o", str(output), str(source)]
            subprocess.run(command, check=True, timeout=60)
            result[path.removesuffix(".py") + ".mpy"] = output.read_bytes()
    return result
