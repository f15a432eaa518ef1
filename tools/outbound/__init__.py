"""Pure functions for outgoing emails: thread headers, and what an SMTP error means."""
