"""The console in a real browser, against the running house: what a person sees and does there."""

from __future__ import annotations

import re
from typing import Any

from acceptance.household import Client, Kelex, until
from console.conftest import PATIENCE_MS, open_console

BODY = "kelex/drone/kelex/body"


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


def test_a_scene_in_which_nothing_changes_is_not_drawn(page: Any, client: Client) -> None:
    page.wait_for_selector("html[data-figure=ready]", state="attached")
    drawn_in_a_second = (
        "new Promise(done => { const drawing = kelex.figure.drawing, before = drawing.pictures;"
        " setTimeout(() => done(drawing.pictures - before), 1000); })"
    )
    until(lambda: page.evaluate(drawn_in_a_second) == 0, "no picture where nothing changes")
    before = page.evaluate("kelex.figure.drawing.pictures")
    client.ask("drone/kelex", "move", joints={"right_elbow": 50})
    page.wait_for_function(
        f"kelex.figure.drawing.pictures > {before} && kelex.figure.shown.right_elbow.angle > 49 && kelex.figure.settled"
    )


def test_escape_stops_a_gesture(page: Any, client: Client) -> None:
    page.get_by_role("button", name="wave").click()
    until(lambda: client.document(BODY).get("gesture") == "wave", "the gesture")
    page.keyboard.press("Escape")
    until(lambda: client.document(BODY).get("gesture") is None, "the end of the gesture")
    until(lambda: client.events("gesture_interrupted"), "the event")


def test_cry_makes_the_alert_appear_and_acknowledge_clears_it(page: Any) -> None:
    lever = page.locator('form[data-verb="cry"]')
    lever.get_by_label("seconds").fill("60")
    lever.get_by_role("button", name="Cry").click()
    page.get_by_text("Kal-El is crying.", exact=False).first.wait_for()
    acknowledge_all(page)


def test_heat_makes_the_alert_appear_and_acknowledge_clears_what_is_told_of_it(page: Any, client: Client) -> None:
    lever = page.locator('form[data-verb="climate"]')
    lever.get_by_label("room").select_option("nursery")
    lever.get_by_label("celsius").fill("31")
    lever.get_by_role("button").click()
    page.locator(".k-alert").first.wait_for()
    acknowledge_all(page)
    assert client.events("acknowledged")
    lever.get_by_label("celsius").fill("21")
    lever.get_by_role("button").click()
    page.get_by_text("All is well.").wait_for()


def test_what_was_typed_stays_when_the_panel_around_it_is_drawn_anew(page: Any) -> None:
    lever = page.locator('form[data-verb="climate"]')
    lever.get_by_label("room").select_option("study")
    lever.get_by_label("celsius").fill("12")
    page.evaluate("kelex.put('k-world', document.getElementById('k-world').innerHTML)")
    assert lever.get_by_label("room").input_value() == "study"
    assert lever.get_by_label("celsius").input_value() == "12"


def acknowledge_all(page: Any) -> None:
    """Press Acknowledge until nothing is left that presses. One may be gone, said again or new before it is pressed."""
    page.get_by_role("button", name="Acknowledge").first.wait_for()
    press = "[...document.querySelectorAll('.k-tiding .k-yes')].map(button => button.click()).length"
    until(lambda: page.evaluate(press) == 0 or page.wait_for_timeout(500), "nothing left to acknowledge")


def test_why_explains_an_event(page: Any, client: Client) -> None:
    client.ask("house", "news", title="Zod attempts a coup", severity="severe")
    page.get_by_role("searchbox").fill("announcement queued coup")
    # Until the words are applied, other events that were queued stand there too.
    event = page.locator(".k-event", has_text="queued").filter(has_text="coup").first
    event.get_by_role("button", name="Why?").click()
    page.locator(".k-chain", has_text="news").wait_for()


def test_a_second_browser_sees_the_same(page: Any, browser: Any, address: str, client: Client) -> None:
    other = open_console(browser, address)
    client.ask("drone/kelex", "move", joints={"left_elbow": 50})
    for one in (page, other):
        elbow = one.get_by_label("Left arm: Elbow")
        until(lambda elbow=elbow: elbow.input_value() == "50", "the elbow at 50 degrees")
    other.close()


def test_nonsense_gets_the_same_answer_as_on_the_command_line(page: Any, house: Kelex) -> None:
    lever = page.locator('form[data-verb="climate"]')
    lever.get_by_label("celsius").fill("900.5")
    lever.get_by_role("button").click()
    sentence = page.locator(".k-toast-error").first.inner_text()
    assert sentence == house.run("world", "climate", "study", "--celsius", "900.5").stderr.strip()


def test_a_guarded_order_passes_only_once_the_key_is_unlocked(page: Any, house: Kelex, client: Client) -> None:
    page.get_by_role("button", name="Show what it keeps of its body").click()
    trim = page.locator('form[data-verb="calibrate"]')
    trim.get_by_label("joint").select_option("left_gripper")
    trim.get_by_label("trim").fill("1.5")
    lock_down = page.get_by_role("button", name="Lock down")
    lock_down.click()
    page.locator(".k-toast-error", has_text="unsigned").wait_for()
    secret = page.get_by_label("passphrase, or code")
    secret.fill("00000000")
    page.get_by_role("button", name="Unlock").click()
    page.locator(".k-toast-error", has_text="not the code").wait_for()
    secret.fill(house.run("keys", "console-code").stdout.strip())
    page.get_by_role("button", name="Unlock").click()
    page.get_by_text("is unlocked in this page").wait_for()
    lock_down.click()
    until(lambda: client.document("kelex/house/mode").get("lockdown") is True, "the lockdown")
    page.get_by_role("button", name="Lift the lockdown").click()
    until(lambda: client.document("kelex/house/mode").get("lockdown") is False, "its end")

    def trimmed() -> bool:
        trim.get_by_role("button").click()  # refused as busy while he presents what just happened
        page.wait_for_timeout(2000)
        return page.locator("#k-calibration", has_text="+1.5°").is_visible()

    until(trimmed, "the trim, on the page")
    kept = client.ask("drone/kelex", "calibration")["data"]
    assert kept["joints"]["left_gripper"]["trim"] == 1.5


def test_a_page_of_another_origin_can_neither_read_nor_order(browser: Any, address: str, client: Client) -> None:
    other = browser.new_page()
    other.route(
        "http://localhost:9/**", lambda route: route.fulfill(body="<title>evil</title>", content_type="text/html")
    )
    other.goto("http://localhost:9/")
    read = "url => fetch(url).then(answer => answer.text(), () => 'refused')"
    assert other.evaluate(read, address) == "refused"
    socket = (
        "url => new Promise(done => { const socket = new WebSocket(url);"
        " socket.onmessage = () => done('open'); socket.onclose = () => done('refused'); })"
    )
    url = address.replace("http", "ws") + "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
    assert other.evaluate(socket, url) == "refused"
    frame = "url => { const frame = document.createElement('iframe'); frame.src = url; document.body.append(frame); }"
    other.evaluate(frame, address)
    other.wait_for_timeout(500)
    assert other.frames[-1].url != address + "/"
    other.close()


def test_unplugged_the_page_greys_says_how_old_it_is_and_comes_back(page: Any, client: Client) -> None:
    client.ask("world", "unplug", drone="kelex", seconds=8)
    page.wait_for_selector("body.k-stale", state="attached")
    trouble = page.locator(".k-trouble")
    trouble.wait_for()
    assert re.search(r"kelex is offline: what you see is \d+ s old", trouble.inner_text())
    page.wait_for_selector("body.k-page:not(.k-stale)", state="attached")


def test_a_page_that_loses_its_connection_says_so_and_since_when_and_comes_back(page: Any, client: Client) -> None:
    cut = (
        "() => { const line = document.getElementById('k-cut'); window.said = [];"
        " new MutationObserver(() => window.said.push(line.textContent)).observe(line, { childList: true });"
        " window.socket.io.engine.close(); }"
    )
    page.evaluate(cut)
    page.wait_for_function("window.said.length === 2")
    lost, back = page.evaluate("window.said")
    assert re.search(r"lost its connection: what you see is as it was at \d\d:\d\d:\d\d\.", lost)
    assert back == ""
    client.ask("drone/kelex", "move", joints={"left_gripper": 20})
    page.wait_for_function("kelex.state.joints.left_gripper > 19")
    page.wait_for_selector("body.k-page:not(.k-stale)", state="attached")


def test_what_is_typed_is_typed_on_where_the_panel_is_drawn_anew(page: Any) -> None:
    page.locator('form[data-verb="ring"]').get_by_label("who").focus()
    page.keyboard.type("Zo")
    page.evaluate("kelex.put('k-world', document.getElementById('k-world').innerHTML)")
    page.keyboard.type("d")
    assert page.locator('form[data-verb="ring"]').get_by_label("who").input_value() == "Zod"


def test_a_phones_page_fits_its_width_with_stop_in_reach(browser: Any, address: str) -> None:
    phone = browser.new_page(viewport={"width": 360, "height": 640})
    phone.goto(address, wait_until="commit")
    phone.wait_for_selector("body.k-page", state="attached", timeout=PATIENCE_MS)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    box = phone.get_by_role("button", name="Stop", exact=True).bounding_box()
    assert 560 < box["y"] + box["height"] <= 640  # where the thumb is, wherever the page is scrolled to
    phone.close()


def test_no_request_leaves_this_computer(browser: Any, address: str) -> None:
    page = browser.new_page(viewport={"width": 520, "height": 420})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.goto(address, wait_until="commit")
    page.wait_for_selector("body.k-page:not(.k-stale)", state="attached", timeout=PATIENCE_MS)
    page.wait_for_selector("html[data-figure=ready]", state="attached", timeout=PATIENCE_MS)
    page.close()
    ours = (address, address.replace("http", "ws"), "data:", "blob:")
    assert len(asked) > 5
    assert [url for url in asked if not url.startswith(ours)] == []
