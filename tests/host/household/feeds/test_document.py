"""RSS, Atom and CAP become stories and alerts; what is broken or hostile becomes a sentence's end."""

import pytest
from host.household.feeds.documents import CAP, SENT_S, alert, atom, entry, info, item, link_to, reference, rss
from hypothesis import given
from hypothesis import strategies as st
from kelex_host.household.feeds.document import read
from kelex_host.household.feeds.items import ALERTS_MOST, ITEMS_MOST, LINKS_MOST, Document, Link

DECLARED = "<?xml version='1.0' encoding='UTF-8'?>"


def of(text, content_type="application/xml"):
    return read(text.encode(), content_type)


def test_an_rss_feed_has_its_stories():
    text = "<description>&lt;p&gt;In &lt;b&gt;Kandor&lt;/b&gt;&lt;/p&gt;</description>"
    more = f"{text}<pubDate>Sun, 01 Mar 2026 11:00:00 GMT</pubDate>"
    found = of(rss(item(1, "A coup", more), item(2)))
    assert (found.title, found.problem, found.left_out) == ("The Kandor Herald", "", 0)
    assert [story.key for story in found.stories] == ["n1", "n2"]
    story = found.stories[0]
    assert (story.title, story.summary, story.link) == ("A coup", "In Kandor", "https://example.org/1")
    assert story.published_s == SENT_S


def test_an_atom_feed_and_an_rss_1_feed_too():
    assert [story.key for story in of(atom(entry(1), entry(2))).stories] == ["e1", "e2"]
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel><title>Old</title></channel><item rdf:about="https://example.org/x"><title>T</title></item></rdf:RDF>'
    )
    assert [story.title for story in of(rdf).stories] == ["T"]


def test_a_story_without_an_id_has_a_key_all_the_same():
    first, second = of(rss("<item><title>A</title></item>", "<item><title>B</title></item>")).stories
    assert first.key != second.key
    assert of(rss("<item><title>A</title></item>")).stories[0].key == first.key


def test_an_alert_alone():
    [found] = of(DECLARED + alert("a1", info(code="DE123"), references=f"{reference('a0')} {reference('a 00')}")).alerts
    assert (found.sender, found.identifier, found.sent_s, found.status, found.msg_type) == (
        "river@example.org", "a1", SENT_S, "Actual", "Alert",
    )  # fmt: skip
    assert found.references[0] == "river@example.org,a0"
    [about] = found.infos
    assert (about.event, about.urgency, about.severity, about.certainty) == ("Flood", "Immediate", "Severe", "Observed")
    assert (about.headline, about.instruction, about.web) == (
        "The river is rising",
        "Go up.",
        "https://example.org/flood",
    )
    assert (about.areas, about.codes, about.responses) == (["Kandor"], ["DE123"], ["Evacuate"])
    assert about.expires_s == SENT_S + 6 * 3600


@pytest.mark.parametrize(
    "around",
    [
        lambda text: atom(entry(1, f'<content type="text/xml">{text}</content>'), entry(2)),
        lambda text: rss(f"<item><title>t</title>{text}</item>", item(2)),
        lambda text: rss(
            f"<item><title>t</title><description><![CDATA[{DECLARED}{text}]]></description></item>", item(2)
        ),
    ],
    ids=["Atom's content", "RSS", "text in RSS"],
)
def test_an_alert_within_an_entry_takes_the_entrys_place(around):
    found = of(around(alert()))
    assert [alert.identifier for alert in found.alerts] == ["a1"]
    assert len(found.stories) == 1


def test_several_alerts_in_an_envelope_of_another_kind():
    assert [one.identifier for one in of(f"<EDXL>{alert('a1')}{alert('a2')}</EDXL>").alerts] == ["a1", "a2"]


def test_an_entry_that_stands_for_an_alert_is_a_link_to_it():
    found = of(atom(entry(1, link_to("https://example.org/a1.xml")), entry(2)))
    assert found.links == [Link("https://example.org/a1.xml", "2026-03-01T11:00:00Z")]
    assert len(found.stories) == 1


@pytest.mark.parametrize(("ending", "links"), [(".xml", 1), (".cap?id=7", 1), (".html", 0), ("", 0)])
def test_an_item_of_rss_whose_link_may_be_an_alert_is_a_story_until_it_is_seen(ending, links):
    more = f"<item><title>t</title><guid>n1</guid><link>https://example.org/a{ending}</link></item>"
    found = of(rss(more))
    assert [story.key for story in found.stories] == ["n1"]
    assert [link.story for link in found.links] == ["n1"] * links


def test_an_enclosure_may_be_an_alert():
    more = '<enclosure type="application/cap+xml" length="1" url="https://example.org/a"/>'
    found = of(rss(item(1, more=more)))
    assert [link.address for link in found.links] == ["https://example.org/a"]
    assert found.stories == []


@pytest.mark.parametrize("address", ["file:///etc/passwd", "javascript:x", "ftp://h/x", "https://h/\u202e", "h/x"])
def test_a_link_that_is_no_address_of_the_web_is_no_link(address):
    found = of(atom(entry(1, link_to(address))))
    assert all(link.address.startswith("http") and link.address.isprintable() for link in found.links)


BOMB = "<!DOCTYPE lolz [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]>"
OUTSIDE = "<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"


@pytest.mark.parametrize("prolog", [BOMB, OUTSIDE, "<!DOCTYPE r [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/x'> %p;]>"])
@pytest.mark.parametrize("body", [rss(item(1, "&c;&x;")).partition("?>")[2], alert(), rss(item(1)) + "<broken"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_a_document_that_brings_entities_is_refused_whole(prolog, body, charset):
    found = read((prolog + body).encode(charset), "application/xml")
    assert found.problem
    assert found == Document(problem=found.problem)


def test_a_document_type_that_is_only_named_is_harmless_and_not_fetched():
    named = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://127.0.0.1:1/rss-0.91.dtd">'
    assert len(of(named + rss(item(1)).partition("?>")[2]).stories) == 1


def test_what_is_too_deep_is_refused():
    assert "nested more than" in of("<rss>" + "<a>" * 5000).problem


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is no feed"),
        ("no XML at all", "is no feed"),
        ("http://127.0.0.1:1/", "is no feed"),  # feedparser, given such text, would fetch it
        ("/etc/hostname", "is no feed"),
        ("<!DOCTYPE html><html><body><p>Welcome</p></body></html>", "holds no feed; give the address of"),
        ("<html><br></html>", "is not well-formed at line 1, and is no feed"),
        (alert()[:-30], "is not well-formed"),
        (alert().replace("<sent>", "<sent>yesterday "), "holds an alert without a valid identifier, sender, sent"),
        (alert(status="Real"), "holds an alert without a valid"),
        (alert(msg_type="Shout"), "holds an alert without a valid"),
        ('{"json": true}', "is no feed"),
    ],
)
def test_what_is_no_feed_is_told_in_the_end_of_a_sentence(text, says):
    found = of(text)
    assert says in found.problem
    assert found == Document(problem=found.problem)


def test_a_broken_feed_is_read_as_far_as_it_makes_sense():
    assert [story.key for story in of(rss(item(1, "R & D <b>"), item(2))[:-20]).stories] == ["n1", "n2"]


def test_one_bad_alert_does_not_hide_another_and_is_counted():
    found = of(f"<x>{alert('a1', sent='never')}{alert('a2')}</x>")
    assert ([one.identifier for one in found.alerts], found.left_out) == (["a2"], 1)


def test_limits_hold_and_what_is_beyond_them_is_counted():
    found = of(rss(*(item(i) for i in range(ITEMS_MOST + 7))))
    assert (len(found.stories), found.left_out) == (ITEMS_MOST, 7)
    found = of(f"<x>{''.join(alert(f'a{i}') for i in range(ALERTS_MOST + 3))}</x>")
    assert (len(found.alerts), found.left_out) == (ALERTS_MOST, 3)
    found = of(atom(*(entry(i, link_to(f"https://example.org/{i}")) for i in range(LINKS_MOST + 2))))
    assert (len(found.links), found.left_out) == (LINKS_MOST, 2)
    long = info(headline="h" * 100_000, description="d" * 100_000)
    [about] = of(alert("a1", long)).alerts[0].infos
    assert (len(about.headline), len(about.description)) == (200, 2000)
    assert about.event == "Flood"


@given(st.data())
def test_no_damage_to_a_document_raises(data):
    good = data.draw(st.sampled_from([rss(item(1)), atom(entry(1, link_to("https://h/x"))), alert(), f"<x>{CAP}</x>"]))
    raw = bytearray(good.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=8))
    assert isinstance(read(bytes(raw), data.draw(st.sampled_from(["", "text/xml", "text/html; charset=x"]))), Document)
