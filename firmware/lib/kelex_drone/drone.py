"""The cyclic executive: each part is stepped when it is due, and between the steps the board rests.

Pure; time and bytes come in, bytes go out in `link.tx`; the parts (servos, sensors) are handed in. In a tick that
sends no frame nothing is allocated, so the heap stays as it is and no collection ever comes at a bad moment.
"""

from kelex_wire import schema
from kelex_wire.dialect import micropython
from kelex_wire.drone_link import elapsed_ms

from kelex_drone.alarms import Alarms
from kelex_drone.failsafe import Failsafe
from kelex_drone.figures import figures
from kelex_drone.group import Group
from kelex_drone.joint import TICK_MS
from kelex_drone.limbs import Limbs
from kelex_drone.listening import Listening
from kelex_drone.pairing import Pairing
from kelex_drone.reflexes import Reflexes
from kelex_drone.reports import Reports
from kelex_drone.sensing import SENSE_MS, TOUCH, Sensing
from kelex_drone.settings import Settings
from kelex_drone.signals import Signals
from kelex_drone.spool import Spool
from kelex_drone.standing import Standing
from kelex_drone.tuning import Tuning

STATS_MS = 5000
# From a reboot's verdict to the reset: time enough for the answer to cross the cable.
REBOOT_MS = 200
# And what its events, which live in memory only, get at most.
REBOOT_MOST_MS = 3000
# A frame of the microphone's samples.
LISTEN_MS = 32
# A look at the world takes up to three steps: read, judge what was read, tell the host.
SENSE, JUDGE, TELL = 0, 1, 2
_TICKS = 0x3FFFFFFF


class Drone:
    """`servos` in the order of `schema.JOINTS`; `sensors` a `Sensors`; `outputs` are pixels, buzzer and relay.

    `health()` gives (idle permille, free heap bytes, reset cause); `reset()` starts the board again; `store` is what
    outlives that (see store.py), `firmware` the version that runs (see standing.py).
    """

    def __init__(self, now_ms, link, motion, servos, sensors, outputs, health, reset, store, firmware):
        self.link = link
        self.motion = motion
        self.limbs = Limbs(link, motion, servos, self._body_changed)
        self.signals = Signals(link, *outputs)
        self.sensing = Sensing(link, sensors, self.limbs)
        self.listening = Listening(link, sensors.analogue.converter, self.signals.melody)
        self.reflexes = Reflexes(link, self.sensing, self.limbs)
        self.alarms = Alarms(link, self.sensing.senses, self.sensing.quake)
        self.failsafe = Failsafe(now_ms, link, self.limbs, self.signals, self.alarms, self.reflexes)
        self.pairing = Pairing(link, self.limbs, store.keep_pairing)
        self.settings = Settings(store.settings(), store.keep_settings)
        self.tuning = Tuning(link, self.settings, self.limbs, self.signals, self.sensing, self.alarms)
        self.spool = Spool(now_ms, link, store.spooled(), store.keep_spool)
        self._health = health
        self._reset = reset
        self._firmware = firmware
        self.standing = Standing(now_ms, link, self.limbs, firmware)
        self._reboot_ms = -1
        self.reports = Reports(now_ms, link, self.limbs, self.signals, self.sensing, self.failsafe)
        self._greetings = 0
        self._next = SENSE
        self.limbs.wake(now_ms)
        self._moves = Group(TICK_MS)
        self._moves.start(now_ms)
        self._sense = Group(SENSE_MS)
        self._listen = Group(LISTEN_MS)
        self._stats = Group(STATS_MS)
        if firmware.why and not firmware.told:
            link.notice(now_ms, schema.ROLLED_BACK, firmware.given_up, firmware.slot, firmware.why)
        self._sense.start(now_ms)
        self._stats.start((now_ms + 1000) & _TICKS)
        self._orders = {
            schema.ORDER_MOVE: self.limbs.order_move,
            schema.ORDER_GESTURE: self.limbs.order_gesture,
            schema.ORDER_EYE: self.signals.order_eye,
            schema.ORDER_TONE: self.signals.order_tone,
            schema.ORDER_HOLODISK: self.signals.order_holodisk,
            schema.ORDER_QUIET: self._order_quiet,
            schema.ORDER_IDENTIFY: self.signals.order_identify,
            schema.ORDER_REBOOT: self._order_reboot,
            schema.ORDER_MAINTENANCE: self._order_maintenance,
            schema.ORDER_SETTINGS: self.tuning.order_settings,
            schema.ORDER_PAIR: self.pairing.order_pair,
            schema.ORDER_UNPAIR: self.pairing.order_unpair,
        }

    @micropython.native
    def receive(self, now_ms, data):
        """Take bytes from the host and obey the orders in them."""
        self.link.receive(now_ms, data)
        if self.link.greetings != self._greetings:
            # A cable that was out has lost what was told: who greets hears at once how he stands and what he senses.
            self._greetings = self.link.greetings
            self.reports.told = None
            self.sensing.senses.forget()
        if self.failsafe.active and self.link.host_heard:
            self.reports.tell_body(now_ms)  # so that the host hears where it finds him
            self.failsafe.end(now_ms)
        while self.link.orders:
            number, order = self.link.orders.pop(0)
            self._obey(now_ms, number, order)

    def _obey(self, now_ms, number, order):
        was_busy = self.limbs.busy
        if number == schema.ORDER_STOP:
            self.limbs.order_stop(now_ms, order)
        elif number == schema.ORDER_STATS:
            self.link.answer(schema.STATS_TOLD, order.order, *self._figures())
        elif number not in self._orders:
            self.limbs.refuse(now_ms, order, "unknown_verb")
        elif not self.link.has_room_for_events():
            # Each order ends in an event: one that could not be told of is not begun.
            self.link.answer(schema.REFUSED, order.order, schema.REFUSALS.index("busy"))
        else:
            self._orders[number](now_ms, order)
            if number in (schema.ORDER_EYE, schema.ORDER_HOLODISK, schema.ORDER_QUIET, schema.ORDER_SETTINGS):
                self._body_changed(now_ms)
        if self.limbs.busy and not was_busy:
            self._moves.start(now_ms)

    @micropython.native
    def step(self, now_ms):
        """Do all that is due; milliseconds until something is due again."""
        signals, limbs = self.signals, self.limbs
        moves = limbs.busy and self._moves.is_due(now_ms)
        if moves:
            limbs.step(now_ms)
        if limbs.gesturing.wait_ms(now_ms) == 0:
            was_busy = limbs.busy
            limbs.step_pause(now_ms)
            if not was_busy:
                self._moves.start(now_ms)
        if signals.melody.playing:
            signals.step_melody(now_ms)
        # Never two of them in one step: so an order waits for one of them at most.
        if not moves:
            if self._next == JUDGE:
                self._judge(now_ms)
            elif self._next == TELL:
                self._next = SENSE
                self.reports.tell(now_ms)
            elif self._stats.is_due(now_ms):
                if self.link.host_heard:
                    self.link.telemetry(schema.STATS, now_ms, *self._figures())
            elif self._sense.is_due(now_ms):
                self.sensing.step(now_ms)
                self._next = JUDGE
                return 0  # that is long enough for a step; the link's comes at once, with what this one makes of it
            elif self.listening.awake and self._listen.is_due(now_ms) and self.listening.step(now_ms):
                self._listen.start(now_ms)
        self.link.step(now_ms)
        if self._reboot_ms >= 0:
            since_ms = elapsed_ms(now_ms, self._reboot_ms)
            if since_ms >= REBOOT_MOST_MS or (since_ms >= REBOOT_MS and not self.link.events_waiting()):
                self._reboot_ms = -1
                self._reset()
        return self._wait_ms(now_ms)

    @micropython.native
    def _wait_ms(self, now_ms):
        if self._next != SENSE:
            return 0
        wait = min(self._sense.wait_ms(now_ms), self.link.due_ms(now_ms))
        if self.limbs.busy:
            wait = min(wait, self._moves.wait_ms(now_ms))
        if self.listening.awake:
            wait = min(wait, self._listen.wait_ms(now_ms))
        pause = self.limbs.gesturing.wait_ms(now_ms)
        if pause is not None:
            wait = min(wait, pause)
        if self.signals.melody.playing:
            wait = min(wait, self.signals.melody.wait_ms(now_ms))
        return wait

    def _order_quiet(self, now_ms, order):
        self.motion.set_quiet(order.on)
        self.signals.order_quiet(now_ms, order)
        self.tuning.keep_quiet(order.on)

    def _order_reboot(self, now_ms, order):
        self._start_again(now_ms, order, "rebooting")

    def _order_maintenance(self, now_ms, order):
        self._firmware.order_maintenance()
        self._start_again(now_ms, order, "maintenance")

    def _start_again(self, now_ms, order, deed):
        self.link.answer(schema.ACCEPTED, order.order, REBOOT_MS)
        self.link.event(now_ms, schema.DID, order.order, schema.DEEDS.index(deed))
        self._reboot_ms = now_ms

    @micropython.native
    def _judge(self, now_ms):
        if not self.listening.awake:
            self.listening.watch(now_ms)
            self._listen.start(now_ms)
        was_busy = self.limbs.busy
        self.reflexes.step(now_ms)
        self.alarms.crying = self.listening.crying
        self.alarms.step(now_ms)
        touched = self.sensing.senses.values[TOUCH]
        self.failsafe.step(now_ms, touched)
        self.limbs.step_rest(now_ms)
        busy = self.limbs.busy
        if busy and not was_busy:
            self._moves.start(now_ms)
        # Never both in one step: each holds all else up.
        if self.spool.step(now_ms, not busy) or self.settings.step(now_ms, not busy):
            self._sense.excused = self._stats.excused = True
        self.pairing.step(now_ms, touched)
        self.signals.step_eye(now_ms)
        self.standing.step(now_ms)
        self._next = SENSE
        if not self.link.host_heard:
            self.reports.told = None
        elif self.reports.has_news(now_ms):
            self._next = TELL

    def _body_changed(self, _now_ms):
        """Something of the body began or ended: it is told in the next step, for this one has done enough."""
        self.reports.told = None
        if self._next == SENSE:
            self._next = TELL

    def _figures(self):
        overruns = self._moves.overruns + self._sense.overruns
        return figures(self.link, overruns, self.spool, self.settings, self._firmware, self._health(), self.sensing.bus)
