# ruff: noqa: F821
"""What is frozen into the Pico's UF2, read by MicroPython's makemanifest.

The port's own modules hold `_boot`, which mounts the filesystem, and `rp2`. Kelex is copied on as files.
"""

freeze("$(PORT_DIR)/modules")
include("$(MPY_DIR)/extmod/asyncio")
