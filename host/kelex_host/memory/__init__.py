"""The house's memory: the journal of facts (SQLite), and the memory crystal. Files, but no clock: time is handed in.

`fact`, `ranges`, `pages` and `wal` are pure; `journal` (with `database` and `rescue`) and the crystal's modules do IO.
"""
