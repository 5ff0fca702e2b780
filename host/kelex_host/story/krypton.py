"""A day at the house of El: twenty-four hours in which the story's fifteen moments come in their order.

What is said here sets the scene; what Kelex does and why is told by himself, in events and their reasons.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from kelex_host.config.settings import NurserySettings
from kelex_host.story.acts import Act, At, Explain, Moment, Say, Scene, Until, Wait, ask, order, world

BEGINS_AT_HOUR = 6
NURSERY = NurserySettings(soothe_s=8)
SHIP = [
    {
        "name": "ship",
        "value": 10,
        "parts": {"plate": 8, "engine": 2, "cradle": 1},
        "steps": ["hull", "cradle", "engines"],
    },
    {
        "name": "rocket",
        "value": 3,
        "parts": {"plate": 2, "engine": 1, "cradle": 1},
        "steps": ["hull", "cradle", "engine"],
    },
]
STOCK = {"plate": 4, "engine": 1, "cradle": 1}
CRYSTAL = "house-of-el.crystal"


def taken_note(by: str = "lara") -> Generator[Act, Any, None]:
    """Somebody takes note of all that presses."""
    for _ in range(8):
        answer = yield ask("ack", by=by)
        if answer.get("status") != "ok":
            return


def morning() -> Scene:
    yield Say("Six o'clock. Kelex attends to every want and need of the house of El.")
    yield ask("announce", text="Good morning. The tea is ready, and Kal-El has slept well.", to="everyone")
    yield Until("announcement/delivered")
    refused = yield ask("announce", text="Kneel!", to="zod")
    yield Say(f"Somebody wants a word with Zod here. Kelex: {told(refused)}")


def holo_news() -> Scene:
    yield At(7, 10)
    yield Say("Breakfast. Kelex goes through Lara's day with her when the news come in.")
    yield ask(
        "announce",
        # Long enough to be interrupted on a busy machine too, at 120 times the speed of life.
        text="The Academy at nine, the Council's physicians at noon, and at eight the opera; the flyer is ready. "
        "Your mother asks whether the dinner on Thursday still stands, the tailor has sent the blue robe back, and the "
        "gardener would rather plant the crystal trees at the south side, where they have light until late in the day. "
        "The Science Council has put off its session once more; nobody says why. And the infant slept until six.",
        to="lara",
    )
    yield Wait(1)
    yield ask("news", title="General Zod marches on the Council", severity="moderate", source="holo-news")
    yield ask(
        "announce",
        text="There is something on the holo-news that you need to see, immediately!",
        to="jor-el",
        priority="urgent",
    )
    yield Until("announcement/interrupted")
    yield Until("announcement/resumed")
    yield Say("Jor-El does not care. Kelex tries again.")
    yield Until("announcement/escalated", timeout_s=120)
    yield Say("Lara does care.")
    yield ask("ack", by="lara")
    yield Until("announcement/acknowledged")


def holo_disk() -> Scene:
    yield At(7, 30)
    yield Say("He shall see it all the same. Watch the drone: a gesture, the eye, the holo-disk, and all dark again.")
    yield ask("announce", text="There is something that you need to see.", to="jor-el", priority="important")
    yield Until("body/holodisk_on")
    yield Until("body/holodisk_off")


def coming_home() -> Scene:
    yield At(8)
    yield world("leave", member="jor-el")
    yield Until("presence/departed")
    yield At(11)
    yield ask("news", title="The observatory hears the core of the planet", severity="moderate")
    yield At(14)
    came = yield ask(
        "visitor", who="A messenger of the Council", reason="papers to sign", urgency="routine", **{"for": "jor-el"}
    )
    yield ask("decline", visitor_id=came.get("data", {}).get("visitor_id", "v0"), by="lara")
    yield At(16)
    yield world("climate", room="nursery", celsius=28)
    yield Until("nursery/too_hot")
    yield Until("announcement/started")
    yield from taken_note()
    yield world("climate", room="nursery", celsius=21.5)
    yield Until("nursery/comfortable", timeout_s=120)
    yield At(18)
    yield Say("Finally home. A lot has happened; Kelex tells it, the gravest first.")
    yield world("enter", member="jor-el", room="hall")
    yield Until("presence/arrived")
    yield Until("announcement/delivered", timeout_s=120)
    once = yield ask("brief", member="jor-el")
    again = yield ask("brief", member="jor-el")
    yield Say(f"Asked for it, he lists the {things(once)}; asked again, {things(again)}: each is told once.")


def silent_landing() -> Scene:
    yield At(19, 30)
    yield Say("The infant goes to sleep, and the house with him.")
    yield ask("nursery", infant="asleep")
    yield Until("quiet/quiet_on")
    yield world("enter", member="jor-el", room="nursery")
    yield Say("What Kelex has to say now, he says by light and gesture: no tone, no haste.")
    yield ask("announce", text="The flyer has landed.", to="jor-el", priority="important")
    yield Until("body/holodisk_on")
    yield Until("announcement/delivered")


def nursery() -> Scene:
    yield At(20, 30)
    yield Say("Kal-El cries. He is soothed first; only if that does not help is anybody called.")
    yield world("cry", seconds=25)
    if (yield Until("nursery/cry_started", timeout_s=30)):
        yield Until("announcement/started", timeout_s=60)
        yield from taken_note("jor-el")
        yield Until("nursery/cry_ended", timeout_s=60)
    yield ask("nursery", infant="awake")


def holo_phone() -> Scene:
    yield At(21)
    yield Say('Jor-El speaks a name: "Dru Zott".')
    yield world("contact", contact="dru-zod", behaviour="hangup", after_s=6)
    yield ask("call", to="Dru Zott", by="jor-el")
    yield Until("call/active")
    yield Until("call/ended")


def ship() -> Scene:
    yield At(21, 30)
    yield ask("project", action="create", project="ship", title="A ship for three", variants=SHIP, stock=STOCK)
    yield ask("project", action="step_done", project="ship", step="hull")
    yield Say("The Council cuts the house of El off from every supplier.")
    yield ask("project", action="forbid_purchases")
    yield Until("project/replanned")
    for step in ("cradle", "engine"):
        yield ask("project", action="step_done", project="ship", step=step)
        yield Until("project/step_done", {"step": step})
    yield Until("project/finished")


def crystal() -> Scene:
    yield At(22, 30)
    yield Say("All that the house remembers goes into a crystal, sealed and signed: he will never be alone.")
    saved = yield order("crystal", action="save", file=CRYSTAL)
    if saved.get("status") != "ok":  # a house in which nobody has chosen a passphrase
        yield Say(f"Kelex: {told(saved)}")
        return
    yield Until("crystal/saved")
    yield order("crystal", action="verify", file=CRYSTAL)
    yield Until("crystal/verified")


def summons() -> Scene:
    yield At(23)
    came = yield ask(
        "visitor", who="The Council", reason="it is about General Zod", urgency="urgent", **{"for": "jor-el"}
    )
    yield Until("announcement/started")
    yield ask("accept", visitor_id=came.get("data", {}).get("visitor_id", "v0"), by="jor-el")
    yield Until("visitor/accepted")


def trust() -> Scene:
    yield At(23, 30)
    yield Say("Brainiac is on the network, and would like the doors locked.")
    refused = yield ask("lockdown", on=True)
    yield Say(f"Kelex: {told(refused)}")
    refused = yield ask("lockdown", order='{"on": true, "by": "jor-el"}', key="b" * 16, signature="AAAA")
    yield Say(f"He signs as Jor-El. Kelex: {told(refused)}")
    yield Say("The owner finds both among the house's alerts.")


def doom() -> Scene:
    yield At(1, 30)
    yield Say("The ground trembles.")
    yield world("tremor", magnitude=5, seconds=6)
    yield Until("hazard/raised")
    yield order("evacuate", action="begin")
    yield order("evacuate", action="check", item="infant")
    yield order("evacuate", action="check", item="crystal")
    yield Say("The hatch stands open, and somebody is in a hurry.")
    refused = yield order("evacuate", action="launch")
    yield Say(f"Kelex: {told(refused)}")
    yield from taken_note()


def fall_back() -> Scene:
    yield At(2, 30)
    yield Say('A hostile drone in the doorway. "Fall back!"')
    yield world("intruder", range_mm=500, seconds=10)
    yield order("lockdown", reason="a hostile drone in the doorway", on=True)
    yield Until("announcement/started")
    refused = yield ask("lockdown", on=False)
    yield Say(f"The hostile drone orders the doors open. Kelex: {told(refused)}")
    yield from taken_note()
    yield order("lockdown", on=False, reason="it is gone")
    yield Until("lockdown/lifted")
    yield order("evacuate", action="check", item="hatch")
    yield order("evacuate", action="launch")
    yield Until("evacuate/launched")
    yield world("leave", member="kal-el")
    yield from taken_note()


def never_alone() -> Scene:
    yield At(3, 30)
    yield Say("A quake tears the drone's cable out. The house says so, and the drone carries on by itself.")
    yield world("unplug", drone="kelex", seconds=30)
    yield Until("drone/offline")
    yield world("ring")
    yield Say("Somebody rings while nobody can hear the drone.")
    yield Until("drone/online", timeout_s=120)
    yield Until("doorbell/pressed", timeout_s=60)
    yield Say("It had kept that, and told it once the cable was back: nothing lost, nothing twice.")
    yield from taken_note()


def memory() -> Scene:
    yield At(5, 30)
    yield Say('"Kelex, why did you come to Lara with what was for Jor-El?"')
    yield Explain("announcement/escalated")


def things(answer: dict[str, Any]) -> str:
    """How many a briefing has."""
    return str(len(answer.get("data", {}).get("items", ())) or "none")


def told(answer: dict[str, Any]) -> str:
    """What Kelex says where he refuses."""
    error = answer.get("error", {})
    return f'"{error.get("message", "As you wish.")}"'


KRYPTON = (
    Moment("S1", "Sir, ma'am", morning),
    Moment("S2", "Something on the holo-news", holo_news),
    Moment("S3", "The holo-disk", holo_disk, ("body",)),
    Moment("S4", "Finally home", coming_home),
    Moment("S5", "A silent landing", silent_landing, ("body",)),
    Moment("S6", "Looking after his infant son", nursery, ("cry",)),
    Moment("S7", "Dru-Zod", holo_phone),
    Moment("S8", "The ship, and the rocket", ship),
    Moment("S9", "The memory crystal", crystal),
    Moment("S10", "The Council wants to see you", summons),
    Moment("S11", "The only mind he could ever trust", trust),
    Moment("S12", "The planet is going to die", doom),
    Moment("S13", "Fall back!", fall_back, ("presence",)),
    Moment("S14", "He will never be alone", never_alone, ("doorbell",)),
    Moment("S15", "Why?", memory),
)
