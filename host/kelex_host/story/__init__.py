"""What happens in the house, told to people: events as sentences, and a day at the house of El. Pure."""
