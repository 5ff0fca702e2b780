"""Every word of the page, in one place."""

from __future__ import annotations

TITLE = "Kelex"
TAGLINE = "Butler of the house of El"
STOP = "Stop"
STOP_HINT = "Stop everything in motion (Escape)"
THEME = "Light or dark"

ONLINE, OFFLINE, CONNECTING = "online", "offline", "connecting"
HOUSE, QUIET, LOCKDOWN, EVACUATION = "House", "Quiet", "Lockdown", "Evacuation"
NOT_HEARD = "The house has not been heard yet."
HOUSE_GONE = "The house is offline: what you see is {age} old. It comes back by itself."
CUT = "This page lost its connection: what you see is as it was at {time}. It comes back by itself."
DRONE_GONE = "{drone} is offline: what you see is {age} old. It comes back by itself."
NOT_TOLD = "{drone} says nothing: what you see is {age} old."
NOT_LIVE = "The page is not connected yet: try again in a moment."
TOO_MANY = "Too much at once: wait a moment, then try again."
NO_ANSWER = "Nothing answered within {seconds:g} s: see that the house and its drone are online."
NOT_AN_ORDER = "That is no order of this page: load it again."
DONE = "{verb}: done"

JOINTS = {
    "head_pan": "Turn",
    "head_tilt": "Tilt",
    "left_shoulder": "Shoulder",
    "left_elbow": "Elbow",
    "left_gripper": "Gripper",
    "right_shoulder": "Shoulder",
    "right_elbow": "Elbow",
    "right_gripper": "Gripper",
}
LIMBS = {
    "Head": ("head_pan", "head_tilt"),
    "Left arm": ("left_shoulder", "left_elbow", "left_gripper"),
    "Right arm": ("right_shoulder", "right_elbow", "right_gripper"),
}
POSES, GESTURES, EYE, TONES, HOLODISK = "Poses", "Gestures", "Eye", "Tones", "Holo-disk"
ON, OFF = "on", "off"
MOVE = "Move him"
POSE, MOVING = "pose: {name}", "moving"
HELD = {"quiet": "quiet", "failsafe": "failsafe"}
SCENE = "Kelex, as he stands now, in three dimensions"


# The household
HOUSEHOLD, ALERTS, ROOMS = "The house", "Alerts", "Rooms"
NO_ALERT = "All is well."
AWAY = "away"
CRYING, ASLEEP, AWAKE = "crying", "asleep", "awake"
QUIET_ON, QUIET_OFF = "Quiet on", "Quiet off"
LOUD = "No quiet mode."
ROLES = {"owner": "owner", "adult": "adult", "child": "child", "infant": "infant", "guest": "guest"}
NO_CLIMATE = "no sensor here"

# What is told, who calls, who waits
TIDINGS, ANNOUNCE, SAY, TO, EVERYONE = "Tidings", "Announce", "Say", "to", "everyone"
ACKNOWLEDGE, ACCEPT, DECLINE, ANSWER, REJECT, HANG_UP, CALL = (
    "Acknowledge", "Let in", "Send away", "Answer", "Reject", "Hang up", "Call",
)  # fmt: skip
SAID = {"queued": "waiting", "playing": "being said", "interrupted": "interrupted", "waiting": "not acknowledged"}
NO_TIDINGS = "Nothing to tell."
VISITOR = "{who} is at the door"
WHOM = "whom, as you would say it"
WHAT_TO_SAY = "Dinner is ready"
PROJECTS = "Projects"
STEPS = "{done} of {all} steps"
LACKING = "lacking: {parts}"

# The timeline
TIMELINE, FILTER, LEAST, WHY = "Timeline", "Filter", "At least", "Why?"
BECAUSE = "because of"
NO_EVENT = "Nothing yet that fits."
CLOSE = "Close"
UNEXPLAINED = "There is nothing that led to it."

# Senses and charts
SENSES, HOUR, DAY, FAULTY, NO_DATA = "Senses", "Last hour", "Last day", "faulty", "no data yet"
CHANNELS = {
    "temperature": ("Temperature", "°C"), "humidity": ("Humidity", "%"), "light": ("Light", "lx"),
    "sound": ("Sound", "dB"), "range": ("Range", "mm"), "tremor": ("Tremor", "m/s²"),
    "battery_level": ("Battery", "%"), "battery_voltage": ("Voltage", "V"), "servo_current": ("Servos", "A"),
    "presence": ("Somebody near", ""), "touch": ("Touched", ""), "door": ("Door open", ""),
    "doorbell": ("Doorbell", ""),
}  # fmt: skip
YES, NO, NONE = "yes", "no", "none"
OLD = "{age} old"

# The simulated house
WORLD = "The simulated house"
WORLD_HINT = "Things happen here as they would in a real house: through the drone's sensors."
SPEED = "Time runs at {speed:g} times our pace."
REAL_TIME = "Time runs as fast as ours. To change that, begin the house with `kelex up --speed 10`."

# Link and health
HEALTH = "Link and health"
FIGURES = {
    "uptime_s": "House up for", "queued": "Messages queued", "dropped": "Messages dropped",
    "broker_connections": "Sessions with the broker",
}  # fmt: skip
ROUND_TRIP = "An order is answered within"
CLOCK_OFFSET = "The house's clock against this one's"
CONNECTIONS, REFUSED = "Connections", "Refused"
FIRMWARE = "Firmware"
FLASH_UPDATE, FLASH_PLAN, FLASH_ROLLBACK = "Update", "What would change", "Go back"
FLASH_HINT = (
    "Needs an unlocked key. What ran before still runs if it is interrupted. A blank board: kelex flash, in a terminal."
)
FLASH_STARTS = "The house is asked for the port."
FLASH_WORKS = "A board is being updated already; wait until that is done."
FLASH_BROKE = "The update was broken off; what ran before still runs. Try again."
FLASH_LOCKED = "Unlock a key first: who changes the firmware has to sign for it."
FLASH_SIMULATED = "The drone '{drone}' has no board here: a simulated one runs the firmware of this version as it is."
CALIBRATION, CALIBRATION_ASK = "Calibration", "Show what it keeps of its body"
CALIBRATION_HINT = "To change it takes a signature: unlock a key above."
MEASURING = "Joint {number} of {all}: {joint}"
MEASURE_HINT = "At 0° it has to be {zero}: trim it until it is. At {turn}° it has to have turned: {positive}."
NUDGE, NEXT_JOINT = "trim {degrees:+g}°", "It is right: next"
MEASURED, MEASURE_AGAIN = "Every joint is calibrated; the drone keeps it, whatever firmware it gets.", "Begin again"
KEPT = "{trim:+g}°, from {low:g}° to {high:g}°"

# Access
ACCESS, YOU_ARE, UNLOCK, LOCK = "Orders that need a signature", "You are", "Unlock", "Lock"
LOCKED = "Guarded orders are signed with a member's key. It is locked."
UNLOCKED = "The key of {member} is unlocked in this page for {minutes:.0f} min."
SECRET = "passphrase, or code"
SECRET_HINT = "A key without a passphrase opens with the code that `kelex keys console-code` prints."
PASSWORD, ENTER, WRONG_PASSWORD = "Password", "Enter", "That is not the password."
WRONG_CODE = "That is not the code: `kelex keys console-code` prints it."
GUARDED: tuple[tuple[str, str, str, dict[str, object]], ...] = (
    ("Lock down", "house", "lockdown", {"on": True}),
    ("Lift the lockdown", "house", "lockdown", {"on": False}),
    ("Evacuate", "house", "evacuate", {"action": "begin"}),
    ("Abort the evacuation", "house", "evacuate", {"action": "abort"}),
    ("Nursery watch off", "house", "nursery", {"watch": False}),
    ("Restart the drone", "drone", "reboot", {}),
)


def severity(name: str) -> str:
    """A severity of the contract, as it is read."""
    return {"info": "all", "minor": "minor", "moderate": "moderate", "severe": "severe", "extreme": "extreme"}[name]


def words(name: str) -> str:
    """A name of the contract as words: `too_hot` is `too hot`."""
    return name.replace("_", " ").replace("-", " ")
