"""The only IO of the host: each module wraps one library for one purpose."""
