"""How loudly a CAP alert is told: its severity sets the priority, its urgency and certainty may only lower it.

CAP 1.2 (section 3.2.2) defines the three apart, and a warning deserves the family's sleep only where all three agree:

| severity | CAP's meaning               | priority  | because                                              |
|----------|-----------------------------|-----------|------------------------------------------------------|
| Extreme  | extraordinary threat        | emergency | the one that is loud even in quiet mode              |
| Severe   | significant threat          | urgent    | interrupts, but wakes nobody                         |
| Moderate | possible threat             | important | told soon, in its turn                               |
| Minor    | minimal to no known threat  | routine   | told when it suits                                   |
| Unknown  |                             | important | never hidden, and never a reason to interrupt        |

| urgency   | CAP's meaning               | steps down | certainty | CAP's meaning            | steps down     |
|-----------|-----------------------------|------------|-----------|--------------------------|----------------|
| Immediate | act now                     | 0          | Observed  | occurred or ongoing      | 0              |
| Expected  | act within the next hour    | 0          | Likely    | more than half           | 0              |
| Future    | act in the near future      | 1          | Possible  | half or less             | 1              |
| Past      | nothing to do any more      | to routine | Unlikely  | not expected to happen   | to routine     |
| Unknown   | taken as Expected           | 0          | Unknown   | not known to be likely   | 1              |

Urgency Immediate or Expected, severity Extreme or Severe, certainty Observed or Likely is also what the public warning
rules of the United States call an imminent threat (47 CFR 10.400 (b)): here that is what gets `urgent` or more. What
is not one of CAP's words is Unknown.
"""

from __future__ import annotations

from kelex_host.household.feeds.items import Info

PRIORITIES = ("routine", "important", "urgent", "emergency")
_OF_SEVERITY = {"Extreme": 3, "Severe": 2, "Moderate": 1, "Minor": 0}
_UNKNOWN = 1
_ALL = len(PRIORITIES)
_URGENCY_STEPS = {"Immediate": 0, "Expected": 0, "Future": 1, "Past": _ALL}
_CERTAINTY_STEPS = {"Observed": 0, "Very Likely": 0, "Likely": 0, "Possible": 1, "Unlikely": _ALL}
# Severity as the house's events have it. An unknown one is told as what it is treated as.
_EVENT_SEVERITY = {"Extreme": "extreme", "Severe": "severe", "Moderate": "moderate", "Minor": "minor"}


def priority_of(info: Info) -> str:
    """The priority of an announcement of it: `routine`, `important`, `urgent` or `emergency`."""
    steps = _URGENCY_STEPS.get(info.urgency, 0) + _CERTAINTY_STEPS.get(info.certainty, 1)
    return PRIORITIES[max(0, _OF_SEVERITY.get(info.severity, _UNKNOWN) - steps)]


def severity_of(info: Info) -> str:
    """The severity of the house's event of it."""
    return _EVENT_SEVERITY.get(info.severity, "moderate")


def rank(priority: str) -> int:
    """Greater for what is louder."""
    return PRIORITIES.index(priority)
