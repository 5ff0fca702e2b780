"""Why a broker fails us: each failure is told apart, with its own mend."""

import socket
import ssl

from kelex_host.broker_url import BrokerUrl
from kelex_host.shells.broker_problems import why_refused, why_unreachable


def test_each_failure_has_its_own_mend() -> None:
    url = BrokerUrl("127.0.0.1", 1883)
    assert why_unreachable(url, ConnectionRefusedError()) == (
        "No MQTT broker answers at 127.0.0.1:1883: start one with `kelex up`, or name another with --broker."
    )
    failures = [ConnectionRefusedError(), socket.gaierror(), TimeoutError(), ssl.SSLError(1, "bad")]
    assert len({why_unreachable(url, error) for error in failures}) == len(failures)
    assert "wants a user name" in why_refused(url, credentials=True, reason="Not authorized")
    assert "Server busy" in why_refused(url, credentials=False, reason="Server busy")
