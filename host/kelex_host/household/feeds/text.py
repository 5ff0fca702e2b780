"""Bytes become text whatever their charset, and a feed's text becomes what can be said and shown."""

from __future__ import annotations

import codecs
import html
import re
from hashlib import sha256

from kelex_host.household.feeds.items import KEY_CHARACTERS

# What documents may be in: every charset that the web's feeds are seen in, and none that hides markup, such as UTF-7.
_CHARSETS = re.compile(
    r"utf-?8|us-ascii|iso-?8859-\d+|(windows-|cp)125\d|koi8-[ru]|gb(2312|k|18030)|big5|euc-(jp|kr)|shift[_-]jis",
    re.IGNORECASE,
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_PARAMETER = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._-]{1,40})""", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_TAG = re.compile(r"<[^<>]*>")
_BLANKS = re.compile(r"\s+")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Before what is cut to size is cleaned, so that cleaning costs little.
_MARKUP_FACTOR = 5


def decoded(data: bytes, content_type: str = "") -> str:
    """The text of an XML document, without its declaration.

    A byte order mark decides (RFC 7303, section 3). Else what is UTF-8 is taken as such, since other text hardly ever
    looks like it and the declarations are often wrong; else the header's charset, then the document's own is tried.
    """
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return _DECLARATION.sub("", data[len(mark) :].decode(charset, "replace"))
    named = [found[1] for found in [_PARAMETER.search(content_type)] if found]
    named += [found[1].decode("ascii") for found in [_DECLARED.match(data)] if found]
    for charset in ("utf-8", *filter(_CHARSETS.fullmatch, named)):
        try:
            return _DECLARATION.sub("", data.decode(charset))
        except (UnicodeDecodeError, LookupError):
            continue
    return _DECLARATION.sub("", data.decode("windows-1252", "replace"))


def plain(text: str, most: int, *, markup: bool = False) -> str:
    """One line for people: no control characters, single blanks, at most `most` characters; `markup` is taken out."""
    text = text[: most * _MARKUP_FACTOR]
    if markup:
        text = html.unescape(_TAG.sub(" ", html.unescape(_TAG.sub(" ", text))))
    text = "".join(character if character.isprintable() else " " for character in text)
    text = _BLANKS.sub(" ", text).strip()
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def key_of(*parts: str) -> str:
    """A key of what identifies something: the text itself, or a digest where that is long or spread."""
    if len(parts) == 1 and 0 < len(parts[0]) <= KEY_CHARACTERS and parts[0].isprintable():
        return parts[0]
    return sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()
