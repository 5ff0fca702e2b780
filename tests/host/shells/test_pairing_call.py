"""Pairing a drone at its port without a house: a real drone program at a pseudo-terminal, keys in real files."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from kelex_host.cli.household import simulated_house
from kelex_host.config import Settings
from kelex_host.errors import TrustError
from kelex_host.shells.pairing_call import pair_at, unpair_at
from kelex_host.shells.pairing_files import PairingFiles
from kelex_sim.ports import PtyPort
from kelex_sim.realtime import LiveHouse


@asynccontextmanager
async def a_drone(path):
    live = LiveHouse(simulated_house(Settings()), {"kelex": ("nursery", lambda receive: PtyPort(receive, path))}, 0)
    live.start()
    try:
        yield str(path)
    finally:
        live.stop()


def test_a_drone_is_paired_and_paired_anew_and_obeys_no_other_house_until_it_is_unpaired(tmp_path):
    ours, theirs = PairingFiles(tmp_path / "ours"), PairingFiles(tmp_path / "theirs")

    async def body():
        async with a_drone(tmp_path / "tty") as port:
            await pair_at(port, "kelex", ours)
            (first,) = ours.keys("kelex")
            await pair_at(port, "kelex", ours)
            (second,) = ours.keys("kelex")
            assert first != second
            for forbidden in (pair_at, unpair_at):
                with pytest.raises(TrustError, match="paired with another host"):
                    await forbidden(port, "kelex", theirs)
            assert theirs.keys("kelex") == ()
            assert ours.keys("kelex") == (second,)
            await unpair_at(port, "kelex", ours)
            assert ours.keys("kelex") == ()
            await pair_at(port, "kelex", theirs)
            assert len(theirs.keys("kelex")) == 1

    asyncio.run(body())


def test_where_nobody_answers_nothing_is_kept_and_the_mend_is_named(tmp_path):
    pairings = PairingFiles(tmp_path)

    async def body():
        silent = PtyPort(lambda data: None, tmp_path / "silent")
        silent.open()
        try:
            with pytest.raises(
                TrustError, match="no Kelex answers within 2 s; put the firmware on the board: kelex flash"
            ):
                await pair_at(silent.name, "kelex", pairings)
        finally:
            silent.close()
        with pytest.raises(TrustError, match="There is no port"):
            await pair_at(str(tmp_path / "none"), "kelex", pairings)

    asyncio.run(body())
    assert pairings.keys("kelex") == ()


def test_two_keys_of_which_one_holds_are_left_to_the_house_to_settle(tmp_path):
    pairings = PairingFiles(tmp_path)
    pairings.keep("kelex", (pairings.draw(), pairings.draw()))
    with pytest.raises(TrustError, match="still to be found out; `kelex up"):
        asyncio.run(pair_at("/dev/none", "kelex", pairings))
