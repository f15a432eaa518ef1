"""Reads emails: text, quotes, addresses, references; and bounds what is shown of them."""
