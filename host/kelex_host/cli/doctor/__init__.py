"""`kelex doctor`: what stands between this machine and a running house, one file for each group of checks."""
