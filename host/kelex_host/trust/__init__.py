"""Trust: who may order what, and how nobody else can. Pure: no IO, no clock, no chance.

roles.py         what each role may order, and which orders are guarded
keyring.py       the enrolled public keys
signed_order.py  an envelope becomes an order, once its signature and its freshness hold
guard.py         the one place that lets an order pass to its effect
alerts.py        what the owner is told of refusals
signing.py       the other end: a request becomes an envelope
"""
