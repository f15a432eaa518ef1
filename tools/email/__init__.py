"""What an email says: text, quotes, addresses, references."""
