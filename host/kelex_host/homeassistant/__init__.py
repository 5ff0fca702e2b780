"""How the house appears in Home Assistant: each entity declared once, published by MQTT discovery. Pure.

`device.py` says what an entity and a device are; one module for each group of entities; `discovery.py` decides what
is published, and takes away what an earlier start left.
"""
