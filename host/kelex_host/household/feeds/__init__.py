"""The news watcher's core: what feeds hold, what of it the house has not heard yet, and when to ask again. Pure.

text.py        bytes become text, whatever their charset; text for people, cut to size
items.py       what a document holds: stories, alerts, addresses of further alerts
cap.py         Common Alerting Protocol 1.2: an `alert` element becomes an Alert
document.py    a document (RSS, Atom, CAP) becomes items; run in a child process, for it takes long (see shells/feeds)
importance.py  severity, urgency and certainty become a priority, with the reasons
choosing.py    what of an alert concerns this house: language, place, time
digest.py      documents become reports: each thing once; updates, cancellations and expiry
schedule.py    when each feed is asked, and with which headers; back-off
addresses.py   which addresses may be asked
"""
