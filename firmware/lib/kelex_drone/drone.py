"""The cyclic executive: each part is stepped when it is due, and between the steps the board rests.

Pure: time and bytes come in, bytes go out in `link.tx`; the parts (servos, sensors) are handed in. In a tick that
sends no frame nothing is allocated, so the heap stays as it is and no collection ever comes at a bad moment.
"""

from kelex_wire import schema
from kelex_wire.drone_link import elapsed_ms

from kelex_drone.motion import TICK_MS

SENSE_MS = 50
CLIMATE_EVERY = 10  # sense steps between two steps of the climate sensor
BODY_MOVING_MS = 60
BODY_RESTING_MS = 2000
STATS_MS = 5000
_TICKS = 0x3FFFFFFF

# Channels of the senses record, after its time.
TEMPERATURE, HUMIDITY, PRESENCE = 0, 1, 2
DEAD_BANDS = (5, 50, 1)


class Group:
    """Something that is due every `period_ms`; counts the times it came a whole period late."""

    def __init__(self, period_ms):
        self.period_ms = period_ms
        self.overruns = 0
        self._due_ms = 0

    def start(self, now_ms):
        self._due_ms = now_ms

    def is_due(self, now_ms):
        """Whether it is due; if so, it is next due a period later."""
        late = elapsed_ms(now_ms, self._due_ms)
        if late > _TICKS >> 1:
            return False
        if late >= self.period_ms:
            self.overruns = (self.overruns + 1) & 0xFFFF
            self._due_ms = now_ms
        self._due_ms = (self._due_ms + self.period_ms) & _TICKS
        return True

    def wait_ms(self, now_ms):
        """Milliseconds until it is due."""
        wait = elapsed_ms(self._due_ms, now_ms)
        return 0 if wait > _TICKS >> 1 else wait


class Drone:
    """`servos` in the order of `schema.JOINTS`; `health()` gives (idle permille, free heap bytes, reset cause)."""

    def __init__(self, now_ms, link, motion, senses, servos, pir, climate, health):
        self.link = link
        self.motion = motion
        self.senses = senses
        self._servos = servos
        self._pir = pir
        self._climate = climate
        self._health = health
        self._moves = Group(TICK_MS)
        self._sense = Group(SENSE_MS)
        self._stats = Group(STATS_MS)
        self._body_told_ms = now_ms
        self._climate_turn = 0
        self._sense.start(now_ms)
        self._stats.start((now_ms + 1000) & _TICKS)

    def receive(self, now_ms, data):
        """Take bytes from the host and obey the orders in them."""
        self.link.receive(now_ms, data)
        while self.link.orders:
            number, order = self.link.orders.pop(0)
            if number == schema.ORDER_MOVE:
                self._order_move(now_ms, order)
            elif number == schema.ORDER_STOP:
                self._order_stop(now_ms, order)
            else:
                self._refuse(now_ms, order, "unknown_verb")

    def step(self, now_ms):
        """Do all that is due; milliseconds until something is due again."""
        if self.motion.moving and self._moves.is_due(now_ms):
            self._step_motion(now_ms)
        if self._sense.is_due(now_ms):
            self._step_senses(now_ms)
        if self._stats.is_due(now_ms):
            self._tell_stats(now_ms)
        self.link.step(now_ms)
        wait = min(self._sense.wait_ms(now_ms), self.link.due_ms(now_ms))
        if self.motion.moving:
            wait = min(wait, self._moves.wait_ms(now_ms))
        return wait

    # Motion

    def _order_move(self, now_ms, order):
        targets = order[3:]
        if targets.count(None) == len(targets):
            self._refuse(now_ms, order, "wrong_type")
            return
        if not self.link.has_room_for_events():
            # Each move ends in an event: one that could not be told of is not begun.
            self.link.answer(schema.REFUSED, order.order, schema.REFUSALS.index("busy"))
            return
        if not self.motion.fits(targets):
            self._refuse(now_ms, order, "out_of_range")
            return
        granted_ms, interrupted = self.motion.begin(now_ms, order.order, targets, order.duration_ms)
        self.link.answer(schema.MOVE_GRANTED, order.order, granted_ms, *targets)
        for other in interrupted:
            self.link.event(now_ms, schema.MOVE_INTERRUPTED, other)
        self._moves.start(now_ms)

    def _order_stop(self, now_ms, order):
        interrupted = self.motion.stop()
        self.link.answer(schema.STOPPED, order.order, *[joint.position for joint in self.motion.joints])
        for other in interrupted:
            self.link.event(now_ms, schema.MOVE_INTERRUPTED, other)
        self._tell_body(now_ms)

    def _refuse(self, now_ms, order, reason):
        number = schema.REFUSALS.index(reason)
        self.link.answer(schema.REFUSED, order.order, number)
        self.link.event(now_ms, schema.MOVE_REFUSED, order.order, number)

    def _step_motion(self, now_ms):
        # A pulse written now holds for the coming period: write where the joint should be at its end.
        ahead_ms = (now_ms + TICK_MS) & _TICKS
        done = self.motion.step(ahead_ms)
        for i in range(len(self._servos)):
            joint = self.motion.joints[i]
            if joint.known:
                self._servos[i].turn(joint.position)
        while done is not None:
            self.link.event(now_ms, schema.MOVE_DONE, done)
            self._tell_body(now_ms)
            done = self.motion.step(ahead_ms)

    # Telemetry

    def _step_senses(self, now_ms):
        present = self._pir.read()
        if self.senses.put(PRESENCE, present):
            self.link.event(now_ms, schema.PRESENCE, present)
        self._climate_turn -= 1
        if self._climate_turn < 0:
            if self._climate.step():
                self._climate_turn = CLIMATE_EVERY
            else:
                self._climate_turn = 0
            self.senses.put(TEMPERATURE, self._climate.temperature)
            self.senses.put(HUMIDITY, self._climate.humidity)
        if not self.link.host_heard:
            return
        if self.senses.worth_telling(now_ms):
            self.senses.told(now_ms)
            self.link.telemetry(schema.SENSES, now_ms, *self.senses.values)
        period_ms = BODY_MOVING_MS if self.motion.moving else BODY_RESTING_MS
        if elapsed_ms(now_ms, self._body_told_ms) >= period_ms:
            self._tell_body(now_ms)

    def _tell_body(self, now_ms):
        self._body_told_ms = now_ms
        positions = [joint.position for joint in self.motion.joints]
        self.link.telemetry(schema.BODY, now_ms, 1 if self.motion.moving else 0, *positions)

    def _tell_stats(self, now_ms):
        link = self.link
        if not link.host_heard:
            return
        idle, heap_free, reset_cause = self._health()
        link.telemetry(
            schema.STATS,
            now_ms,
            idle,
            (self._moves.overruns + self._sense.overruns) & 0xFFFF,
            heap_free,
            link.frames_refused,
            link.orders_repeated,
            link.telemetry_skipped,
            link.events_waiting(),
            link.events_dropped,
            reset_cause,
        )
