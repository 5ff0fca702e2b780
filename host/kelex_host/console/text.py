"""Every word of the page, in one place."""

from __future__ import annotations

TITLE = "Kelex"
TAGLINE = "Butler of the house of El"
STOP = "Stop"
STOP_HINT = "Stop everything in motion (Escape)"
THEME = "Light or dark"

ONLINE, OFFLINE, CONNECTING = "online", "offline", "connecting"
HOUSE_GONE = "The house is offline: what you see is as old as it says. It comes back by itself."
DRONE_GONE = "{drone} is offline: what you see is {age} old. It comes back by itself."
NOT_TOLD = "{drone} says nothing: what you see is {age} old."
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
SCENE = "Kelex, as he stands now, in three dimensions"


def words(name: str) -> str:
    """A name of the contract as words: `too_hot` is `too hot`."""
    return name.replace("_", " ").replace("-", " ")
