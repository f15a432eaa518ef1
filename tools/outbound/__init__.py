"""What an outgoing email needs: its thread headers, what an SMTP error means."""
