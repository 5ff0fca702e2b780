"""The page: see the drone, the house and the reasons.

What is here is pure: MQTT messages go into `model.py`, `views/` make HTML of what is known, `orders.py` and `access.py`
decide what of a browser's wishes goes on to the house. `shells/console_*.py` put it onto the network, in a process of
its own.
"""
