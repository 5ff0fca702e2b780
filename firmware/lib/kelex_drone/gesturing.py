"""A gesture at hand: which keyframe comes next, and when. Pure; the joints themselves are moved by `motion.py`."""

from kelex_wire import schema
from kelex_wire.dialect import micropython
from kelex_wire.drone_link import elapsed_ms
from kelex_wire.gestures import GESTURES, HOME

from kelex_drone.joint import TICK_MS
from kelex_drone.motion import stagger

NOBODY = -1
_JOINTS = tuple([name for name, _, _ in schema.JOINTS])


def _compiled(keyframes):
    """Keyframes with their joints by number: (milliseconds, ((joint, angle or HOME), ...)) each."""
    return tuple([(ms, tuple([(_JOINTS.index(name), angle) for name, angle in joints])) for ms, joints in keyframes])


_KEYFRAMES = tuple([_compiled(keyframes) for _, keyframes in GESTURES])


class Gesturing:
    """At most one gesture. `gesture` is its number while it runs, else None; `order` is whose it is."""

    def __init__(self, motion):
        self.gesture = None
        self.order = NOBODY
        self._motion = motion
        self._keyframes = _KEYFRAMES[0]  # of the gesture at hand
        self._left = 0  # repeats still to come
        self._at = 0
        self._home = [0] * len(_JOINTS)
        self._pause_ms = 0
        self._paused_ms = 0
        self._pausing = False

    def begin(self, now_ms, order, gesture, repeat, delay):
        """Start a gesture, after `delay` ticks; (how long it takes in ms, joints it uses with their last targets,
        orders interrupted).
        """
        self._home = [joint.position for joint in self._motion.joints]
        self.gesture = gesture
        self._keyframes = _KEYFRAMES[gesture]
        self.order = order
        self._left = repeat
        self._at = 0
        first_ms, targets = self._targets(0)
        granted_ms, interrupted = self._motion.begin(now_ms, order, targets, first_ms, delay)
        self._pausing = False
        ends = self.ends(gesture)
        # Who moves a joint that only a later keyframe uses is interrupted now, and told so.
        for joint, end in zip(self._motion.joints, ends):
            if end is not None and joint.owner not in (NOBODY, order):
                interrupted.append(joint.owner)
                self._motion.disown(joint.owner)
        return granted_ms + self._rest_ms(gesture, repeat), ends, interrupted

    def uses(self, targets):
        """Whether the gesture at hand has a joint among these targets (None for a joint left as it is)."""
        if self.gesture is None:
            return False
        for _, joints in _KEYFRAMES[self.gesture]:
            for joint, _ in joints:
                if targets[joint] is not None:
                    return True
        return False

    def cancel(self):
        """It is over before its end; the number it had."""
        gesture = self.gesture
        self.gesture = None
        self.order = NOBODY
        self._pausing = False
        return gesture

    def arrived(self, now_ms):
        """The joints have reached the keyframe at hand: go on; True when that was the last one."""
        keyframes = self._keyframes
        self._at += 1
        if self._at == len(keyframes):
            self._left -= 1
            self._at = 0
        if self._left == 0:
            return True
        ms, joints = keyframes[self._at]
        if joints:
            self._motion.begin(now_ms, self.order, self._targets(self._at)[1], ms)
        else:
            self._pausing = True
            self._pause_ms = ms
            self._paused_ms = now_ms
        return False

    @micropython.native
    def wait_ms(self, now_ms):
        """Milliseconds until a pause ends; None where there is none."""
        if not self._pausing:
            return None
        return max(self._pause_ms - elapsed_ms(now_ms, self._paused_ms), 0)

    @micropython.native
    def step(self, now_ms):
        """End a pause that is over; True when that ended the gesture."""
        if not self._pausing or self.wait_ms(now_ms):
            return False
        self._pausing = False
        return self.arrived(now_ms)

    def _targets(self, at):
        ms, joints = self._keyframes[at]
        targets = [None] * len(_JOINTS)
        for joint, angle in joints:
            targets[joint] = self._place(joint, angle)
        return ms, targets

    def _place(self, number, angle):
        """Where a keyframe puts a joint on this board, whose range may be narrower than the table's."""
        if angle is HOME:
            return self._home[number]
        joint = self._motion.joints[number]
        return min(max(angle, joint.low), joint.high)

    def ends(self, gesture):
        """Where each of the gesture's joints is at its end, None for the others."""
        ends = [None] * len(_JOINTS)
        for _, joints in _KEYFRAMES[gesture]:
            for joint, angle in joints:
                ends[joint] = self._place(joint, angle)
        return ends

    def _rest_ms(self, gesture, repeat):
        """How long everything after the first keyframe takes: each from rest to rest, on ticks."""
        at = list(self._home)
        total_ms = 0
        for turn in range(repeat):
            for i, (ms, joints) in enumerate(_KEYFRAMES[gesture]):
                starting = 0
                for joint, angle in sorted(joints):
                    target = self._place(joint, angle)
                    late = 0
                    if target != at[joint]:
                        late = stagger(starting)
                        starting += 1
                    ms = max(ms, (late + self._motion.joints[joint].ticks_between(at[joint], target)) * TICK_MS)
                    at[joint] = target
                if turn or i:
                    total_ms += -(-ms // TICK_MS) * TICK_MS
        return total_ms
