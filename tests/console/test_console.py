"""The console in a real browser, against the running house: what a person sees and does there."""

from __future__ import annotations

from typing import Any

from acceptance.household import Client, until


def servo(client: Client, joint: str) -> float:
    angle = client.truth()["servos"][joint]["angle"]
    assert isinstance(angle, float)
    return angle


def test_the_heads_slider_turns_the_simulated_servo(page: Any, client: Client) -> None:
    slider = page.get_by_label("Head: Turn")
    slider.fill("35")
    until(lambda: abs(servo(client, "head_pan") - 35) < 1, "the servo at 35 degrees")
    page.wait_for_function("kelex.state.joints.head_pan > 34")
    slider.fill("0")
    until(lambda: abs(servo(client, "head_pan")) < 1, "the servo back")


def test_escape_stops_a_gesture(page: Any, client: Client) -> None:
    page.get_by_role("button", name="wave").click()
    until(lambda: client.document("kelex/drone/kelex/body").get("gesture") == "wave", "the gesture")
    page.keyboard.press("Escape")
    until(lambda: client.document("kelex/drone/kelex/body").get("gesture") is None, "the end of the gesture")
    assert client.events("gesture_interrupted")


def test_no_request_leaves_this_computer(browser: Any, address: str) -> None:
    page = browser.new_page(viewport={"width": 520, "height": 420})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.goto(address)
    page.wait_for_selector("body.k-page:not(.k-stale)", timeout=60_000)
    page.wait_for_selector("html[data-figure=ready]", timeout=60_000)
    page.close()
    ours = (address, address.replace("http", "ws"), "data:", "blob:")
    assert len(asked) > 5
    assert [url for url in asked if not url.startswith(ours)] == []
