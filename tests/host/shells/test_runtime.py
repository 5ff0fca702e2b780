"""The shell around the bridge: what it tells, and what it survives."""

from kelex_host.shells.runtime import Teller


def test_once_nobody_listens_it_is_silent_and_never_raises():
    heard = []

    def tell(text):
        heard.append(text)
        raise BrokenPipeError

    teller = Teller(tell)
    teller("first")
    teller("second")
    assert heard == ["first"]
