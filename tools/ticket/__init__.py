"""Events of a ticket and its assignment."""
