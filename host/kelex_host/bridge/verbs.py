"""Every verb once: its scope, fields, units and limits. Validation, command line and contract derive from it."""

from __future__ import annotations

from kelex_wire import gestures, tones
from kelex_wire.body import SETTINGS, TRIM_MOST
from kelex_wire.poses import POSES
from kelex_wire.schema import EYE_EFFECTS, JOINTS, MAX_MOVE_MS

from kelex_host.bridge.house_verbs import HOUSE
from kelex_host.bridge.verb import Field, Verb

__all__ = ["BY_NAME", "RANGES", "VERBS", "Field", "Verb", "scopes_of"]

RANGES = {name: (low / 100, high / 100) for name, low, high in JOINTS}
_HOUR_S = 3600
# What is about a drone's port, and not for the drone.
LEND = "lend"
LEND_S = 300
# Longer than an update takes at a slow board; who asked gives it back at the end, unless he is killed meanwhile.
LEND_FOR_UPDATE_S = 900
_TRIM = TRIM_MOST / 100
_KEPT = {name: (False, low, high, unit) for name, _, unit, low, high in SETTINGS}
# How many times as fast as ours a simulated house's time may run.
SPEED_LEAST, SPEED_MOST = 0.1, 1000.0


def _id(name: str, help: str) -> Field:
    return Field(name, "text", help, True, 1, 64)


def _seconds(default: float) -> Field:
    return Field("seconds", "number", f"for how long (default {default:g})", False, 0, _HOUR_S, "s")


_DURATION = Field("duration_ms", "integer", "lengthened where limits ask for it", False, 0, MAX_MOVE_MS, "ms")
_WHICH = Field("drone", "text", "which drone (default: the first)", False, 1, 64)
_JOINT = Field("joint", "text", "which joint", choices=tuple(RANGES))

# fmt: off
_DRONE = (
    Verb("drone", "look", "Turn the head.", "look 30 -10 --duration-ms 800", (
        Field("pan", "number", "to the left is negative", True, *RANGES["head_pan"], "degrees"),
        Field("tilt", "number", "down is negative", True, *RANGES["head_tilt"], "degrees"),
        _DURATION,
    )),
    Verb("drone", "move", "Move joints.", "move left_elbow=45 right_elbow=30", (
        Field("joints", "angles", "joints and where they go, in degrees"),
        _DURATION,
    )),
    Verb("drone", "pose", "Take a pose.", "pose attention", (
        Field("name", "text", "which one", choices=tuple(name for name, _ in POSES)),
        _DURATION,
    )),
    Verb("drone", "gesture", "Make a gesture.", "gesture wave --repeat 2", (
        Field("name", "text", "which one", choices=gestures.NAMES),
        Field("repeat", "integer", "how often", False, 1, gestures.REPEAT_MOST, "times"),
    )),
    Verb("drone", "eye", "Light the eye.", "eye blue --effect breathe", (
        Field("color", "color", "#rrggbb or a name"),
        Field("effect", "text", "how it shines (default: steady)", False, choices=EYE_EFFECTS),
    )),
    Verb("drone", "tone", "Sound a tone, unless quiet mode mutes it.", "tone chime", (
        Field("name", "text", "one of the tones, or give a frequency", False, choices=tones.NAMES, positional=True),
        Field("frequency_hz", "integer", "pitch", False, tones.HZ_LEAST, tones.HZ_MOST, "Hz"),
        Field("duration_ms", "integer", "how long", False, 1, tones.MS_MOST, "ms"),
    ), one_of=(("name",), ("frequency_hz", "duration_ms"))),
    Verb("drone", "holodisk", "Switch the holo-disk.", "holodisk on", (Field("on", "boolean", "on or off"),)),
    Verb("drone", "quiet", "Switch this drone's quiet mode: slow, and no tones.", "quiet on", (
        Field("on", "boolean", "on or off"),
    )),
    Verb("drone", "stop", "Stop everything in motion, at once.", "stop"),
    Verb("drone", "identify", "Show which drone it is: eye and chime.", "identify"),
    Verb("drone", "stats", "The drone's own figures.", "stats"),
    Verb("drone", "calibration", "What the drone keeps: trims, limits, offsets, presence.", "calibration"),
    Verb("drone", "calibrate", "Change what the drone keeps of a joint.", "calibrate head_pan --trim 2.5 --as jor-el", (
        Field("joint", "text", "whose trim and limits", choices=tuple(RANGES)),
        Field("trim", "number", "what is added to its angle for its servo", False, -_TRIM, _TRIM, "degrees"),
        Field("low", "number", "its lowest angle", False, -90, 90, "degrees"),
        Field("high", "number", "its highest angle", False, -90, 90, "degrees"),
    ), guarded=True),
    Verb("drone", "offset", "Change what the drone adds to its readings.", "offset --temperature -1.5 --as jor-el", (
        Field("temperature", "number", "added to the temperature measured", False, -10, 10, "°C"),
        Field("humidity", "number", "added to the humidity measured", False, -20, 20, "%"),
        Field("range_mm", "integer", "added to the range measured", False, -200, 200, "mm"),
    ), guarded=True),
    Verb("drone", "detect", "Change what the drone takes for somebody's presence, once something moves.",
         "detect --hold-s 30 --as jor-el", (
        Field("near_mm", "integer", "what comes nearer than this is somebody", *_KEPT["presence_near"]),
        Field("again_s", "integer", "what moves again within so long is somebody", *_KEPT["presence_again"]),
        Field("hold_s", "integer", "how long somebody counts as there who does not move", *_KEPT["presence_hold"]),
    ), guarded=True),
    Verb("drone", "reboot", "Start the drone's board again.", "reboot --as jor-el", guarded=True),
    Verb("drone", "maintenance", "Have the drone give its prompt to whom is at its cable, for a new version.",
         "maintenance --as jor-el", guarded=True),
    Verb("drone", LEND, "Lend the drone's port to another program, such as `kelex flash`.", "lend --as jor-el", (
        Field("seconds", "integer", f"for how long (default {LEND_S}); 0: take it back", False, 0, _HOUR_S, "s"),
    ), guarded=True),
    Verb("drone", "pair", "Have the drone obey this house alone.", "pair --as jor-el", guarded=True),
    Verb("drone", "unpair", "Have the drone obey any house at its cable.", "unpair --as jor-el", guarded=True),
)

_WORLD = (
    Verb("world", "enter", "A member comes into a room.", "world enter lara nursery", (
        _id("member", "who"), _id("room", "where"),
    )),
    Verb("world", "leave", "A member leaves the house.", "world leave lara", (_id("member", "who"),)),
    Verb("world", "climate", "Set the air of a room.", "world climate nursery --celsius 31", (
        _id("room", "which"),
        Field("celsius", "number", "temperature", False, -40, 85, "°C"),
        Field("humidity", "number", "relative humidity", False, 0, 100, "%"),
    )),
    Verb("world", "light", "Set the light of a room.", "world light nursery 20", (
        _id("room", "which"), Field("lux", "number", "illuminance", True, 0, 600, "lx"),
    )),
    Verb("world", "cry", "The infant cries.", "world cry --seconds 5", (_seconds(10),)),
    Verb("world", "ring", "Somebody rings the doorbell.", "world ring", (
        Field("who", "text", "who it is", False, 1, 64, positional=True), _WHICH,
    )),
    Verb("world", "touch", "Somebody touches the drone.", "world touch", (_seconds(0.5), _WHICH)),
    Verb("world", "door", "Open or close the door.", "world door on --seconds 5", (
        Field("open", "boolean", "open or not"),
        Field("seconds", "number", "for how long it stays open (default: for good)", False, 0, _HOUR_S, "s"),
        _WHICH,
    )),
    Verb("world", "tremor", "The ground trembles.", "world tremor --magnitude 3", (
        Field("magnitude", "number", "peak acceleration (default 2)", False, 0, 20, "m/s²"), _seconds(5),
    )),
    Verb("world", "intruder", "Somebody stands before the drone.", "world intruder --range-mm 500", (
        Field("range_mm", "number", "how far away (default 600)", False, 30, 2000, "mm"), _seconds(5), _WHICH,
    )),
    Verb("world", "hand", "A hand is in an arm's way.", "world hand right_elbow", (_JOINT, _seconds(2), _WHICH)),
    Verb("world", "servo_load", "Something holds a joint.", "world servo_load left_elbow", (
        _JOINT, _seconds(2), _WHICH,
    )),
    Verb("world", "battery", "Charge or drain the battery.", "world battery 15", (
        Field("level", "number", "charge left", True, 0, 100, "%"), _WHICH,
    )),
    Verb("world", "fault", "A part fails.", "world fault range absent --seconds 5", (
        _id("part", "a sensor, by its name, its model or a channel; a joint; or `bus`, which the I2C sensors share"),
        Field("kind", "text", "how", choices=("stuck", "absent", "nan", "noisy", "stall")),
        _seconds(10),
        _WHICH,
    )),
    Verb("world", "unplug", "Pull a drone's cable, and put it back.", "world unplug kelex --seconds 5", (
        _id("drone", "which"), _seconds(2),
    )),
    Verb("world", "contact", "How somebody behaves when called.", "world contact dru-zod refuse", (
        _id("contact", "who"),
        Field("behaviour", "text", "what then", choices=("answer", "refuse", "silent", "hangup")),
        Field("after_s", "number", "after how long (default 2)", False, 0, _HOUR_S, "s"),
    )),
    Verb("world", "day", "Play the day at the house of El, moment after moment.", "world day"),
    Verb("world", "speed", "Change how fast time runs, in a house begun with --speed.", "world speed 10", (
        Field("times", "number", "so many times as fast as ours", True, SPEED_LEAST, SPEED_MOST, "times"),
    )),
    Verb("world", "truth", "What the simulated hardware really does now.", "world truth"),
)
# fmt: on

VERBS = _DRONE + HOUSE + _WORLD
# Of the world's verbs, those that are not for the simulation: whoever runs the house plays a day, and paces its time.
PLAYED = frozenset({"day", "speed"})
BY_NAME = {(verb.scope, verb.name): verb for verb in VERBS}


def scopes_of(name: str) -> list[str]:
    """The scopes that know a verb of this name, the house first: what it does, it does with all its drones."""
    return sorted((verb.scope for verb in VERBS if verb.name == name), key=("house", "drone", "world").index)
