"""The whole system in virtual time, from a seed, with faults and checkers."""
