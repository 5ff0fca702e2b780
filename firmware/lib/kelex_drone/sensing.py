"""The senses: which sensor is read when, what is believed of it, and what of it is an event.

Pure but for the sensors, which are handed in. `step` comes every SENSE_MS; the contacts and the microphone are read
each time, of the others a few each time, so that no step takes long.
"""

from kelex_wire import schema
from kelex_wire.dialect import micropython

from kelex_drone import battery
from kelex_drone.effort import Effort
from kelex_drone.plausibility import ContactWatch, Watch
from kelex_drone.presence import Presence
from kelex_drone.quake import Quake
from kelex_drone.senses import Senses
from kelex_drone.tremor import Tremor

SENSE_MS = 50
CLIMATE_EVERY = 10  # steps between two measurements of the air

(TEMPERATURE, HUMIDITY, LIGHT, SOUND, RANGE, TREMOR, VOLTAGE, LEVEL, CURRENT) = range(9)
PRESENCE, TOUCH, DOOR, DOORBELL, PARTS = range(9, 14)

# What change of a channel is worth a report at once; a louder or softer room is told with the next report. Each is
# several times the noise of its sensor; the battery's level, whole percents, may well go to and fro by one.
DEAD_BANDS = (8, 50, 5, 600, 100, 150, 50, 2, 60, 1, 1, 1, 1, 1)

_CONTACT_EVENTS = (schema.PRESENCE, schema.TOUCH, schema.DOOR)
_MOTION = schema.SEEN.index("motion")
_MINUTE = 60 * 20  # steps
# How long a contact may be active before it counts as stuck: somebody in the room, a hand, an open door, a finger.
PRESENCE_MOST = 120 * _MINUTE
TOUCH_MOST = _MINUTE
DOOR_MOST = 12 * 60 * _MINUTE
DOORBELL_MOST = _MINUTE // 2

# Louder than a sine of full swing for so many readings is no sound but a broken microphone.
LOUDEST_CDB = -300
LOUD_MOST = 40
RANGE_REACH = 2000
# No quake that leaves the house standing shakes like that, in mm/s2 from one reading to the next, all axes together.
MOTION_LEAP = 60000
# After the start a sensor has this many steps for its first reading before its silence is a fault.
SETTLE_STEPS = 60
# A fault is over when the channel was sound for so many steps on end: a loose contact makes no flood of events.
CALM_STEPS = 20


class Sensors:
    """The drivers, by what they sense, and the bus that some of them share. A plain holder."""

    def __init__(self, bus, climate, range, motion, current, analogue, presence, touch, door, doorbell):
        self.bus = bus
        self.climate = climate
        self.range = range
        self.motion = motion
        self.current = current
        self.analogue = analogue
        self.contacts = (presence, touch, door, doorbell)


class Sensing:
    """`senses.values` are the latest readings, in the order of `schema.CHANNELS`, then the faulty parts; `effort`
    judges what the servos draw.
    """

    def __init__(self, link, sensors, limbs):
        self.senses = Senses(DEAD_BANDS)
        self.senses.put(PARTS, 0)
        self._link = link
        self._sensors = sensors
        self._limbs = limbs
        self.bus = sensors.bus
        self.presence = Presence()
        self.quake = Quake()
        self._tremor = Tremor()
        self.x = self.y = self.z = 0  # the last acceleration, mm/s2; all 0 while it is not known
        self._travelled = 0
        self.temperature_offset = self.humidity_offset = self.range_offset = 0  # added to what the sensors say
        self.effort = Effort()
        self._turn = 0
        self._climate_turn = 0
        self._faults = bytearray(len(schema.FAULTS))
        self._calm = bytearray(len(schema.FAULTS))  # steps without a fault, while one is raised
        self._contacts_told = bytearray(len(sensors.contacts))
        self._settling = bytearray([SETTLE_STEPS] * len(schema.FAULTS))
        self.settled = False  # each sensor has had its time for a first reading
        self._all_well = False  # nothing settles, and nothing was faulty at the last look
        # lowest, highest, greatest leap between two readings, equal raw readings until it is stuck
        self._temperature = Watch(-4000, 12500, 600, 60)
        self._humidity = Watch(0, 10000, 1500, 60)
        # A lamp may flicker as it likes; a sensor that is noisy leaps to where no phototransistor can be.
        self._light = Watch(0, 1000, 0x7FFF, 100, silence_leaps=True)
        self._sound = Watch(-9000, LOUDEST_CDB, 0x7FFF, 40, LOUD_MOST)
        self._range = Watch(0, 2000, 400, 200)
        self._motion = Watch(0, 60000, MOTION_LEAP, 40)
        self._battery = Watch(4500, 9000, 500, 200)  # all servos at once pull it down by half of that
        self._current = Watch(0, 3300, 10000, 300)  # 1 A: all eight servos starting at once leap further, but rarely
        self._contacts = (
            ContactWatch(PRESENCE_MOST),
            ContactWatch(TOUCH_MOST),
            ContactWatch(DOOR_MOST, inverted=True),
            ContactWatch(DOORBELL_MOST),
        )

    @micropython.native
    def step(self, now_ms):
        """Read what is due."""
        self._read_contacts(now_ms)
        self._read_microphone()
        self.bus.look()
        self._read_motion()
        self._turn ^= 1
        if self._turn:
            self._read_range()
            self._read_light()
            self._read_climate()
        else:
            self._read_current()
            self._read_battery()
        self._find_faults(now_ms)

    @micropython.native
    def _read_contacts(self, now_ms):
        watches, contacts, told = self._contacts, self._sensors.contacts, self._contacts_told
        for i in range(len(watches)):
            value = watches[i].take(contacts[i].read())
            if i == 0:
                value = self._judge_presence(now_ms, value)
            self.senses.put(PRESENCE + i, value)
            # Told is each change since what was last told, also one that a fault has hidden.
            if value is None or value == told[i]:
                continue
            told[i] = value
            if i == DOORBELL - PRESENCE:
                if value:
                    self._link.notice(now_ms, schema.DOORBELL)
            else:
                self._link.notice(now_ms, _CONTACT_EVENTS[i], value)

    @micropython.native
    def _judge_presence(self, now_ms, moves):
        presence = self.presence
        if presence.put(moves, self.senses.values[RANGE], not self._faults[RANGE]):
            self._link.notice(now_ms, schema.PRESENCE, _MOTION)
        return presence.present

    def _read_microphone(self):
        analogue = self._sensors.analogue
        analogue.listen()
        self.senses.put(SOUND, self._sound.take(analogue.sound_raw, analogue.sound_cdb, 0))

    @micropython.native
    def _read_motion(self):
        motion = self._sensors.motion
        motion.step()
        if not motion.ok:
            self._tremor.reset()
            self.quake.reset()
            self.x = self.y = self.z = 0
            self.senses.put(TREMOR, self._motion.take(None, None, 0))
            return
        self._tremor.put(motion.x, motion.y, motion.z)
        level = self._tremor.level
        way = self._way(motion)
        self.quake.put(way, level, self._limbs.busy)
        self._travelled = (self._travelled + way) & 0x0FFFFFFF  # the leap where it wraps is one, and is forgiven
        self.senses.put(TREMOR, self._motion.take(motion.reading, level, self._travelled))

    @micropython.native
    def _way(self, motion):
        """The way of the acceleration since the last reading, all axes together: a shake goes far, noise farther."""
        way = abs(motion.x - self.x) + abs(motion.y - self.y) + abs(motion.z - self.z)
        self.x = motion.x
        self.y = motion.y
        self.z = motion.z
        return way

    @micropython.native
    def _read_range(self):
        sensor = self._sensors.range
        sensor.step()
        range_mm = sensor.range_mm
        if range_mm is not None and range_mm != RANGE_REACH:
            range_mm = min(max(range_mm + self.range_offset, 0), RANGE_REACH)
        # With nothing in reach it rightly says the same for ever.
        raw = None if range_mm == RANGE_REACH else range_mm
        self.senses.put(RANGE, self._range.take(raw, range_mm, range_mm))

    @micropython.native
    def _read_current(self):
        sensor = self._sensors.current
        sensor.step()
        current = self._current.take(sensor.raw, sensor.current_ma, sensor.raw)
        self.senses.put(CURRENT, current)
        attached = self._limbs.attached()
        # While the readings leap it is the sensor that may be wrong, not the servos.
        believed = current if self._current.is_calm() else None
        self.effort.take(believed, attached, self._limbs.moving, self._limbs.turning)
        self.senses.put(PARTS, self.effort.faulty)

    @micropython.native
    def _read_light(self):
        analogue = self._sensors.analogue
        analogue.read_light()
        self.senses.put(LIGHT, self._light.take(analogue.light_raw, analogue.light_lux, analogue.light_lux))

    @micropython.native
    def _read_battery(self):
        analogue = self._sensors.analogue
        analogue.read_battery()
        millivolts = self._battery.take(analogue.battery_raw, analogue.battery_mv, analogue.battery_mv)
        self.senses.put(VOLTAGE, millivolts)
        self.senses.put(LEVEL, None if millivolts is None else battery.level(millivolts))

    @micropython.native
    def _read_climate(self):
        climate = self._sensors.climate
        self._climate_turn -= 1
        if self._climate_turn >= 0:
            return
        if not climate.step():  # it measures now; the answer is there at the next turn
            self._climate_turn = 0
            return
        self._climate_turn = CLIMATE_EVERY // 2
        temperature, humidity = climate.temperature, climate.humidity
        if temperature is not None:
            temperature += self.temperature_offset
        if humidity is not None:
            humidity = min(max(humidity + self.humidity_offset, 0), 10000)
        self.senses.put(TEMPERATURE, self._temperature.take(temperature, temperature, temperature))
        self.senses.put(HUMIDITY, self._humidity.take(humidity, humidity, humidity))

    @micropython.native
    def _find_faults(self, now_ms):
        """An event for each channel or part that is newly faulty or newly sound."""
        values, faults, settling = self.senses.values, self._faults, self._settling
        if self._all_well and None not in values and not values[PARTS]:
            return
        self._all_well = True
        self.settled = True
        for i in range(len(faults)):
            faulty = values[i] is None if i < PARTS else values[PARTS]
            if faulty or faults[i] or settling[i]:
                self._all_well = False
            if settling[i]:
                settling[i] = settling[i] - 1 if faulty else 0
                if settling[i]:
                    self.settled = False
            elif faulty:
                self._calm[i] = 0
                if not faults[i]:
                    faults[i] = 1
                    self._link.notice(now_ms, schema.FAULT, i, 1)
            elif faults[i]:
                self._calm[i] += 1
                if self._calm[i] >= CALM_STEPS:
                    self._faults[i] = 0
                    self._link.notice(now_ms, schema.FAULT, i, 0)
