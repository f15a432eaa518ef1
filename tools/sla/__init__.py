"""Working time, clocks and policies."""
