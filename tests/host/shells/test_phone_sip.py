"""The holo-phone by SIP: our adapter and a real baresip call another real baresip, over loopback."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from baresips import RealBaresip
from brokers import free_port
from host.shells.conftest import until
from kelex_host.household.phone import CONTACT, HOUSE, Limits
from kelex_host.shells.phone_sip import SipPhone


class Phone:
    """A SipPhone that remembers."""

    def __init__(self, port, limits=None) -> None:
        self.reports, self.told = [], []
        self.sip = SipPhone("127.0.0.1", port, self.reports.extend, self.told.append, limits)

    def states(self, call_id=None):
        return [(one.state, one.by) for one in self.reports if call_id in (None, one.call_id)]

    async def comes_to(self, state, count=1):
        await until(lambda: sum(one.state == state for one in self.reports) >= count, f"{state}: {self.reports}")


@asynccontextmanager
async def running(*phones, wait=True):
    tasks = [asyncio.create_task(phone.sip.run()) for phone in phones]
    try:
        if wait:
            await until(lambda: all(phone.sip.connected for phone in phones), "baresip answers")
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def pair(tmp_path):
    """Two baresips: the house's, and the General's, who answers as a test wants."""
    made = []

    def start(*, answers=True):
        house, zod = RealBaresip(tmp_path, "kelex", answers=False), RealBaresip(tmp_path, "zod", answers=answers)
        made.extend((house, zod))
        house.start()
        zod.start()
        return house, zod

    yield start
    for one in made:
        one.kill()


def test_a_contact_answers_and_hangs_up_and_the_house_does(pair):
    house, zod = pair()

    async def body() -> None:
        ours, his = Phone(house.control), Phone(zod.control)
        async with running(ours, his):
            ours.sip.dial("c1", "dru-zod", zod.uri)
            await ours.comes_to("active")
            assert ours.states()[0] == ("dialling", HOUSE)
            assert ours.states()[-1] == ("active", CONTACT)
            await his.comes_to("active")
            assert his.reports[0].incoming
            his.sip.hang_up(his.reports[0].call_id)
            await ours.comes_to("ended")
            assert ours.states("c1")[-1] == ("ended", CONTACT)
            ours.sip.dial("c2", "dru-zod", zod.uri)
            await ours.comes_to("active", 2)
            ours.sip.hang_up("c2")
            assert ours.states("c2")[-1] == ("ended", HOUSE)
            await his.comes_to("ended", 2)
            assert his.states()[-1] == ("ended", CONTACT)

    asyncio.run(body())


def test_a_contact_refuses(pair):
    house, zod = pair(answers=False)

    async def body() -> None:
        ours, his = Phone(house.control), Phone(zod.control)
        async with running(ours, his):
            ours.sip.dial("c1", "dru-zod", zod.uri)
            await his.comes_to("ringing")
            await ours.comes_to("ringing")
            his.sip.reject(his.reports[0].call_id)
            await ours.comes_to("refused")
            assert ours.states() == [("dialling", HOUSE), ("ringing", CONTACT), ("refused", CONTACT)]

    asyncio.run(body())


def test_the_house_is_called_and_answers(pair):
    house, zod = pair()

    async def body() -> None:
        ours, his = Phone(house.control), Phone(zod.control)
        async with running(ours, his):
            his.sip.dial("z1", "kelex", house.uri)
            await ours.comes_to("ringing")
            [ringing] = ours.reports
            assert (ringing.incoming, ringing.peer) == (True, zod.uri)
            ours.sip.answer(ringing.call_id)
            await ours.comes_to("active")
            await his.comes_to("active")
            his.sip.hang_up("z1")
            await ours.comes_to("ended")
            assert ours.states() == [("ringing", CONTACT), ("active", HOUSE), ("ended", CONTACT)]

    asyncio.run(body())


def test_a_caller_who_gives_up_is_told(pair):
    house, zod = pair()

    async def body() -> None:
        ours, his = Phone(house.control), Phone(zod.control)
        async with running(ours, his):
            his.sip.dial("z1", "kelex", house.uri)
            await ours.comes_to("ringing")
            his.sip.hang_up("z1")
            await ours.comes_to("ended")
            assert ours.states()[-1] == ("ended", CONTACT)

    asyncio.run(body())


def test_somebody_who_is_not_there_and_somebody_who_keeps_silent(pair):
    house, zod = pair(answers=False)

    async def body() -> None:
        ours = Phone(house.control, Limits(dialling_s=15.0, ringing_s=0.5))
        async with running(ours):
            ours.sip.dial("c1", "ursa", zod.uri.replace("zod", "ursa"))
            await ours.comes_to("failed")
            assert "404" in ours.reports[-1].why
            ours.sip.dial("c2", "dru-zod", zod.uri)
            await ours.comes_to("failed", 2)
            assert ours.reports[-1].why == "nobody answered"
            # It was hung up, so the line is free for the next.
            ours.sip.dial("c3", "dru-zod", zod.uri)
            await until(lambda: ("ringing", CONTACT) in ours.states("c3"), "the next call rings")

    asyncio.run(body())


def test_baresip_dies_in_the_midst_of_a_call_and_comes_back(pair):
    house, zod = pair()

    async def body() -> None:
        ours = Phone(house.control)
        async with running(ours):
            ours.sip.dial("c1", "dru-zod", zod.uri)
            await ours.comes_to("active")
            ours.told.clear()
            house.kill()
            await ours.comes_to("failed")
            assert ours.reports[-1].why == "the connection to baresip is lost; see to it"
            ours.sip.dial("c2", "dru-zod", zod.uri)
            assert ours.reports[-1].why == "baresip is not running; start it with its module ctrl_tcp"
            house.start()
            await until(lambda: ours.sip.connected, "baresip is back")
            ours.sip.dial("c3", "dru-zod", zod.uri.replace("zod", "ursa"))
            await until(lambda: ("failed", "") in ours.states("c3"), "a new call reaches the other side")
            assert len(ours.told) == 1

    asyncio.run(body())


def test_without_baresip_it_is_told_once_with_the_mend():
    async def body() -> None:
        port = free_port()
        phone = Phone(port)
        async with running(phone, wait=False):
            await until(lambda: phone.told, "it is told")
            phone.sip.dial("c1", "dru-zod", "sip:zod@127.0.0.1")
        assert phone.told == [
            f"baresip does not answer at 127.0.0.1:{port}; start it with its module ctrl_tcp. Trying on."
        ]
        assert phone.states() == [("failed", "")]

    asyncio.run(body())


def test_a_server_that_is_no_baresip_is_left():
    async def body() -> None:
        connections = []

        async def serve(reader, writer):
            connections.append(writer)
            writer.write(b"220 smtp\r\n")
            await reader.read()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        phone = Phone(server.sockets[0].getsockname()[1])
        async with running(phone, wait=False):
            await until(lambda: len(connections) >= 2, "it tries again")
        server.close()
        assert phone.reports == []

    asyncio.run(body())


def test_a_server_that_says_nothing_is_no_baresip(monkeypatch):
    monkeypatch.setattr("kelex_host.shells.phone_sip.CONNECT_S", 0.1)

    async def body() -> None:
        server = await asyncio.start_server(lambda reader, writer: reader.read(), "127.0.0.1", 0)
        phone = Phone(server.sockets[0].getsockname()[1])
        async with running(phone, wait=False):
            await until(lambda: phone.told, "it is told")
            assert not phone.sip.connected
            phone.sip.dial("c1", "zod", "sip:zod@h")
            assert phone.states() == [("failed", "")]
        server.close()

    asyncio.run(body())
