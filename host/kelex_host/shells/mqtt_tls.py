"""TLS for a broker: the authorities that vouch for it, and our own certificate. It always verifies both ways."""

from __future__ import annotations

import ssl

from kelex_host.broker_url import BrokerUrl
from kelex_host.shells.broker_problems import TlsFileError


def context_for(url: BrokerUrl) -> ssl.SSLContext:
    """What a connection to this broker is made with. Raises TlsFileError for a file that cannot be used.

    It reads the authorities' certificates: 20 ms for the system's.
    """
    try:
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=url.ca or None)
    except (OSError, ValueError) as error:
        raise TlsFileError(f"{url.ca} is no authority's certificate ({_why(error)}); correct [broker] ca.") from None
    if url.certificate:
        try:
            # A password would be asked for at the terminal, which a service has not.
            context.load_cert_chain(url.certificate, url.key, password=lambda: b"")
        except (OSError, ValueError) as error:
            files = f"{url.certificate} and {url.key}"
            mend = "correct [broker] certificate and key, with a key that has no passphrase"
            raise TlsFileError(f"{files} are no certificate and its key ({_why(error)}); {mend}.") from None
    return context


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "not in PEM").lower().replace("_", " ")
    return getattr(error, "strerror", None) or str(error)
