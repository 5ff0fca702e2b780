# Takes the place of any boot.py in flash. All begins in main.py: the port to the host is not there before it.
