"""Which recordings teach and which are held back: no infant and no speaker is on both sides."""

from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="`uv sync --extra cries` brings it")

from kelex_host.cries.recordings import Recording, held_back, kind_of, tongue_of

# Names as `kelex cries collect` makes them.
SPOKEN = {
    "asterisk_sounds_en_US_f_Allison_activated.wav.wav": "en",
    "asterisk_sounds_ru_RU_f_IvrvoiceRU_activated.wav.wav": "ru",
    "tuxpaint_stamps_clothes_sunglasses_01_desc_be.ogg.wav": "be",
    "tuxpaint_stamps_animals_birds_crow_desc.ogg.wav": "en",
    "tuxpaint_stamps_symbols_alphabets_english_filled_lowercase_a_filled_en_GB.ogg.wav": "en",
    "klettres_nds_alpha_a-01.ogg.wav": "nds",
    "ktuberling_sounds_fr_robin_nez.ogg.wav": "fr",
    "games_fillets-ng_sound_airplane_nl_let-m-oko.ogg.wav": "nl",
}


@pytest.mark.parametrize(("name", "tongue"), SPOKEN.items())
def test_a_spoken_recordings_name_tells_its_tongue(name, tongue):
    assert kind_of(name) == "speech"
    assert tongue_of(Recording(Path(name), "speech")) == tongue


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("games_widelands_data_music_ingame_00.ogg.wav", "music"),
        ("games_widelands_data_sound_animals_bird1_00.ogg.wav", "animals"),
        ("games_supertux2_sounds_brick.wav.wav", "misc"),
        ("games_fillets-ng_sound_share_sp-impact_heavy_00.ogg.wav", "misc"),
    ],
)
def test_other_sounds_have_no_tongue(name, kind):
    assert kind_of(name) == kind
    assert tongue_of(Recording(Path(name), kind)) == ""


def test_no_tongue_and_no_infant_is_on_both_sides():
    spoken = [Recording(Path(f"{i}_{name}"), "speech") for i in range(20) for name in SPOKEN]
    cries = [Recording(Path(f"{i}.wav"), "cry", f"infant {i % 12}") for i in range(60)]
    taught, kept = held_back(spoken + cries)
    assert taught
    assert kept
    assert not {tongue_of(r) for r in taught if not r.infant} & {tongue_of(r) for r in kept if not r.infant}
    assert not {r.infant for r in taught if r.infant} & {r.infant for r in kept if r.infant}


def test_two_takes_of_one_sound_stay_together():
    sounds = ("sheep", "ox", "wolf")
    takes = [Recording(Path(f"{sound}_{i:02}.ogg.wav"), "animals") for sound in sounds for i in range(9)]
    for part in held_back(takes):
        assert all(sum(r.path.name.startswith(sound) for r in part) in (0, 9) for sound in sounds)
