"""Tones as data: notes, each a frequency in hertz (0: a rest) and a time in milliseconds.

The order of this table is part of the wire's schema.
"""

# fmt: off
TONES = (
    ("chime",   ((1319, 160), (1047, 320))),
    ("confirm", ((880, 80), (1319, 120))),
    ("refuse",  ((440, 120), (330, 200))),
    ("alert",   ((988, 150), (0, 50), (988, 150), (0, 50), (1319, 300))),
    ("alarm",   ((1760, 250), (1397, 250)) * 4),
    ("ring",    (((1175, 80), (1397, 80)) * 2 + ((0, 200),)) * 2),
    ("lullaby", ((330, 300), (330, 300), (392, 600), (0, 100), (330, 300), (330, 300), (392, 700))),
)
# fmt: on

NAMES = tuple([name for name, _ in TONES])
HZ_LEAST, HZ_MOST = 50, 10000
MS_MOST = 10000
