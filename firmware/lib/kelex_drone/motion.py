"""All joints: orders that bring some of them to targets, together, and what interrupts what.

Pure; each joint's own way is in `joint.py`. Angles in centidegrees, times in (wrapped) milliseconds.
"""

from kelex_wire.dialect import micropython
from kelex_wire.drone_link import elapsed_ms

from kelex_drone.joint import NOBODY, TICK_MS, Joint

# After a late tick, at most so many are made up for at once: a stall (flash, collection) must not become a jump.
TICKS_AT_ONCE = 2
# So many joints start together, the next ones so much later: motors draw most when they start.
STARTS_AT_ONCE = 3
STAGGER_TICKS = 2


def stagger(starting):
    """By how many ticks a start is put off when `starting` joints start before it."""
    return starting // STARTS_AT_ONCE * STAGGER_TICKS


class Motion:
    """`limits` has for each joint its range, speed, acceleration and jerk; `starts` are the angles it begins with."""

    def __init__(self, limits, starts=None):
        starts = starts or [0] * len(limits)
        self.joints = tuple([Joint(limit, start) for limit, start in zip(limits, starts)])
        self.moving = False
        self._arrived = False  # a joint has reached its end, and perhaps an order with it
        self._stepped_ms = 0

    @micropython.native
    def fits(self, targets):
        """Whether each target (cdeg, or None to leave a joint) lies within its joint's range."""
        for joint, target in zip(self.joints, targets):
            if target is not None and not joint.low <= target <= joint.high:
                return False
        return True

    @micropython.native
    def begin(self, now_ms, order, targets, duration_ms, delay=0):
        """Start a move that `fits`; all its joints arrive together, and none sets out within `delay` ticks.

        Returns (granted_ms, orders that this one interrupts).
        """
        assert self.fits(targets)
        # The positions may be those of a tick to come: a move never begins before it.
        if not self.moving and elapsed_ms(self._stepped_ms, now_ms) > TICK_MS:
            self._stepped_ms = now_ms
        delays = self._delays(targets, delay)
        ticks = -(-duration_ms // TICK_MS)
        for joint, target, late in zip(self.joints, targets, delays):
            if target is not None:
                ticks = max(ticks, late + joint.least_ticks(target))
        interrupted = []
        for joint, target, late in zip(self.joints, targets, delays):
            if target is None:
                continue
            if joint.owner not in (NOBODY, order) and joint.owner not in interrupted:
                interrupted.append(joint.owner)
            joint.begin(target, ticks, late)
            joint.owner = order
            self.moving = True
        for joint in self.joints:
            if joint.owner in interrupted:
                joint.owner = NOBODY
        return ticks * TICK_MS, interrupted

    @micropython.native
    def _delays(self, targets, delay):
        """By how many ticks each joint's start is put off, so that not all start at once."""
        starting = 0
        delays = []
        for joint, target in zip(self.joints, targets):
            late = delay
            if target is not None and not joint.left and target != joint.position:
                late += stagger(starting)
                starting += 1
            delays.append(late)
        return delays

    def set_quiet(self, quiet):
        """Switch the limits of quiet mode. What moves slows down to them, and arrives later."""
        for joint in self.joints:
            joint.set_quiet(quiet)
        if not quiet or not self.moving:
            return
        for owner in {joint.owner for joint in self.joints}:
            left = [joint.left if joint.owner == owner else 0 for joint in self.joints]
            targets = [joint.target if ticks else None for joint, ticks in zip(self.joints, left)]
            if max(left):
                self.begin(self._stepped_ms, owner, targets, max(left) * TICK_MS)

    def disown(self, order):
        """What this order has in motion goes on to where it goes, but is nobody's any more."""
        for joint in self.joints:
            if joint.owner == order:
                joint.owner = NOBODY

    @micropython.native
    def stop(self):
        """Leave every joint where it was last put, at once and without a brake; the orders that this interrupts."""
        interrupted = []
        for joint in self.joints:
            joint.halt()
            if joint.owner != NOBODY and joint.owner not in interrupted:
                interrupted.append(joint.owner)
            joint.owner = NOBODY
        self.moving = False
        return interrupted

    @micropython.native
    def step(self, now_ms):
        """Move every joint on to `now_ms`; an order that is thereby done, or None. Call again until None."""
        self._go_on(now_ms)
        if not self._arrived:
            return None
        for joint in self.joints:
            done = joint.owner
            if done != NOBODY and self._all_arrived(done):
                self.disown(done)
                return done
        self._arrived = False
        return None

    @micropython.native
    def _go_on(self, now_ms):
        if not self.moving:
            self._stepped_ms = now_ms
            return
        late = elapsed_ms(now_ms, self._stepped_ms)
        ticks = late // TICK_MS
        if ticks > TICKS_AT_ONCE:
            ticks = TICKS_AT_ONCE
            self._stepped_ms = now_ms
        else:
            self._stepped_ms = (now_ms - late % TICK_MS) & 0x3FFFFFFF
        for _ in range(ticks):
            moving = False
            for joint in self.joints:
                if joint.left:
                    joint.step()
                    if joint.left:
                        moving = True
                    else:
                        self._arrived = True
            self.moving = moving

    @micropython.native
    def _all_arrived(self, owner):
        # A loop, not `all` over a generator: that would cost heap in each tick.
        left = 0
        for joint in self.joints:
            if joint.owner == owner:
                left += joint.left
        return left == 0
