# ruff: noqa: F821
"""What is frozen into Kelex's UF2, read by MicroPython's makemanifest; KELEX_FIRMWARE is a copy of firmware/.

A frozen boot.py and main.py run instead of files of that name in flash. The version in here is the last resort, and
what a new board starts with; chosen slots come before it (kelex_boot/start.py).
"""

import os

firmware = os.environ["KELEX_FIRMWARE"]
freeze("$(PORT_DIR)/modules")
freeze(firmware + "/image/kelex", "boot.py")
freeze(firmware, ("main.py", "kelex_frozen.py"))
for package in ("kelex_boot", "kelex_wire", "kelex_drone"):
    freeze(firmware + "/lib", package)
