"""Documents as feeds send them: RSS, Atom and CAP alerts, each with what a test wants to vary."""

from html import escape

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
SENT = "2026-03-01T12:00:00+01:00"
SENT_S = 1772362800.0
HOUR_S = 3600.0


def info(
    *,
    event="Flood",
    urgency="Immediate",
    severity="Severe",
    certainty="Observed",
    language="en-US",
    headline="The river is rising",
    expires="2026-03-01T18:00:00+01:00",
    area="Kandor",
    code="",
    response="Evacuate",
    description="It will reach the bridge.",
):
    """An `info` element; what is empty is left out."""
    codes = f"<geocode><valueName>EMMA</valueName><value>{code}</value></geocode>" if code else ""
    fields = {
        "language": language,
        "category": "Met",
        "event": event,
        "responseType": response,
        "urgency": urgency,
        "severity": severity,
        "certainty": certainty,
        "expires": expires,
        "senderName": "River watch",
        "headline": headline,
        "description": description,
        "instruction": "Go up.",
        "web": "https://example.org/flood",
    }
    texts = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in fields.items() if text)
    return f"<info>{texts}<area><areaDesc>{escape(area)}</areaDesc>{codes}</area></info>" if area else (
        f"<info>{texts}</info>"
    )  # fmt: skip


def alert(
    identifier="a1", *infos, sender="river@example.org", sent=SENT, status="Actual", msg_type="Alert", references=""
):
    """An `alert` element, without an XML declaration. `references` as CAP writes them."""
    refs = f"<references>{escape(references)}</references>" if references else ""
    return (
        f'<alert xmlns="{CAP}"><identifier>{identifier}</identifier><sender>{sender}</sender><sent>{sent}</sent>'
        f"<status>{status}</status><msgType>{msg_type}</msgType><scope>Public</scope>{refs}"
        f"{''.join(infos if infos else (info(),))}</alert>"
    )


def reference(identifier="a1", sender="river@example.org", sent=SENT):
    return f"{sender},{identifier},{sent}"


def rss(*items, title="The Kandor Herald"):
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{title}</title>{''.join(items)}</channel></rss>"


def item(number, title="Something happened", more=""):
    return f"<item><title>{title}</title><guid>n{number}</guid><link>https://example.org/{number}</link>{more}</item>"


def atom(*entries, title="Alerts"):
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{title}</title>{"".join(entries)}</feed>'


def entry(number, more="", title="An alert"):
    return f"<entry><id>e{number}</id><title>{title}</title><updated>2026-03-01T11:00:00Z</updated>{more}</entry>"


def link_to(address):
    return f'<link rel="alternate" type="application/cap+xml" href="{address}"/>'
