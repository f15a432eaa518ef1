"""`make bench`: measures the guarantees, with the goals beside the figures."""
