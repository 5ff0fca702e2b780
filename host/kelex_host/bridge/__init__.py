"""The bridge: between the wire of each drone and MQTT. Pure: no IO, no clock; effects come out as data.

bridge.py       the whole: which message goes where, what the house says of itself
gateway.py      one drone: its records become documents and events, its requests become orders
host_link.py    the host's end of the wire
clock_sync.py   what time a drone's stamp means
request_desk.py where requests are taken, and answered exactly once
verbs.py        every verb, its fields and their limits
requests.py     a payload becomes a request, or an error with a code
transactions.py a request that comes again gets the same answer
outbox.py       what waits to be published, and what the broker has
topics.py       the names
asyncapi.py     the contract as an AsyncAPI document, with the shapes of what is asked (request_schemas.py), of what
                is published (document_schemas.py, house_schemas.py) and of what the simulated house answers
                (world_schemas.py)
"""
