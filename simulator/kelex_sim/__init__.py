"""A house without hardware: the drone's real firmware on simulated boards, in virtual or in real time.

kernel.py     virtual time
pico.py       one board: the firmware's files in a private module world
modules.py    the modules that the firmware may import there, and nothing else
machine.py    a fake `machine` over pins, PWM and I2C buses
chips/        the parts, at their registers and pins
house.py      rooms, people, climate
body.py       one drone: board, parts and the room around it
cable.py      what lies between board and host, with faults
broker.py     an MQTT broker in virtual time, with faults
limits.py     what the body may never do
realtime.py   the same in real time, behind a pseudo-terminal or TCP
"""
