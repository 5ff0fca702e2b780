"""The body: what runs on the Pico. Start reading at `drone.py` (what it does) or `app.py` (how it runs).

app.py        the loop: time, the port, the watchdog
drone.py      the cyclic executive: which part is due, which order does what
motion.py     joints from where they are to where they should be, smoothly; profile.py holds its curves
senses.py     when a reading is worth a report
store.py      what is kept in flash
board.py      pins and limits of this board
drivers/      one file per part, over `machine`
"""

import gc

# While all is imported the board collects early and often: what stays must not lie scattered between what does not,
# or in the end no piece is large enough for anything. `app.py` switches that off when the program runs.
if hasattr(gc, "threshold"):
    gc.threshold(16384)
