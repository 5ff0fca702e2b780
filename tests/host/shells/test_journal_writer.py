"""The journal's thread: what is handed to it is done elsewhere, and told on the house's own loop."""

from __future__ import annotations

import asyncio
import threading

from kelex_host.shells.journal_writer import JournalWriter


def test_work_is_done_in_another_thread_and_told_on_the_loop() -> None:
    async def body() -> tuple[str, str]:
        writer, told = JournalWriter(), asyncio.get_running_loop().create_future()
        writer.wake = lambda work: work()
        writer.begin(lambda: threading.current_thread().name, lambda name: told.set_result(name))
        name = await told
        writer.close()
        return name, threading.current_thread().name

    where, here = asyncio.run(body())
    assert where.startswith("the journal")
    assert where != here


def test_close_waits_for_what_is_under_way_and_tells_it_once() -> None:
    async def body() -> list[str]:
        writer, told, go_on = JournalWriter(), list[str](), threading.Event()
        writer.wake = lambda work: work()

        def slow() -> str:
            go_on.wait(10)
            return "written"

        writer.begin(slow, told.append)
        asyncio.get_running_loop().call_soon(go_on.set)
        await asyncio.sleep(0)
        writer.close()
        writer.begin(lambda: "and what comes behind it, at once", told.append)
        await asyncio.sleep(0)
        return told

    assert asyncio.run(body()) == ["written", "and what comes behind it, at once"]
