"""HTML is made by functions that escape; nothing from outside becomes markup."""

from __future__ import annotations

import json
import re
from html import unescape

from kelex_host.console.html import el, join, order

EVIL = "<img src=x onerror=\"alert('x')\">"


def test_text_is_escaped_and_elements_are_not() -> None:
    assert el("p", EVIL, el("b", "so")) == (
        "<p>&lt;img src=x onerror=&quot;alert(&#x27;x&#x27;)&quot;&gt;<b>so</b></p>"
    )


def test_attributes_are_escaped_and_left_out_where_they_say_nothing() -> None:
    assert el("input", value='"><script>', disabled=False, hidden=True, title=None) == (
        '<input value="&quot;&gt;&lt;script&gt;" hidden>'
    )


def test_a_button_carries_what_it_asks_for() -> None:
    button = order("Go", "house", "accept", {"visitor_id": EVIL})
    found = re.search(r'data-order="([^"]*)"', button)
    assert found
    assert json.loads(unescape(found[1]))["fields"] == {"visitor_id": EVIL}


def test_nothing_is_nothing() -> None:
    assert join(None, [], "") == ""
