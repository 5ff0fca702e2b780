"""How deep JSON may be nested: no deeper on one interpreter than on another.

The decoders stop where their interpreter's stack does, which CPython 3.11 and 3.13 do not agree on. The same bytes have
to get the same answer everywhere, so that a life is the same life, and a journal the same decisions.
"""

import re

# No verb takes anything nested deeper than a project's variants: 4.
DEPTH_MOST = 64
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_OPENING, _CLOSING = b"[{", b"]}"


def check_depth(text: bytes) -> None:
    """Return if JSON is nested at most DEPTH_MOST deep; what is no JSON may pass. Raises ValueError."""
    if text.count(b"[") + text.count(b"{") <= DEPTH_MOST:
        return
    depth = 0
    for byte in _STRING.sub(b"", text):
        depth += (byte in _OPENING) - (byte in _CLOSING)
        if depth > DEPTH_MOST:
            raise ValueError(f"it is nested more than {DEPTH_MOST} deep")
