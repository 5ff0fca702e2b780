"""The body: what runs on the Pico. Start reading at `drone.py` (what it does) or `app.py` (how it runs).

app.py        the loop: time, the port, the watchdog
drone.py      the cyclic executive: which part is due, which order does what
motion.py     joints from where they are to where they should be, smoothly; profile.py holds its curves
senses.py     when a reading is worth a report
reports.py    what the host is told of body and senses
store.py      what is kept in flash
board.py      pins and limits of this board
drivers/      one file per part, over `machine`
"""

import gc

# While modules are loaded from files: without it what they leave behind is cleared away only when the heap is full, and
# by then it lies between what stays, in pieces too small for the next. `app.py` ends it.
if hasattr(gc, "threshold"):  # it is MicroPython's
    gc.threshold(8192)
