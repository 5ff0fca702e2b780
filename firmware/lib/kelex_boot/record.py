"""Which version runs, on trial or for good, how often it started in vain, and why the last one was given up. Pure."""

from collections import namedtuple

# A slot is its place here; the last one is what came with the UF2.
SLOTS = ("slot_a", "slot_b", "frozen")
FROZEN = 2
# Why a version was given up is its place here; the same row is in the wire's schema.
REASONS = ("none", "asked", "unhealthy", "bad_starts", "damaged")
NONE, ASKED, UNHEALTHY, BAD_STARTS, DAMAGED = range(5)
# So many starts a version has to get well in.
STARTS_MOST = 3

# `previous` is what was there before; `starts` those since it was last well; `given_up` is the slot that was, `why` a
# place in REASONS, `told` whether the host knows.
Record = namedtuple("Record", ("slot", "previous", "trial", "starts", "why", "given_up", "told"))
NEW = Record(FROZEN, FROZEN, 0, 0, NONE, FROZEN, 1)
_MOST = (FROZEN, FROZEN, 1, 255, len(REASONS) - 1, FROZEN, 1)


def encode(record):
    """The record's bytes."""
    return bytes(record)


def decode(data):
    """The record in these bytes; that of a new board where there is none."""
    if len(data) != len(NEW) or any([value > most for value, most in zip(data, _MOST)]):
        return NEW
    return Record(*data)


def spare(record):
    """The slot that an update goes into: never the good one that runs."""
    if record.trial:
        return record.slot
    return 1 if record.slot == 0 else 0


def is_free(record, slot):
    """Whether a slot may be written to: what runs does not need it, nor what it would go back to."""
    return slot == spare(record) or slot not in (record.slot, record.previous)


def activate(record, slot):
    """`slot` is what starts next, on trial. What is on trial now never becomes what one goes back to."""
    previous = record.previous if record.trial or record.slot == slot else record.slot
    return Record(slot, FROZEN if previous == slot else previous, 1, 0, NONE, FROZEN, 1)


def give_up(record, why):
    """Back to what was there before, or to what came with the UF2."""
    return Record(record.previous, FROZEN, 0, 0, why, record.slot, 0)


def begin(record, is_whole):
    """The record for another start. `is_whole(slot)` is asked only of a slot in doubt: it costs a while."""
    in_doubt = record.trial or record.starts
    while record.slot != FROZEN:
        if record.starts >= STARTS_MOST:
            record = give_up(record, BAD_STARTS)
        elif in_doubt and not is_whole(record.slot):
            record = give_up(record, DAMAGED)
        else:
            break
        in_doubt = True
    return _with_starts(record, min(record.starts + 1, 255))


def is_exhausted(record):
    """Whether even what came with the UF2 has had its starts in vain: then nothing is left but to say so."""
    return record.slot == FROZEN and record.starts > STARTS_MOST


def forgive(record):
    """Let it try again."""
    return _with_starts(record, 0)


def well(record, told):
    """It is well: good from now on. `told`: and its host knows what was given up before."""
    return Record(record.slot, record.previous, 0, 0, record.why, record.given_up, 1 if told else record.told)


def _with_starts(record, starts):
    return Record(record.slot, record.previous, record.trial, starts, *record[4:])
