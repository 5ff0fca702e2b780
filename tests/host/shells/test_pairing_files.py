"""Pairing keys on the host's disk. These tests run as root too, whom no file mode stops: modes are looked at."""

import stat

import pytest
from kelex_host.errors import TrustError
from kelex_host.shells.pairing_files import PairingFiles


@pytest.fixture
def files(tmp_path):
    return PairingFiles(tmp_path)


def test_a_drone_has_no_key_until_one_is_kept_and_none_when_it_is_taken_away(files):
    assert files.keys("kelex") == ()
    first, second = files.draw(), files.draw()
    assert (len(first), first != second) == (32, True)
    for keys in ((first,), (second, first), (second,), (), ()):
        files.keep("kelex", keys)
        assert files.keys("kelex") == keys
        assert files.keys("other") == ()


def test_nobody_else_can_read_a_pairing_key(files, tmp_path):
    files.keep("kelex", (files.draw(),))
    path = tmp_path / "pairings" / "kelex.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o640)
    with pytest.raises(TrustError, match="chmod 600"):
        files.keys("kelex")


@pytest.mark.parametrize("text", [b"", b"00\n", b"zz" * 32, b"\xff" * 64, b"00" * 33 + b"\n", (b"00" * 32 + b"\n") * 3])
def test_a_damaged_file_is_no_key_and_the_sentence_names_the_mend(files, tmp_path, text):
    files.keep("kelex", (files.draw(),))
    (tmp_path / "pairings" / "kelex.key").write_bytes(text)
    with pytest.raises(TrustError, match=r"damaged; .*pair anew"):
        files.keys("kelex")


def test_what_cannot_be_written_says_so(tmp_path):
    (tmp_path / "pairings").write_text("in the way")
    with pytest.raises(TrustError, match="cannot be written"):
        PairingFiles(tmp_path).keep("kelex", (bytes(32),))
