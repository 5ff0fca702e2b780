"""UF2 files that are old, foreign, not there or cut off on the way: one sentence, and the mend."""

import socket
import threading

import pytest
from host.flashing.test_uf2 import CONTENTS, GOOD, image
from kelex_host.cli.uf2_files import get_uf2, put_on_drive
from kelex_host.errors import FlashError
from kelex_host.shells.pico_finder import BootselDrive


class Silent:
    def begin(self, what, size):
        pass

    def advance(self, size):
        pass

    def end(self):
        pass


def refusal(wanted):
    with pytest.raises(FlashError) as refused:
        get_uf2(str(wanted), None)
    return str(refused.value)


def test_an_older_micropython_is_refused_and_a_newer_one_taken(tmp_path):
    path = tmp_path / "a.uf2"
    path.write_bytes(image(CONTENTS.replace(b"v1.26.1", b"v1.25.9")))
    assert refusal(path) == f"{path} is MicroPython v1.25.9, and Kelex needs 1.26 or newer; take a newer one."
    path.write_bytes(image(CONTENTS.replace(b"v1.26.1", b"v2.0.0 ")))
    assert get_uf2(str(path), None)[2].micropython == "v2.0.0"


def test_what_holds_no_micropython_is_refused(tmp_path):
    path = tmp_path / "a.uf2"
    path.write_bytes(image(bytes(300)))
    assert "holds no MicroPython" in refusal(path)


def test_what_cannot_be_read_is_told(tmp_path):
    assert "No such file or directory" in refusal(tmp_path / "none.uf2")
    assert "Is a directory" in refusal(tmp_path)


def test_without_any_image_it_is_told_where_to_get_one():
    with pytest.raises(FlashError, match="`kelex firmware build`"):
        get_uf2(None, None)


@pytest.mark.parametrize("url", ["https://a b/c.uf2", "https://[x/a.uf2", "https://127.0.0.1:x/", "file:///none.uf2"])
def test_an_address_that_is_none_is_told(url):
    assert refusal(url).endswith("; download it yourself, then --uf2 FILE.")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"what?\r\n\r\n", "cannot be downloaded (what?"),
        (b"HTTP/1.1 404 Gone\r\n\r\n", "cannot be downloaded (Gone)"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" + GOOD[:100], "cannot be downloaded"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2560\r\n\r\n" + GOOD[:1024], "is cut off: it has 2 of its 5 blocks"),
    ],
)
def test_a_server_that_answers_with_something_else_or_breaks_off_is_told(answer, why):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            visitor, _ = listener.accept()
            with visitor:
                visitor.recv(4096)
                visitor.sendall(answer)

        server = threading.Thread(target=serve)
        server.start()
        assert why in refusal(f"http://127.0.0.1:{listener.getsockname()[1]}/a.uf2")
        server.join()


def test_a_drive_that_is_gone_or_takes_no_more_is_told_with_what_it_took(tmp_path):
    with pytest.raises(FlashError, match=r"took 0 of 2560 bytes \(No such file or directory\); hold BOOTSEL"):
        put_on_drive(BootselDrive(tmp_path / "gone"), GOOD, Silent())
    (tmp_path / "firmware.uf2").symlink_to("/dev/full")
    with pytest.raises(FlashError, match=r"took 0 of 2560 bytes \(No space left on device\); hold BOOTSEL"):
        put_on_drive(BootselDrive(tmp_path), GOOD, Silent())
