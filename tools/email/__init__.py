"""Reads emails: text, quotes, addresses, references."""
