"""What the page shows: each module makes one panel's HTML from the model; `page.py` and `scene.py` know NiceGUI."""
