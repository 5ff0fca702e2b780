"""Firmware on a board, and how it gets there. Pure: what is on the board comes in, what to send comes out.

uf2.py           an image for the BOOTSEL drive: read, checked, described
image.py         the files of one firmware, compiled, and their hashes
board_report.py  what a board says of itself when it is asked
plan.py          what to keep, to copy and to send
board_code.py    the few lines that run on the board meanwhile
outcome.py       what became of it, and the sentence that says so

What is on the board to meet it is `firmware/lib/kelex_boot`; what carries it out, `shells/flasher.py`.
"""
