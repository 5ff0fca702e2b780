"""One file per part. Only these (with `app.py` and `store.py`) touch `machine`."""
