"""What starts the drone, and never lets the board go dumb. It never changes with an update: frozen, or in `/lib`.

twins.py        what is kept in flash, so that a power cut leaves the old or the new
record.py       which version runs, on trial or for good, how often it started in vain; pure
slots.py        the two slots that versions live in; what `kelex flash` calls
image.py        what came with the UF2
imports.py      a slot's version, imported from the slot and from the UF2
start.py        from `main.py` to the drone
maintenance.py  the prompt for who may have it, and why it is there

Two slots, `/slot_a` and `/slot_b`, each hold `kelex_wire/` and `kelex_drone/`, as `.mpy` or `.py`, and a file
`manifest`: for each other file of the slot a line of its path in the slot, a space, the SHA-256 of its content in
hexadecimal, and a newline; in the order of the paths. A file that is in the UF2 too, to the byte, may be missing in
the slot: it is taken from the UF2, where it takes no heap. Otherwise a slot whose files are not exactly those is
damaged. A version's name is the first eight digits of its manifest's own SHA-256. `frozen` is the version that came
with the UF2 (or, on a stock MicroPython, lies in `/lib`): the last resort, and what runs where no slot was ever
chosen.

An update, over the raw REPL in maintenance mode; each function returns what `print` shows in one line:

    from kelex_boot import slots
    slots.status()                  a dictionary, see there; `spare` is the slot to write into
    slots.hashes(slot)              {path: SHA-256} of the files that really are in a slot, or in the UF2 (`frozen`)
    slots.prepare(slot, manifest)   makes the slot ready for this manifest (text), with what the board has already;
                                    the list of paths that are still to be sent. It keeps the manifest too
    (send these files to /SLOT/PATH: folders are there)
    slots.verify(slot)              the list of paths that are wrong, missing or too many; [] is whole
    (on a board that has no version in either slot: prepare the other one too, so that an update finds all but what
    changed in its slot already, for copying a whole version there takes some six seconds)
    slots.activate(slot)            the slot is what starts next, on trial; "" or why not
    slots.rollback(why)             back to the version before; "" or why not; `why` is "asked" or "unhealthy"
    machine.reset()                 leaves maintenance

Wherever the power is cut in that, the board starts the old version or the new one. A version on trial becomes good when
it has had a host for HEALTHY_MS (kelex_drone/standing.py). One that has not within TRIAL_MS is started again; after
STARTS_MOST starts the board goes back to the version before, keeps why, and tells its host.
"""
