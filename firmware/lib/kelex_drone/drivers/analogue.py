"""All analogue inputs: light, microphone, battery. They share one converter, which `converter.py` owns.

Light: a phototransistor TEMT6000 (0.5 uA per lux, datasheet) into 10 kOhm on the board, with 100 kOhm to 3.3 V at the
sensor's end of the cable: in the dark that leaves 300 mV, so a cut cable (0 V) is not taken for a dark room.
Microphone: an electret with its amplifier (MAX4466), which rests at half the supply. Battery: through 30 and 10 kOhm.
"""

from kelex_wire.dialect import micropython

from kelex_drone.drivers.converter import Converter, make_input
from kelex_drone.loudness import decibels, squares_of, sum_of

FULL_MV = 3300
LIGHT_DARK_MV = 300
LIGHT_LEAST = 186  # counts of 12 bits: 150 mV
LIGHT_MOST = 4040  # 3255 mV, since the transistor itself keeps 0.1 V
LIGHT_UV_PER_LUX = 4545
BATTERY_RATIO = 4
# How loud it is is judged by so many of the last 256 samples (32 ms).
SAMPLES = 32
# The amplifier's rest, in counts of 12 bits, and how far off it a sound microphone's may be. A burst may hold half a
# period of a sound, so the rest is the mean of many: this share of each new one, in bits (16 bursts: 0.8 s).
REST = 2048
REST_MOST_OFF = 1600
REST_SHARE = 4
# Lamps flicker a hundred times a second: only the mean of many readings (8: 0.8 s) is the light of a room.
LIGHT_SHARE = 3


class Analogue:
    """Each method reads one part, at once. Raw readings are sums of counts: they change with the least noise."""

    def __init__(self, light_gpio, microphone_gpio, battery_gpio):
        self.converter = Converter(microphone_gpio)
        for gpio in (light_gpio, battery_gpio):
            make_input(gpio)
        self._light_gpio = light_gpio
        self._battery_gpio = battery_gpio
        self.light_raw = 0
        self._light_mean = -1  # of light_raw, in 1/16; -1 before the first
        self._rest = 0  # the amplifier's, off REST, in counts / 256
        self.light_lux = None
        self.battery_raw = 0
        self.battery_mv = None
        self.sound_raw = 0
        self.sound_cdb = None  # hundredths of dB, relative to full scale

    @micropython.native
    def read_light(self):
        """Set `light_raw` and `light_lux`, the latter None where no phototransistor can be."""
        total = 0
        is_wild = False
        for _ in range(4):
            count = self.converter.read(self._light_gpio, 1)
            total += count
            if not LIGHT_LEAST <= count <= LIGHT_MOST:
                is_wild = True
        self.light_raw = total
        if is_wild:
            self.light_lux = None
            self._light_mean = -1
            return
        if self._light_mean < 0:
            self._light_mean = self.light_raw << 4
        else:
            self._light_mean += (self.light_raw << 4) - self._light_mean >> LIGHT_SHARE
        mv = (self._light_mean >> 4) * FULL_MV >> 14
        self.light_lux = max((mv - LIGHT_DARK_MV) * 1000 // LIGHT_UV_PER_LUX, 0)

    @micropython.native
    def read_battery(self):
        """Set `battery_raw` and `battery_mv`."""
        self.battery_raw = self.converter.read(self._battery_gpio, 4)
        self.battery_mv = self.battery_raw * FULL_MV * BATTERY_RATIO >> 14

    @micropython.native
    def listen(self):
        """Judge the last samples: set `sound_raw` and `sound_cdb`, None where the amplifier is not at its rest."""
        ring, at = self.converter.ring, self.converter.newest()
        total = sum_of(ring, at)
        squares = squares_of(ring, at)
        # Of the distances from REST, all below 2^30.
        squares += SAMPLES * REST * REST - 2 * REST * total
        total -= SAMPLES * REST
        self.sound_raw = squares + total
        self._rest += (total << 8) // SAMPLES - self._rest >> REST_SHARE
        rest = self._rest >> 8
        if squares == 0 or abs(rest) > REST_MOST_OFF:
            self.sound_cdb = None
        else:
            # The mean square of the ways from the rest.
            self.sound_cdb = decibels(max((squares - 2 * rest * total) // SAMPLES + rest * rest, 0))
