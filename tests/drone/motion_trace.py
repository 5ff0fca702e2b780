"""Moves that interrupt each other, and every position on the way, printed; runs on both interpreters."""

from kelex_drone.joint import TICK_MS
from kelex_drone.motion import Motion

LIMITS = ((-9000, 9000, 18000, 180000, 4500000), (-3000, 4500, 12000, 120000, 3000000))
# After how many ticks: targets and duration.
ORDERS = (
    (3, (9000, -3000), 0),
    (17, (-9000, None), 0),
    (5, (100, 4500), 400),
    (90, (-1, 1), 7),
    (30, (8999, None), 2500),
)


def main():
    motion = Motion(LIMITS)
    now_ms = (1 << 30) - 700
    motion.step(now_ms)
    for order, (ticks, targets, duration_ms) in enumerate(ORDERS):
        print(motion.begin(now_ms, order, targets, duration_ms))
        for _ in range(ticks):
            now_ms = (now_ms + TICK_MS) & 0x3FFFFFFF
            print(motion.step(now_ms), [joint.position for joint in motion.joints])


if __name__ == "__main__":
    main()
