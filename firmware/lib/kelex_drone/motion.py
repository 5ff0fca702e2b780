"""Joints from where they are to where they should be: within their limits, together, without a jump.

A move follows SMOOTH from rest to rest. An order that comes during a move starts from the state of that moment: the
speed and acceleration at hand fade away over a short brake (COAST, SHED) while the new move, from the point where the
brake would end, already rises from zero. The sum of both is continuous in position, speed and acceleration. As the
brake ends first, the joint is always at a weighted mean of where it was, where the brake ends and the target: it
never leaves the range that these three lie in.

Angles in centidegrees, times in (wrapped) milliseconds.
"""

from kelex_wire.drone_link import elapsed_ms

from kelex_drone.profile import COAST, ONE, PEAK_ACCELERATION, PEAK_SPEED, SHED, SMOOTH, UNIT, at, isqrt

TICK_MS = 20
LEAST_MOVE_MS = 100
LEAST_BRAKE_MS = 40
_NOBODY = -1


# In quiet mode a joint has this share of its speed, and of its acceleration.
QUIET_SPEED = 3
QUIET_ACCELERATION = 6


class Joint:
    """One joint's plan. `position` is what is commanded now; `low`..`high` is its range."""

    def __init__(self, low, high, speed, acceleration):
        self.low = low
        self.high = high
        self._limits = speed, acceleration
        self.speed = speed  # cdeg/s
        self.acceleration = acceleration  # cdeg/s2
        self.position = 0
        self.target = 0
        self.owner = _NOBODY  # the order that moves it
        self.known = False  # whether it was ever driven; only then is there a pulse
        self._start_ms = 0
        self._duration_ms = 0
        self._from = 0
        self._way = 0  # of the SMOOTH part
        self._brake_ms = 0
        self._speed = 0  # at the start, cdeg/s
        self._acceleration = 0  # at the start, cdeg/s2
        self._coast = 0  # the brake's amplitudes, cdeg
        self._shed = 0

    def set_quiet(self, quiet):
        """Have the limits of quiet mode from now on, or the full ones."""
        speed, acceleration = self._limits
        self.speed = speed // QUIET_SPEED if quiet else speed
        self.acceleration = acceleration // QUIET_ACCELERATION if quiet else acceleration

    def left_ms(self, now_ms):
        """How long this joint is still on its way."""
        return max(self._duration_ms - elapsed_ms(now_ms, self._start_ms), 0) if self._duration_ms else 0

    def least_ms(self, brake, target):
        """The shortest time in which this joint reaches `target` within its limits, after a `brake`."""
        speed, _, brake_ms, stop = brake
        way = target - stop
        least = max(
            LEAST_MOVE_MS,
            brake_ms,
            -(-PEAK_SPEED * abs(way) // self.speed),
            isqrt(1000 * PEAK_ACCELERATION * abs(way) // self.acceleration),
        )
        if speed * way > 0:
            # Onwards, the fading speed and the rising one add up. With a brake of at most 2/5 of the move the sum
            # stays below the higher of both (the worst moment is an eighth into the brake: 0.993 of it).
            least = max(least, 5 * brake_ms // 2)
        return least

    def begin(self, now_ms, brake, target, duration_ms):
        """Go to `target` in `duration_ms`, which is at least `least_ms`, after the `brake` from the state now."""
        speed, acceleration, brake_ms, stop = brake
        self._from = self.position
        self._start_ms = now_ms
        self._duration_ms = duration_ms
        self._brake_ms = brake_ms
        self._speed = speed
        self._acceleration = acceleration
        self._coast = speed * brake_ms // 1000
        self._shed = acceleration * brake_ms * brake_ms // 1000000
        self._way = target - stop
        self.target = target

    def step(self, now_ms):
        """Set `position` for `now_ms`; True once the target is reached."""
        if self._duration_ms:
            self.known = True
        t = elapsed_ms(now_ms, self._start_ms)
        if t >= self._duration_ms:
            self.position = self.target
            self._duration_ms = 0
            self._brake_ms = 0
            return True
        position = self._from + (self._way * at(SMOOTH, t * ONE // self._duration_ms) // UNIT)
        if self._brake_ms:
            moment = min(t * ONE // self._brake_ms, ONE) if t < self._brake_ms else ONE
            position += (self._coast * at(COAST, moment) + self._shed * at(SHED, moment)) // UNIT
        self.position = min(max(position, self.low), self.high)
        return False

    def halt(self):
        """Stay at `position`."""
        self.target = self.position
        self._duration_ms = 0
        self._brake_ms = 0

    def brake(self, now_ms):
        """(speed, acceleration, brake_ms, stop): the state now, and where and when a brake from it would end."""
        t = elapsed_ms(now_ms, self._start_ms)
        left_ms = self._duration_ms - t
        if left_ms <= 0:
            return 0, 0, 0, self.position
        speed = self._speed_at(t)
        acceleration = self._acceleration_at(t)
        # Never longer than the move at hand would still take: so the brake ends before its target.
        brake_ms = min(max(LEAST_BRAKE_MS, 1500 * abs(speed) // self.acceleration), left_ms)
        stop = (
            self.position
            + (speed * brake_ms // 1000 * COAST[256] + acceleration * brake_ms * brake_ms // 1000000 * SHED[256])
            // UNIT
        )
        return speed, acceleration, brake_ms, stop

    # The derivatives of `step`'s sum; asked for at orders only, so big numbers may cost heap here.

    def _speed_at(self, t):
        whole = self._duration_ms
        speed = 30000 * self._way * t**2 * (whole - t) ** 2 // whole**5
        b = self._brake_ms
        if t < b:
            speed += self._speed * (b**3 - 3 * t**2 * b + 2 * t**3) // b**3
            speed += self._acceleration * t * (b - t) ** 2 // (1000 * b**2)
        return speed

    def _acceleration_at(self, t):
        whole = self._duration_ms
        acceleration = 60000000 * self._way * t * (whole - t) * (whole - 2 * t) // whole**5
        b = self._brake_ms
        if t < b:
            acceleration -= 6000 * self._speed * t * (b - t) // b**3
            acceleration += self._acceleration * (b - t) * (b - 3 * t) // b**2
        return acceleration


class Motion:
    """All joints. `limits` has one (low, high, speed, acceleration) for each."""

    def __init__(self, limits):
        self.joints = tuple([Joint(*limit) for limit in limits])
        self.moving = False
        self._stepped_ms = 0

    def fits(self, targets):
        """Whether each target (cdeg, or None to leave a joint) lies within its joint's range."""
        for joint, target in zip(self.joints, targets):
            if target is not None and not joint.low <= target <= joint.high:
                return False
        return True

    def begin(self, now_ms, order, targets, duration_ms):
        """Start a move that `fits`; all its joints arrive together.

        Returns (granted_ms, orders that this one interrupts). A move at hand is left where `step` last put it.
        """
        assert self.fits(targets)
        # The positions are those of the last step, which may lie ahead of now: a move never begins before it.
        if self.moving or elapsed_ms(self._stepped_ms, now_ms) <= TICK_MS:
            now_ms = self._stepped_ms
        self._stepped_ms = now_ms
        brakes = [joint.brake(now_ms) for joint in self.joints]
        for joint, brake, target in zip(self.joints, brakes, targets):
            if target is not None:
                duration_ms = max(duration_ms, joint.least_ms(brake, target))
        interrupted = []
        for joint, brake, target in zip(self.joints, brakes, targets):
            if target is None:
                continue
            if joint.owner not in (_NOBODY, order) and joint.owner not in interrupted:
                interrupted.append(joint.owner)
            joint.begin(now_ms, brake, target, duration_ms)
            joint.owner = order
            self.moving = True
        for joint in self.joints:
            if joint.owner in interrupted:
                joint.owner = _NOBODY
        return duration_ms, interrupted

    def set_quiet(self, quiet):
        """Switch the limits of quiet mode. What moves slows down to them, and arrives later."""
        for joint in self.joints:
            joint.set_quiet(quiet)
        if not quiet or not self.moving:
            return
        now_ms = self._stepped_ms
        for owner in {joint.owner for joint in self.joints}:
            left = [joint.left_ms(now_ms) if joint.owner == owner else 0 for joint in self.joints]
            targets = [joint.target if ms else None for joint, ms in zip(self.joints, left)]
            if max(left):
                self.begin(now_ms, owner, targets, max(left))

    def disown(self, order):
        """What this order has in motion goes on to where it goes, but is nobody's any more."""
        for joint in self.joints:
            if joint.owner == order:
                joint.owner = _NOBODY

    def stop(self):
        """Leave every joint where it was last put, at once and without a brake; the orders that this interrupts."""
        interrupted = []
        for joint in self.joints:
            joint.halt()
            if joint.owner != _NOBODY and joint.owner not in interrupted:
                interrupted.append(joint.owner)
            joint.owner = _NOBODY
        self.moving = False
        return interrupted

    def step(self, now_ms):
        """Move every joint on; the order that is thereby done, or None. Call again until None."""
        self._stepped_ms = now_ms
        done = None
        moving = False
        for joint in self.joints:
            if joint.step(now_ms):
                if joint.owner != _NOBODY and done is None and self._all_arrived(joint.owner):
                    done = joint.owner
            else:
                moving = True
        self.moving = moving
        if done is not None:
            for joint in self.joints:
                if joint.owner == done:
                    joint.owner = _NOBODY
        return done

    def _all_arrived(self, owner):
        # A loop, not `all` over a generator: that would cost heap in each tick.
        arrived = True
        for joint in self.joints:
            if joint.owner == owner and joint.position != joint.target:
                arrived = False
        return arrived
