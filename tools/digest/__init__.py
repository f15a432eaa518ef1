"""The morning digest: when it is due, who waits since when, and how it reads."""
