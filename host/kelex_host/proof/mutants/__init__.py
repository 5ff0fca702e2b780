"""Systems broken on purpose, to prove the checkers: `kelex replay --mutants`."""

from kelex_host.proof.mutants import of_bridge, of_drone, of_household, of_trust

MUTANTS = (*of_bridge.MUTANTS, *of_drone.MUTANTS, *of_household.MUTANTS, *of_trust.MUTANTS)
