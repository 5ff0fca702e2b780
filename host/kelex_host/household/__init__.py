"""What Kelex does for the family: whom to tell, when, and what to remember. Pure: no IO, no clock, no chance."""
