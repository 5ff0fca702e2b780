"""The body as both ends know it: its joints, and the settings that a board keeps of it. Part of the wire's schema."""

# name, lowest and highest angle (cdeg) that any drone's joint may be ordered to; a board may narrow it further.
JOINTS = (
    ("head_pan", -9000, 9000),
    ("head_tilt", -3000, 4500),
    ("left_shoulder", -9000, 9000),
    ("left_elbow", 0, 9000),
    ("left_gripper", 0, 6000),
    ("right_shoulder", -9000, 9000),
    ("right_elbow", 0, 9000),
    ("right_gripper", 0, 6000),
)

# A horn sits on its servo's shaft by teeth, 17 degrees apart; what is left is less than that (cdeg).
TRIM_MOST = 1500

# What a board keeps of its own body and of its household, with what it is at first. New ones go to the end: a board
# that was set under an older table keeps what it was set to.
SETTINGS = (
    tuple(("trim_" + name, "h", "cdeg", -TRIM_MOST, TRIM_MOST) for name, _, _ in JOINTS)
    + tuple(("low_" + name, "h", "cdeg", -9000, 9000) for name, _, _ in JOINTS)
    + tuple(("high_" + name, "h", "cdeg", -9000, 9000) for name, _, _ in JOINTS)
    + (
        ("too_cold", "h", "cC", -1000, 5000),
        ("too_hot", "h", "cC", -1000, 5000),
        ("watch", "B", "", 0, 1),
        ("quiet", "B", "", 0, 1),
        ("temperature_offset", "h", "cC", -1000, 1000),
        ("humidity_offset", "h", "c%", -2000, 2000),
        ("range_offset", "h", "mm", -200, 200),
        ("presence_near", "H", "mm", 300, 2000),
        ("presence_again", "H", "s", 5, 300),
        ("presence_hold", "H", "s", 1, 3600),
    )
)
DEFAULTS = (
    (0,) * len(JOINTS)
    + tuple([low for _, low, _ in JOINTS])
    + tuple([high for _, _, high in JOINTS])
    + (1800, 2600, 1, 0, 0, 0, 0, 1500, 30, 2)
)

# From which acceleration (mm/s2) on a tremor is how grave, the gravest first.
TREMOR_CLASSES = ((4000, "extreme"), (2000, "severe"), (800, "moderate"))
