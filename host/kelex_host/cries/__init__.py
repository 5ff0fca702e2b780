"""How the drone learnt to hear: recordings in, the firmware's table out, and what that table is worth.

recordings.py  WAV files, by kind of sound and by infant
labels.py      where in a recording an infant wails, by rule
scenes.py      recordings as a microphone in a room hears them: level, noise, room, telephone
twin.py        the firmware's hearing for many frames at once, the same numbers
training.py    the trees, and their table
evaluating.py  recall, latency and false alarms of the very firmware
plotting.py    recall against false alarms, as a picture
"""
