"""Head and arms: orders to move, to stop and to gesture, from their verdict to the event that ends them.

Pure but for the servos, which are handed in. In a tick that ends nothing, nothing is allocated.
"""

from kelex_wire import schema
from kelex_wire.dialect import micropython
from kelex_wire.drone_link import elapsed_ms

from kelex_drone import board
from kelex_drone.attachment import LIMP, Attachment
from kelex_drone.gesturing import Gesturing
from kelex_drone.joint import NOBODY, TICK_MS

_TICKS = 0x3FFFFFFF
# After so long a rest, servos that stay where they are without pulses get none: they draw, hum and wear less.
IDLE_MS = 20000
# How far (cdeg) a new trim moves a joint in a tick: 10 degrees/s, which is no jerk.
TRIM_STEP = 20
# A joint that turns this far (cdeg) between two readings of the current has its motor running.
TURNING = 200


class Limbs:
    """`servos` in the order of `schema.JOINTS`; `changed(now_ms)` is called when something began or ended."""

    def __init__(self, link, motion, servos, changed):
        self.motion = motion
        self.gesturing = Gesturing(motion)
        self.moving = 0  # of them, at the last look
        self.turning = 0
        self.ranges = tuple([(joint.low, joint.high) for joint in motion.joints])  # the servos' own
        self.trims = [0] * len(servos)  # what is added to each joint's angle for its servo (cdeg)
        self._trimmed = [0] * len(servos)  # and what of it is so far
        self._link = link
        self._servos = servos
        self._changed = changed
        self._looked = [joint.position for joint in motion.joints]
        self._rest = tuple(self._looked)
        self._attachment = Attachment(len(servos))
        self._moved_ms = 0
        self._seized = 0  # how many reflexes hold it now

    def wake(self, now_ms):
        """Creep to where the joints should be, from wherever they are."""
        for i in range(len(self._servos)):
            self._attachment.wake(i)
        self._moved_ms = now_ms

    def hold_still(self):
        """End the pulses of what creeps, until the next tick: before something that holds the ticks up."""
        for i in range(len(self._servos)):
            if self._attachment.left[i] > 0:
                self._servos[i].rest()

    def confine(self):
        """At the start: have each joint begin within its limits, and with its trim."""
        for joint in self.motion.joints:
            joint.position = min(max(joint.position, joint.low), joint.high)
            joint.halt()
        self._trimmed[:] = self.trims

    @property
    @micropython.native
    def busy(self):
        """Whether there is something to do in each tick."""
        return self.motion.moving or self._attachment.creeping or self._trimmed != self.trims

    @micropython.native
    def order_move(self, now_ms, order):
        """Obey an `order_move`."""
        targets = order[3:]
        if self._seized:
            self.refuse(now_ms, order, "busy")
        elif targets.count(None) == len(targets):
            self.refuse(now_ms, order, "wrong_type")
        elif not self.motion.fits(targets):
            self.refuse(now_ms, order, "out_of_range")
        else:
            cancelled = self._cancel_gesture(targets)
            delay = self._wake(targets)
            granted_ms, interrupted = self.motion.begin(now_ms, order.order, targets, order.duration_ms, delay)
            self._link.answer(schema.MOVE_GRANTED, order.order, granted_ms, *targets)
            self._tell_interrupted(now_ms, interrupted, cancelled)

    def order_gesture(self, now_ms, order):
        """Obey an `order_gesture`."""
        if self._seized:
            self.refuse(now_ms, order, "busy")
            return
        cancelled = None
        if self.gesturing.gesture is not None:
            # One at a time, whatever joints they use: what is left of the other's motion comes to rest where it was
            # going, as nobody's.
            cancelled = self.gesturing.order, self.gesturing.cancel()
        delay = self._wake(self.gesturing.ends(order.gesture))
        granted_ms, ends, interrupted = self.gesturing.begin(now_ms, order.order, order.gesture, order.repeat, delay)
        self._link.answer(schema.MOVE_GRANTED, order.order, granted_ms, *ends)
        self._tell_interrupted(now_ms, interrupted, cancelled)
        self._link.event(now_ms, schema.GESTURE_STARTED, order.order, order.gesture)
        self._changed(now_ms)

    @micropython.native
    def order_stop(self, now_ms, order):
        """Obey an `order_stop`: every joint stays where it is, at once."""
        interrupted, cancelled = self._halt()
        self._link.answer(schema.STOPPED, order.order, *[joint.position for joint in self.motion.joints])
        self._tell_interrupted(now_ms, interrupted, cancelled)
        if self._link.has_room_for_events():  # a stop is never refused, but it crowds out nothing either
            self._link.event(now_ms, schema.DID, order.order, schema.DEEDS.index("stopped"))
        self._changed(now_ms)

    def seize(self, now_ms, limp):
        """A reflex: every joint stays where it is, at once, and obeys nobody; with `limp`, it gets no pulses either."""
        self._seized += 1
        self._tell_interrupted(now_ms, *self._halt())
        if limp:
            for i in range(len(self._servos)):
                self._attachment.let_go(i)
                self._servos[i].rest()
        self._changed(now_ms)

    def release(self, now_ms, limp):
        """A reflex is over; what was `limp` creeps back to where it should be, unless another reflex holds it."""
        self._seized -= 1
        if limp and not self._seized:
            self.wake(now_ms)

    def retreat(self, now_ms, targets, duration_ms):
        """Bring the joints there, or as near as they may go, unordered; False while a reflex holds them."""
        if self._seized:
            return False
        targets = [min(max(angle, joint.low), joint.high) for angle, joint in zip(targets, self.motion.joints)]
        cancelled = None
        if self.gesturing.gesture is not None:
            cancelled = self.gesturing.order, self.gesturing.cancel()
        _, interrupted = self.motion.begin(now_ms, NOBODY, targets, duration_ms, self._wake(targets))
        self._tell_interrupted(now_ms, interrupted, cancelled)
        self._changed(now_ms)
        return True

    @micropython.native
    def _halt(self):
        """Stop all motion; (orders interrupted, (order, gesture) of the gesture that this ends, or None)."""
        cancelled = None
        if self.gesturing.gesture is not None:
            cancelled = self.gesturing.order, self.gesturing.cancel()
        interrupted = self.motion.stop()
        self._attachment.halt()
        for i in range(len(self._servos)):
            if self._attachment.left[i] == LIMP:
                self._servos[i].rest()
        return interrupted, cancelled

    def refuse(self, now_ms, order, reason):
        """Refuse an order for motion, with an event."""
        number = schema.REFUSALS.index(reason)
        self._link.answer(schema.REFUSED, order.order, number)
        self._link.event(now_ms, schema.MOVE_REFUSED, order.order, number)

    @micropython.native
    def step(self, now_ms):
        """Move on by a tick."""
        # A pulse written now holds for the coming period: write where the joint should be at its end.
        ahead_ms = (now_ms + TICK_MS) & _TICKS
        done = self.motion.step(ahead_ms)
        was_creeping, left = self._attachment.creeping, self._attachment.left
        self._attachment.step()
        self._moved_ms = now_ms
        for i in range(len(self._servos)):
            if left[i] == 0 or self._attachment.has_pulse(i):
                self._turn(i)
            else:
                self._servos[i].rest()
        while done is not None:
            if done == self.gesturing.order:
                if self.gesturing.arrived(now_ms):
                    self._end_gesture(now_ms)
            else:
                self._link.event(now_ms, schema.MOVE_DONE, done)
                self._changed(now_ms)
            done = self.motion.step(ahead_ms)
        if was_creeping and not self.busy:
            self._changed(now_ms)

    @micropython.native
    def _turn(self, i):
        """Send servo i to its joint's angle and trim; its pulse stays within its range."""
        angle = self.motion.joints[i].position
        trimmed, trim = self._trimmed[i], self.trims[i]
        if trimmed != trim:
            trimmed += min(max(trim - trimmed, -TRIM_STEP), TRIM_STEP)
            self._trimmed[i] = trimmed
        if trimmed:
            low, high = self.ranges[i]
            angle = min(max(angle + trimmed, low), high)
        self._servos[i].turn(angle)

    @micropython.native
    def step_rest(self, now_ms):
        """Let go, after a long rest, of what stays where it is."""
        if self.busy or self.gesturing.gesture is not None or elapsed_ms(now_ms, self._moved_ms) < IDLE_MS:
            return
        self._moved_ms = now_ms
        for i in range(len(self._servos)):
            if board.BALANCED[i] or self.motion.joints[i].position == self._rest[i]:
                self._attachment.let_go(i)
                self._servos[i].rest()

    def step_pause(self, now_ms):
        """End a gesture's pause that is over."""
        if self.gesturing.step(now_ms):
            self._end_gesture(now_ms)

    @micropython.native
    def attached(self):
        """How many servos get pulses; sets `moving` and `turning` anew."""
        attached = moving = turning = 0
        left = self._attachment.left
        for i in range(len(self._looked)):
            joint = self.motion.joints[i]
            if left[i] != LIMP:
                attached += 1
                way = abs(joint.position - self._looked[i])
                moving += way > 0 or left[i] > 0
                turning += way >= TURNING
            self._looked[i] = joint.position
        self.moving = moving
        self.turning = turning
        return attached

    def _wake(self, targets):
        """See to it that all joints with a target get pulses; ticks until they may be moved."""
        delay = 0
        for i in range(len(targets)):
            if targets[i] is not None:
                delay = max(delay, self._attachment.wake(i))
        return delay

    def _cancel_gesture(self, targets):
        """(order, gesture) of the gesture that these targets end; None if they leave it alone."""
        if not self.gesturing.uses(targets):
            return None
        order = self.gesturing.order
        return order, self.gesturing.cancel()

    def _tell_interrupted(self, now_ms, interrupted, cancelled):
        for other in interrupted:
            if cancelled is None or other != cancelled[0]:
                self._link.event(now_ms, schema.MOVE_INTERRUPTED, other)
        if cancelled is not None:
            self.motion.disown(cancelled[0])
            self._link.event(now_ms, schema.GESTURE_INTERRUPTED, *cancelled)

    def _end_gesture(self, now_ms):
        order = self.gesturing.order
        self._link.event(now_ms, schema.GESTURE_DONE, order, self.gesturing.cancel())
        self._changed(now_ms)
