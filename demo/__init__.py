"""Demo data, and the code that plays it."""
