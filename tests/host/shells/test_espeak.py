"""The house's voice: the real espeak-ng makes real sound, and is silent at once when it should be."""

import asyncio
import os
import shutil
import stat
import sys
import wave

import pytest
from host.shells.conftest import until
from kelex_host.household.speech import FAILED, FINISHED, INTERRUPTED, STARTED
from kelex_host.shells.espeak import EspeakSpeaker


@pytest.fixture
def espeak():
    if shutil.which("espeak-ng") is None:
        message = "no espeak-ng here: install it with `apt-get install espeak-ng`"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


@pytest.fixture
def player(tmp_path):
    """A player that keeps what it is given and its process id, and plays for `seconds`."""

    def make(seconds=0.0, code=0):
        program = tmp_path / "player"
        program.write_text(
            f"#!{sys.executable}\nimport os, shutil, sys, time\n"
            f"name = {str(tmp_path)!r} + '/played-' + str(os.getpid())\n"
            "shutil.copy(sys.argv[-1], name + '.part')\nos.rename(name + '.part', name)\n"
            f"time.sleep({seconds})\nsys.exit({code})\n"
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return [str(program)]

    make.played = lambda: sorted(tmp_path.glob("played-*[0-9]"))
    return make


class Voice:
    """An EspeakSpeaker that remembers."""

    def __init__(self, **more) -> None:
        self.said, self.told = [], []
        self.speaker = EspeakSpeaker(self.said.extend, self.told.append, **more)

    def states(self):
        return [(one.id, one.state) for one in self.said]

    async def comes_to(self, id, state):
        await until(lambda: (id, state) in self.states(), f"{id} {state}: {self.said} {self.told}")


def run(body):
    asyncio.run(body())


def seconds_of(file):
    with wave.open(str(file)) as made:
        return made.getnframes() / made.getframerate(), made.readframes(made.getnframes())


def test_each_text_becomes_sound_that_is_played_one_after_the_other(espeak, player):
    async def body() -> None:
        voice = Voice(player=player())
        voice.speaker.say("a", "Sir, there is something on the holo-news that you need to see.")
        voice.speaker.say("b", "Ma'am.")
        await voice.comes_to("b", FINISHED)
        assert voice.states() == [("a", STARTED), ("a", FINISHED), ("b", STARTED), ("b", FINISHED)]
        assert voice.told == []
        await voice.speaker.close()

    run(body)
    lengths = sorted(seconds_of(file)[0] for file in player.played())
    assert len(lengths) == 2
    assert lengths[0] < 2.0 < lengths[1]
    assert any(seconds_of(player.played()[0])[1])  # it is not silence


def test_without_a_sound_device_it_is_rendered_and_takes_its_time(espeak, player):
    async def body() -> None:
        for command in ([], player(code=1), ["/no/such/player"]):
            voice = Voice(player=command)
            voice.speaker.say("a", "Sir")
            await voice.comes_to("a", FINISHED)
            assert voice.states() == [("a", STARTED), ("a", FINISHED)]
            assert len(voice.told) == 1
            assert "install alsa-utils" in voice.told[0]
            await voice.speaker.close()

    run(body)


def test_it_is_silent_at_once_for_something_more_important(espeak, player):
    async def body() -> None:
        voice = Voice(player=player(seconds=60))
        voice.speaker.say("a", "A long story.")
        await until(player.played, "it plays")
        process = int(player.played()[0].name.removeprefix("played-"))
        voice.speaker.say("b", "Fire!", at_once=True)
        assert voice.states() == [("a", STARTED), ("a", INTERRUPTED)]
        await voice.comes_to("b", STARTED)
        with pytest.raises(ProcessLookupError):  # the first player is gone, not only forgotten
            os.kill(process, 0)
        voice.speaker.hush("b")
        assert voice.states()[-1] == ("b", INTERRUPTED)
        await voice.speaker.close()

    run(body)


def test_closing_ends_what_plays(espeak, player):
    async def body() -> None:
        voice = Voice(player=player(seconds=60))
        voice.speaker.say("a", "A long story.")
        await until(player.played, "it plays")
        await voice.speaker.close()
        with pytest.raises(ProcessLookupError):
            os.kill(int(player.played()[0].name.removeprefix("played-")), 0)

    run(body)


def test_voice_and_volume_are_the_configurations(espeak, player):
    async def body() -> None:
        for number, (voice, volume) in enumerate([("en", 50), ("en", 5), ("de", 50)]):
            made = Voice(player=player(), voice=voice, volume=volume)
            made.speaker.say("a", "Wonderful")
            await until(lambda wanted=number + 1: len(player.played()) == wanted, "it plays")
            await made.comes_to("a", FINISHED)
            sounds.append(seconds_of(max(player.played(), key=lambda file: file.stat().st_mtime_ns))[1])
            await made.speaker.close()

    sounds = []
    run(body)
    loudest = [max(memoryview(sound).cast("h")) for sound in sounds]
    assert loudest[1] < loudest[0] / 4
    assert sounds[2] != sounds[0]


@pytest.mark.parametrize(
    "text", ["--version", "-f /etc/passwd", "<speak>x</speak>", "[[h@'loU]]", "日本", "\x00", "a" * 3000]
)
def test_whatever_is_said_is_only_said(espeak, player, text):
    async def body() -> None:
        voice = Voice(player=player())
        voice.speaker.say("a", text)
        await until(lambda: voice.said and voice.said[-1].state in (FINISHED, FAILED), "it ends")
        await voice.speaker.close()

    run(body)


def test_a_voice_that_there_is_not_is_told(espeak):
    async def body() -> None:
        voice = Voice(voice="kryptonian", player=[])
        voice.speaker.say("a", "Sir")
        await voice.comes_to("a", FAILED)
        assert "correct [speech] voice" in voice.said[-1].why

    run(body)


def test_without_espeak_it_is_told_once_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    async def body() -> None:
        voice = Voice(player=[])
        for id in ("a", "b"):
            voice.speaker.say(id, "Sir")
        await voice.comes_to("b", FAILED)
        assert voice.told == [
            "There is no espeak-ng; install it with `apt-get install espeak-ng`. Texts are not spoken meanwhile."
        ]
        assert "; " in voice.said[-1].why

    run(body)
