"""The board as `hardware/board.toml` describes it: checked, and drawn. Pure: text in, findings and documents out.

board.py    the file as data             check.py    all rules, in `*_rules.py`: what is wrong, a sentence each
pico.py     the Pico's pins              pin_table.py, bom.py    tables
nets.py     which terminals belong together              diagram.py    the wiring, as SVG (layout, routing, svg)
"""
