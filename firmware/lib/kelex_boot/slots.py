"""The two slots that versions live in, and which one starts: what `kelex flash` calls (see the package's docstring).

A slot that does not run may be written at will; only `activate` and `rollback` change what starts, by one write of the
record. Nothing here is told or refused by an exception except what the flash itself refuses (OSError).
"""

import os
from binascii import hexlify
from hashlib import sha256

from kelex_boot import image, record, twins

MANIFEST = "manifest"
FILES_MOST = 200
_CHUNK_BYTES = 1024
_IS_FOLDER = 0x4000


def load():
    """The record of what runs."""
    return record.decode(twins.read(twins.FIRMWARE)[1])


def keep(now):
    """Keep another record. Raises OSError."""
    twins.write(twins.FIRMWARE, record.encode(now))


def status():
    """What runs (`slot`, `previous`), `trial`, `starts`, the `spare` slot, each slot's version; what was given up."""
    now = load()
    return {
        "slot": record.SLOTS[now.slot],
        "previous": record.SLOTS[now.previous],
        "trial": bool(now.trial),
        "starts": now.starts,
        "spare": record.SLOTS[record.spare(now)],
        "versions": {slot: "%08x" % version(slot) for slot in record.SLOTS},
        "given_up": record.SLOTS[now.given_up] if now.why else "",
        "why": record.REASONS[now.why] if now.why else "",
    }


def version(slot):
    """The number that names a slot's version, 0 where there is none."""
    if slot == record.SLOTS[record.FROZEN]:
        return image.VERSION
    hashed = _hash("/" + slot + "/" + MANIFEST)
    return int(hashed[:8], 16) if hashed else 0


def hashes(slot):
    """{path: SHA-256} of the files that really are in a slot, but for its manifest; of the UF2's, for `frozen`."""
    if slot == record.SLOTS[record.FROZEN]:
        return parse(image.MANIFEST[1:])
    root = "/" + slot + "/"
    return {path: _hash(root + path) for path in _walk(root, "") if path != MANIFEST}


def verify(slot):
    """The paths in a slot that are wrong, missing (in the UF2 too) or too many; [] is whole."""
    wanted = _manifest(slot)
    if not wanted:
        return [MANIFEST]
    there = hashes(slot)
    wrong = [path for path in set(wanted) | set(there) if wanted.get(path) != there.get(path)]
    return sorted([path for path in wrong if path in there or not image.has(path, wanted[path])])


def sources(slot):
    """{path: whether that very file is in the UF2, and is taken from there} of a slot's manifest."""
    wanted = _manifest(slot)
    return {path: image.has(path, wanted[path]) for path in wanted}


def prepare(slot, manifest):
    """Make a slot ready for `manifest`; the paths that are still to be sent. Raises OSError.

    What the UF2 has of it stays there, what the other slot has is copied from there, what is too many is removed.
    """
    if slot not in record.SLOTS[: record.FROZEN] or not record.is_free(load(), record.SLOTS.index(slot)):
        return [MANIFEST]
    wanted = parse(manifest)
    root = "/" + slot + "/"
    _make_folder(root[:-1])
    _remove(root + MANIFEST)  # first: from now on the slot is not whole
    there = hashes(slot)
    for path in there:
        if there[path] != wanted.get(path):
            _remove(root + path)
    other = record.SLOTS[1 - record.SLOTS.index(slot)]
    elsewhere = _manifest(other)
    missing = []
    for path in sorted(wanted):
        if there.get(path) == wanted[path] or image.has(path, wanted[path]):
            continue
        _make_folders(root, path)
        if elsewhere.get(path) != wanted[path] or not _copy("/" + other + "/" + path, root + path, wanted[path]):
            missing.append(path)
    with open(root + MANIFEST, "wb") as file:
        file.write(manifest.encode())
    return missing


def activate(slot):
    """Have a slot start next, on trial; "" or why not. Raises OSError."""
    if slot not in record.SLOTS[: record.FROZEN]:
        return "there is no slot %s" % slot
    wrong = verify(slot)
    if wrong:
        return "%s is damaged: %s" % (slot, " ".join(wrong[:5]))
    keep(record.activate(load(), record.SLOTS.index(slot)))
    return ""


def rollback(why):
    """Go back to the version before; "" or why not. Raises OSError."""
    now = load()
    if why not in record.REASONS[1:]:
        return "%s is no reason; take one of %s" % (why, " ".join(record.REASONS[1:]))
    if now.slot == record.FROZEN:
        return "what came with the UF2 runs already"
    before = record.SLOTS[now.previous]
    if now.previous != record.FROZEN and verify(before):
        return "%s, the version before, is damaged" % before
    keep(record.give_up(now, record.REASONS.index(why)))
    return ""


def parse(manifest):
    """{path: SHA-256} of a manifest's text; empty where a line is none."""
    return _parsed(manifest.split("\n")[:-1])


def _parsed(lines):
    files = {}  # type: dict[str, str]
    for line in lines:
        path, _, hashed = line.partition(" ")
        if len(hashed) != 64 or path[:1] in ("", "/") or ".." in path or len(files) >= FILES_MOST:
            return {}
        files[path] = hashed
    return files


def is_whole(slot):
    """Whether a slot, by its place in `record.SLOTS`, can be started."""
    try:
        return slot == record.FROZEN or not verify(record.SLOTS[slot])
    except OSError:
        return False


def _manifest(slot):
    try:
        with open("/" + slot + "/" + MANIFEST, "rb") as file:
            # Line by line: among the hashes kept meanwhile, the heap may have no room for all of it in one piece.
            return _parsed([line.decode().rstrip("\n") for line in file])
    except (OSError, UnicodeError):
        return {}


def _walk(root, folder):
    """Every file's path below `root`. A slot that is not there has none."""
    try:
        entries = list(os.ilistdir(root + folder))
    except OSError:
        return []
    paths = []  # type: list[str]
    for entry in entries:
        path = folder + entry[0]
        paths += _walk(root, path + "/") if entry[1] == _IS_FOLDER else [path]
    return paths


def _hash(path):
    """The SHA-256 of a file, "" where it cannot be read."""
    sha = sha256()
    buffer = bytearray(_CHUNK_BYTES)
    view = memoryview(buffer)
    try:
        with open(path, "rb") as file:
            size = file.readinto(buffer)
            while size:
                sha.update(view[:size])
                size = file.readinto(buffer)
    except OSError:
        return ""
    return hexlify(sha.digest()).decode()


def _copy(source, target, hashed):
    """Copy a file; whether the copy is what it should be. Raises OSError."""
    buffer = bytearray(_CHUNK_BYTES)
    view = memoryview(buffer)
    with open(source, "rb") as old, open(target, "wb") as new:
        size = old.readinto(buffer)
        while size:
            new.write(view[:size])
            size = old.readinto(buffer)
    return _hash(target) == hashed


def _make_folders(root, path):
    parts = path.split("/")
    for i in range(1, len(parts)):
        _make_folder(root + "/".join(parts[:i]))


def _make_folder(path):
    try:
        os.mkdir(path)
    except OSError:
        os.stat(path)  # it is there, or it is why nothing can be


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        return
