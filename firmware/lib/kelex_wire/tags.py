"""Tags: how a paired drone tells its own host's orders from everybody else's.

Drone and host share a pairing key of 32 bytes. In each session both derive from it

    session key = HMAC-SHA256(pairing key, label, the host's nonce, boot, start, session)

and each order ends with the first TAG_BYTES of

    HMAC-SHA256(session key, message number, index, payload)

HMAC is RFC 2104's. The payload has session and order number in it. `index` counts the session's orders from 0: the
order number alone has 16 bits, and after 65,536 orders of one session a recorded one would be in turn again.

Why no session key is ever used twice, so that no recorded order is ever worth anything again:

- `boot` counts the starts of the board in flash, written before the first frame is sent: no two starts have the same
  one. The pairing key lies in the same flash, so what wipes the count wipes the key with it. A flash that can no
  longer be written gives a random boot of 24 bits and the random `start` of 16: a repeat is one in 2^40.
- Within a boot, `session` has a counter of 16 bits, which a hostile host could drive once around by 65,535 greetings
  in about a minute. Then `start` goes on by one (see drone_link.py). So a session comes again after 2^32 greetings,
  fifty days at the thousand a second that the port takes, and still only for who sends the old nonce just then.
- The host's nonce is fresh in each session, so whoever plays the drone and chooses all the other words gets tags that
  hold for these words alone.

Eight bytes: a guess is right once in 2^64, and the drone takes a thousand or so a second.
"""

import struct
from hashlib import sha256

KEY_BYTES = 32
TAG_BYTES = 8
_BLOCK_BYTES = 64
_INNER = int.from_bytes(b"\x36" * _BLOCK_BYTES, "big")
_OUTER = int.from_bytes(b"\x5c" * _BLOCK_BYTES, "big")
_LABEL = b"kelex session 1"


class Hmac:
    """HMAC-SHA256 under one key, of at most 64 bytes."""

    def __init__(self, key):
        assert len(key) <= _BLOCK_BYTES
        # As one number: on the board a loop over the bytes takes five times as long.
        word = int.from_bytes(key + bytes(_BLOCK_BYTES - len(key)), "big")
        self._inner = (word ^ _INNER).to_bytes(_BLOCK_BYTES, "big")
        self._outer = (word ^ _OUTER).to_bytes(_BLOCK_BYTES, "big")

    def digest(self, head, body):
        """The 32 bytes for `head` and `body`, one behind the other."""
        inner = sha256(self._inner)
        inner.update(head)
        inner.update(body)
        outer = sha256(self._outer)
        outer.update(inner.digest())
        return outer.digest()


class SessionTags:
    """The tags of one session's orders. `nonce` is the host's; boot, start and session are the drone's words."""

    def __init__(self, pairing, nonce, boot, start, session):
        assert len(pairing) == KEY_BYTES
        words = struct.pack("<IIHI", nonce, boot, start, session)
        self._hmac = Hmac(Hmac(pairing).digest(_LABEL, words))

    def tag(self, number, index, payload):
        """The tag of the session's order `index`, whose message is `number`."""
        return self._hmac.digest(struct.pack("<BI", number, index & 0xFFFFFFFF), payload)[:TAG_BYTES]

    def fits(self, number, index, payload, tag):
        """Whether that is its tag. Takes the same time whatever is wrong with it."""
        right = self.tag(number, index, payload)
        different = len(tag) ^ TAG_BYTES
        for i in range(min(len(tag), TAG_BYTES)):
            different |= right[i] ^ tag[i]
        return different == 0


def key_words(key):
    """A pairing key as the eight words of `order_pair`."""
    return struct.unpack("<8I", key)


def key_bytes(words):
    """The pairing key in the eight words of `order_pair`."""
    return struct.pack("<8I", *words)
