"""The host: bridge, household, memory and shells."""
