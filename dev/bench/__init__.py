"""`make bench`: measures what the guarantees promise, and says the goals beside the figures."""
