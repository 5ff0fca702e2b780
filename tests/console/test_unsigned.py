"""No guarded order gets through the page unsigned: every one that is declared. The other ways: tests/acceptance."""

from __future__ import annotations

import json
from typing import Any

from acceptance.household import Client, until
from guarded import Order, orders_to_sign

ORDER = "([name, wish]) => window.emitEvent(name, wish)"


def wished(order: Order) -> dict[str, Any]:
    """An order as the page's own buttons send it."""
    return {"scope": order.verb.scope, "verb": order.verb.name, "fields": order.fields}


def codes(client: Client, order: Order) -> list[str]:
    """What orders of that verb were answered so far."""
    responses = client.responses(f"kelex/{order.scope}/response/{order.verb.name}")
    return [response.get("error", {}).get("code", response["status"]) for response in responses]


def test_no_order_of_the_page_does(page: Any, client: Client) -> None:
    for order in orders_to_sign():
        before = len(codes(client, order))

        def tried(order: Order = order, before: int = before) -> list[str]:
            page.evaluate(ORDER, ["kelex_order", wished(order)])  # which is dropped where there were many just now
            page.wait_for_timeout(100)
            return codes(client, order)[before:]

        assert set(until(tried, f"an answer to {order}")) == {"unsigned"}, order
    assert client.document("kelex/house/mode")["lockdown"] is False


def test_nothing_else_that_a_page_can_say_orders_anything(page: Any, client: Client) -> None:
    def requests() -> list[str]:
        return [topic for topic, _, _ in client.seen if "/request/" in topic and not topic.endswith(("/why", "/truth"))]

    before = requests()
    for order in orders_to_sign():
        for event in ("kelex_choose", "kelex_filter", "kelex_why", "kelex_unheard_of"):
            page.evaluate(ORDER, [event, wished(order)])
            page.evaluate(ORDER, [event, {"member": "jor-el", "unlock": {"secret": json.dumps(wished(order))}}])
    page.evaluate(ORDER, ["kelex_choose", {"words": "the last"}])
    assert client.ask("house", "brief", member="jor-el")["status"] == "ok"  # what came before it was heard before it
    assert [topic for topic in requests() if not topic.endswith("/brief")] == before
