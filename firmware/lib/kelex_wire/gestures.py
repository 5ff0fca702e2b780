"""Gestures as data: keyframes, each a time in milliseconds and where some joints then are, in centidegrees.

HOME is where the joint was when the gesture began; a keyframe without joints is a pause. The times are wishes: a
joint's limits, and quiet mode, make them longer. The order of this table is part of the wire's schema.
"""

HOME = None

# fmt: off
GESTURES = (
    ("bow",     ((800, (("head_pan", 0), ("head_tilt", -2800))), (500, ()),
                 (800, (("head_pan", HOME), ("head_tilt", HOME))))),
    ("nod",     ((300, (("head_tilt", -1200),)), (300, (("head_tilt", 800),)), (300, (("head_tilt", HOME),)))),
    ("shake",   ((350, (("head_pan", 2500),)), (600, (("head_pan", -2500),)), (350, (("head_pan", HOME),)))),
    ("wave",    ((800, (("right_shoulder", 7000), ("right_elbow", 4500))), (350, (("right_elbow", 8000),)),
                 (450, (("right_elbow", 3000),)), (350, (("right_elbow", 8000),)),
                 (800, (("right_shoulder", HOME), ("right_elbow", HOME))))),
    ("point",   ((700, (("right_shoulder", 2000), ("right_elbow", 0), ("right_gripper", 0))), (1200, ()),
                 (700, (("right_shoulder", HOME), ("right_elbow", HOME), ("right_gripper", HOME))))),
    ("beckon",  ((600, (("right_shoulder", 1000), ("right_elbow", 2000))), (400, (("right_elbow", 8000),)),
                 (400, (("right_elbow", 2500),)), (400, (("right_elbow", 8000),)),
                 (700, (("right_shoulder", HOME), ("right_elbow", HOME))))),
    ("alert",   ((300, (("head_tilt", 3000),)), (400, (("head_pan", 4000),)), (600, (("head_pan", -4000),)),
                 (500, (("head_pan", HOME), ("head_tilt", HOME))))),
    ("present", ((900, (("head_tilt", -500), ("left_shoulder", 2500), ("left_elbow", 3500),
                        ("left_gripper", 4500))), (1500, ()),
                 (900, (("head_tilt", HOME), ("left_shoulder", HOME), ("left_elbow", HOME),
                        ("left_gripper", HOME))))),
)
# fmt: on

NAMES = tuple([name for name, _ in GESTURES])
REPEAT_MOST = 10
