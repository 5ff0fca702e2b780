"""What the drone does while no host talks to it: the safe pose, and its own alarms, to be seen and heard.

Nobody but the drone hears the infant then, so a cry is an emergency, and an emergency is loud in quiet mode too. All
else that is wrong is then shown by the eye alone. A hand on the touch pad silences what stands, until something worse
comes. Pure. `step` comes with the senses; nothing is allocated unless something changes.
"""

from kelex_wire.drone_link import HOST_SILENT_MS, elapsed_ms
from kelex_wire.poses import SAFE
from kelex_wire.tones import TONES

from kelex_drone.alarms import EXTREME, HOST_SILENT, MINOR, NONE
from kelex_drone.dialect import micropython
from kelex_drone.eye import BLINK
from kelex_drone.reflexes import HEAT, LOW_BATTERY, TILT

# So long after the host's last word. An infant's cry is heard within 5 s of its start, so the tone within 10 s of it
# even where the host dies between the two.
SILENT_MS = 3000
# Without haste: nobody watches.
RETREAT_MS = 2000
# Urgency: nothing; to be seen, and heard unless it is quiet; to be heard.
CALM, WRONG, EMERGENCY = 0, 1, 2
RED = 0xFF0000
# Of WRONG and EMERGENCY: the notes, and from one time to the next.
_TONES = dict(TONES)
_NOTES = (None, _TONES["alert"], _TONES["alarm"])
_EVERY_MS = (0, 15000, 4000)
# What nobody has taken note of sounds so often, though it be over.
TIMES_OWED = 3


class Failsafe:
    """`active` is 1 while it holds, else 0."""

    def __init__(self, now_ms, link, limbs, signals, alarms, reflexes):
        self.active = 0
        self._link = link
        self._limbs = limbs
        self._signals = signals
        self._alarms = alarms
        self._reflexes = reflexes
        self._heard_ms = now_ms
        self._limit_ms = SILENT_MS
        self._has_host = False
        self._retreats = False  # it has yet to go to its safe pose
        self._urgency = CALM
        self._owed = 0
        self._owed_urgency = CALM
        self._hushed = False
        self._sounded_ms = 0
        self._is_silent = True  # since the last change nothing has sounded
        self._eye = None  # what the eye showed before the alarm

    @micropython.native
    def step(self, now_ms, touched):
        """See whether the host is silent, and do what is to be done then."""
        self._look(touched)
        if self._link.host_heard:
            self.end(now_ms)
            self._has_host = True
            if not self._link.events_waiting():
                self._owed = 0
            return
        if self._has_host:  # the link has found out just now, and that takes it so long
            self._has_host = False
            self._heard_ms = now_ms
            self._limit_ms = SILENT_MS - HOST_SILENT_MS
        if not self.active:
            if elapsed_ms(now_ms, self._heard_ms) < self._limit_ms:
                return
            self._begin(now_ms)
        if self._retreats and self._limbs.retreat(now_ms, SAFE, RETREAT_MS):
            self._retreats = False
        self._show(now_ms)

    def end(self, now_ms):
        """The host is back: all is its business again."""
        if not self.active:
            return
        self.active = 0
        self._retreats = False
        if self._eye is not None:
            self._signals.hush()
            self._restore_eye(now_ms)
        self._alarms.put(now_ms, HOST_SILENT, NONE, elapsed_ms(now_ms, self._heard_ms) // 1000)

    def _begin(self, now_ms):
        self.active = 1
        self._retreats = True
        self._is_silent = True
        self._alarms.put(now_ms, HOST_SILENT, MINOR, self._limit_ms // 1000)

    @micropython.native
    def _look(self, touched):
        """How urgent it is now; what becomes worse is owed to whoever may hear it."""
        urgency = self._judge()
        if urgency > self._urgency:
            self._owed = TIMES_OWED
            self._owed_urgency = urgency
            self._hushed = False
            self._is_silent = True
        elif touched == 1:
            self._hushed = True
            self._owed = 0
        self._urgency = urgency

    @micropython.native
    def _judge(self):
        alarms, reflexes = self._alarms, self._reflexes
        worst = 0
        for i in range(HOST_SILENT):
            worst = max(worst, alarms.levels[i])
        if (alarms.crying and alarms.watch) or worst == EXTREME or reflexes.holds(HEAT):
            return EMERGENCY
        return WRONG if worst or reflexes.holds(LOW_BATTERY) or reflexes.holds(TILT) else CALM

    def _show(self, now_ms):
        """Eye and tone of what is wrong, or was and nobody took note of it."""
        signals = self._signals
        urgency = CALM if self._hushed else self._urgency
        if self._owed:
            urgency = max(urgency, self._owed_urgency)
        if urgency == CALM:
            self._restore_eye(now_ms)
            return
        if self._eye is None:
            self._eye = signals.eye.color, signals.eye.effect
            signals.eye.set(now_ms, RED, BLINK)
        if not self._is_silent and elapsed_ms(now_ms, self._sounded_ms) < _EVERY_MS[urgency]:
            return
        self._is_silent = False
        self._sounded_ms = now_ms
        self._owed = max(self._owed - 1, 0)
        if urgency == EMERGENCY or not signals.quiet:
            signals.alarm(now_ms, _NOTES[urgency])

    def _restore_eye(self, now_ms):
        if self._eye is not None:
            self._signals.eye.set(now_ms, *self._eye)
            self._eye = None
