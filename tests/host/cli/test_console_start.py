"""When `kelex up` says where its page is: once it answers there, and not before."""

import asyncio

import pytest
from kelex_host.cli import console_start
from kelex_host.cli.console_start import RunningConsole
from kelex_host.shells.console_process import Briefing, ConsoleProcess, listen

ADDRESS = "http://127.0.0.1:8000"


class Start:
    """A console that is not begun: the test says when it answers."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.listener = listen("127.0.0.1", 8000)
        self.process = ConsoleProcess(self.listener, Briefing("mqtt://127.0.0.1", "kelex", [], "", []))
        self.console = RunningConsole(self.process, ADDRESS, self.told.append)
        self.stopping = asyncio.Event()
        self.stopped = asyncio.create_task(self.stopping.wait())
        self.opened = asyncio.create_task(self.console.opened(self.stopped))


@pytest.fixture
def patience(monkeypatch):
    return lambda seconds: monkeypatch.setattr(console_start, "PATIENCE_S", seconds)


def on_a_loop(body):
    async def run():
        start = Start()
        await body(start)
        start.stopping.set()
        await start.stopped
        start.listener.close()

    asyncio.run(run())


def test_it_waits_for_the_page_to_answer(patience):
    patience(60)

    async def body(start):
        await asyncio.sleep(0)
        assert not start.opened.done()
        start.process.answers.set()
        assert await start.opened == ADDRESS
        assert start.told == []

    on_a_loop(body)


def test_a_page_that_takes_its_time_is_told_of_when_it_answers(patience):
    patience(0.01)

    async def body(start):
        assert await start.opened == ""
        assert start.told == []
        start.process.answers.set()
        while not start.told:
            await asyncio.sleep(0)
        assert start.told == [f"The page answers now: console {ADDRESS} (open it in a browser)"]

    on_a_loop(body)


def test_a_house_that_is_stopped_waits_for_no_page(patience):
    patience(60)

    async def body(start):
        start.stopping.set()
        assert await start.opened == ""
        assert start.told == []

    on_a_loop(body)
