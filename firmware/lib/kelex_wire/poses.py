"""Poses as data: where the joints are in each, in centidegrees, in the order of `schema.JOINTS`.

`safe` keeps the arms close to the body and the grippers half open.
"""

# fmt: off
#             pan   tilt   left: shoulder elbow gripper   right: shoulder elbow gripper
POSES = (
    ("rest",      (0, -1500,        -8000,    0,      0,          -8000,    0,      0)),
    ("attention", (0,   500,        -8000,    0,      0,          -8000,    0,      0)),
    ("offer",     (0, -1000,        -1000, 4500,      0,          -1000, 4500,      0)),
    ("present",   (0,     0,        -8000,    0,      0,           3000, 3000,   4500)),
    ("safe",      (0,     0,        -9000,    0,   3000,          -9000,    0,   3000)),
)
# fmt: on

# Where the joints go at power-up, and where they go when the host is silent.
REST = POSES[0][1]
SAFE = POSES[-1][1]
