"""Why a broker fails us, each in one sentence for a person, with the mend."""

from __future__ import annotations

import socket
import ssl

from kelex_host.broker_url import BrokerUrl


class TlsFileError(OSError):
    """A file that TLS needs cannot be used; one sentence with the mend."""


def why_unreachable(url: BrokerUrl, error: Exception) -> str:
    """One sentence with the mend for a connection attempt that failed with `error`."""
    if isinstance(error, TlsFileError):
        return f"TLS with the MQTT broker at {url.address} cannot begin: {error}"
    if isinstance(error, ssl.SSLError):
        reason = getattr(error, "verify_message", None) or getattr(error, "reason", None) or "no TLS there"
        return (
            f"TLS with the MQTT broker at {url.address} failed ({reason}): mend its certificate, "
            "or name it with mqtt:// if it speaks plain MQTT."
        )
    if isinstance(error, socket.gaierror | UnicodeError):
        return f"The MQTT broker's host name {url.host!r} is unknown here: correct the broker's address."
    if isinstance(error, TimeoutError):
        return f"The MQTT broker at {url.address} stays silent: check the address, the network and its firewall."
    if isinstance(error, ConnectionError) and not isinstance(error, ConnectionRefusedError):
        return (
            f"Something at {url.address} hangs up before it answers: see that MQTT is spoken there, and "
            f"whether it wants {'mqtt' if url.tls else 'mqtts'}://."
        )
    return f"No MQTT broker answers at {url.address}: start one with `kelex up`, or name another with --broker."


def why_refused(url: BrokerUrl, *, credentials: bool, reason: str) -> str:
    """One sentence with the mend for a broker that answered and said no, with its own `reason`."""
    if not credentials:
        return f"The MQTT broker at {url.address} refuses us ({reason}): check its log and its settings."
    if url.username is None:
        return f"The MQTT broker at {url.address} wants a user name: write mqtt://user:password@{url.address}."
    return f"The MQTT broker at {url.address} refuses user {url.username!r}: correct the name or the password."


def why_broken(url: BrokerUrl) -> str:
    """One sentence with the mend for a connection that was there and is gone."""
    return f"The connection to the MQTT broker at {url.address} broke: see that the broker runs, it is retried."


def why_unacknowledged(url: BrokerUrl) -> str:
    """One sentence with the mend for a broker that owes an acknowledgement; mosquitto drops some when it is flooded."""
    return (
        f"The MQTT broker at {url.address} acknowledges no more what it gets: see who floods it, or whether its "
        "max_queued_messages is too low; a new session is begun."
    )
