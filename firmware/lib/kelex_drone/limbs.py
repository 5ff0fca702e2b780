"""Head and arms: orders to move, to stop and to gesture, from their verdict to the event that ends them.

Pure but for the servos, which are handed in. In a tick that ends nothing, nothing is allocated.
"""

from kelex_wire import schema

from kelex_drone.gesturing import Gesturing
from kelex_drone.motion import TICK_MS

_TICKS = 0x3FFFFFFF
# A joint that turns this far (cdeg) between two readings of the current has its motor running.
TURNING = 200


class Limbs:
    """`servos` in the order of `schema.JOINTS`; `changed(now_ms)` is called when something began or ended."""

    def __init__(self, link, motion, servos, changed):
        self.motion = motion
        self.gesturing = Gesturing(motion)
        self.moving = 0  # of them, at the last look
        self.turning = 0
        self._link = link
        self._servos = servos
        self._changed = changed
        self._looked = [0] * len(servos)

    def order_move(self, now_ms, order):
        """Obey an `order_move`."""
        targets = order[3:]
        if targets.count(None) == len(targets):
            self.refuse(now_ms, order, "wrong_type")
        elif not self.motion.fits(targets):
            self.refuse(now_ms, order, "out_of_range")
        else:
            cancelled = self._cancel_gesture(targets)
            granted_ms, interrupted = self.motion.begin(now_ms, order.order, targets, order.duration_ms)
            self._link.answer(schema.MOVE_GRANTED, order.order, granted_ms, *targets)
            self._tell_interrupted(now_ms, interrupted, cancelled)

    def order_gesture(self, now_ms, order):
        """Obey an `order_gesture`."""
        cancelled = None
        if self.gesturing.gesture is not None:
            # One at a time, whatever joints they use: what is left of the other's motion comes to rest where it was
            # going, as nobody's.
            cancelled = self.gesturing.order, self.gesturing.cancel()
        granted_ms, ends, interrupted = self.gesturing.begin(now_ms, order.order, order.gesture, order.repeat)
        self._link.answer(schema.MOVE_GRANTED, order.order, granted_ms, *ends)
        self._tell_interrupted(now_ms, interrupted, cancelled)
        self._link.event(now_ms, schema.GESTURE_STARTED, order.order, order.gesture)
        self._changed(now_ms)

    def order_stop(self, now_ms, order):
        """Obey an `order_stop`: every joint stays where it is, at once."""
        cancelled = None
        if self.gesturing.gesture is not None:
            cancelled = self.gesturing.order, self.gesturing.cancel()
        interrupted = self.motion.stop()
        self._link.answer(schema.STOPPED, order.order, *[joint.position for joint in self.motion.joints])
        self._tell_interrupted(now_ms, interrupted, cancelled)
        if self._link.has_room_for_events():  # a stop is never refused, but it crowds out nothing either
            self._link.event(now_ms, schema.DID, order.order, schema.DEEDS.index("stopped"))
        self._changed(now_ms)

    def refuse(self, now_ms, order, reason):
        """Refuse an order for motion, with an event."""
        number = schema.REFUSALS.index(reason)
        self._link.answer(schema.REFUSED, order.order, number)
        self._link.event(now_ms, schema.MOVE_REFUSED, order.order, number)

    def step(self, now_ms):
        """Move on by a tick."""
        # A pulse written now holds for the coming period: write where the joint should be at its end.
        ahead_ms = (now_ms + TICK_MS) & _TICKS
        done = self.motion.step(ahead_ms)
        for i in range(len(self._servos)):
            joint = self.motion.joints[i]
            if joint.known:
                self._servos[i].turn(joint.position)
        while done is not None:
            if done == self.gesturing.order:
                if self.gesturing.arrived(now_ms):
                    self._end_gesture(now_ms)
            else:
                self._link.event(now_ms, schema.MOVE_DONE, done)
                self._changed(now_ms)
            done = self.motion.step(ahead_ms)

    def step_pause(self, now_ms):
        """End a gesture's pause that is over."""
        if self.gesturing.step(now_ms):
            self._end_gesture(now_ms)

    def attached(self):
        """How many servos get pulses; sets `moving` and `turning` anew."""
        attached = moving = turning = 0
        for i in range(len(self._looked)):
            joint = self.motion.joints[i]
            if joint.known:
                attached += 1
                way = abs(joint.position - self._looked[i])
                moving += way > 0
                turning += way >= TURNING
            self._looked[i] = joint.position
        self.moving = moving
        self.turning = turning
        return attached

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
