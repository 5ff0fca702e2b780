"""Hearing: whether an infant cries, from 8000 samples a second, in whole numbers. Start reading at `ear.py`.

ear.py         from samples to "he cries": the gate, the history, attack, hold and release
spectrum.py    256 samples -> the power in 128 bands of 31 Hz
voice.py       that power -> one frame: loudness, its shape, how much it is a voice and how high
passage.py     the frames of one and of three seconds -> what the trees are asked about
trees.py       how much that is a cry
cry_table.py   the trees, as `kelex cries train` wrote them
"""
