"""Severity, urgency and certainty become a priority: as the table says, and without any surprise in between."""

from itertools import product

import pytest
from kelex_host.household.feeds.importance import PRIORITIES, priority_of, rank, severity_of
from kelex_host.household.feeds.items import Info

SEVERITIES = ("Minor", "Moderate", "Severe", "Extreme")
URGENCIES = ("Past", "Future", "Expected", "Immediate")
CERTAINTIES = ("Unlikely", "Possible", "Likely", "Observed")


def priority(severity, urgency, certainty):
    return priority_of(Info(severity=severity, urgency=urgency, certainty=certainty))


@pytest.mark.parametrize(
    ("severity", "urgency", "certainty", "expected"),
    [
        ("Extreme", "Immediate", "Observed", "emergency"),
        ("Extreme", "Expected", "Likely", "emergency"),
        ("Extreme", "Future", "Likely", "urgent"),
        ("Extreme", "Immediate", "Possible", "urgent"),
        ("Extreme", "Future", "Possible", "important"),
        ("Extreme", "Past", "Observed", "routine"),
        ("Extreme", "Immediate", "Unlikely", "routine"),
        ("Severe", "Immediate", "Observed", "urgent"),
        ("Severe", "Future", "Observed", "important"),
        ("Moderate", "Immediate", "Observed", "important"),
        ("Minor", "Immediate", "Observed", "routine"),
        ("Unknown", "Unknown", "Observed", "important"),
        ("Unknown", "Unknown", "Unknown", "routine"),
        ("Extreme", "Unknown", "Unknown", "urgent"),
        ("Extreme", "Immediate", "Very Likely", "emergency"),  # CAP 1.0 called Likely so
        ("nonsense", "", "Observed", "important"),
    ],
)
def test_the_table(severity, urgency, certainty, expected):
    assert priority(severity, urgency, certainty) == expected


def test_more_of_anything_is_never_told_less_loudly():
    axes = (SEVERITIES, URGENCIES, CERTAINTIES)
    for words in product(*axes):
        for axis, scale in enumerate(axes):
            higher = scale[scale.index(words[axis]) + 1 :]
            for word in higher:
                more = (*words[:axis], word, *words[axis + 1 :])
                assert rank(priority(*more)) >= rank(priority(*words)), (words, more)


def test_an_imminent_threat_interrupts_and_nothing_else_does():
    loud = {words for words in product(SEVERITIES, URGENCIES, CERTAINTIES) if priority(*words) in PRIORITIES[2:]}
    imminent = set(product(("Severe", "Extreme"), ("Expected", "Immediate"), ("Likely", "Observed")))
    assert imminent <= loud
    assert {severity for severity, *_ in loud - imminent} == {"Extreme"}


def test_the_events_severity_is_caps_own():
    assert [severity_of(Info(severity=word)) for word in (*SEVERITIES, "Unknown")] == [
        "minor", "moderate", "severe", "extreme", "moderate",
    ]  # fmt: skip
