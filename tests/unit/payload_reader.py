"""Reads an email as the gateway does: sanitized, large bodies beside it, parsed as Odoo parses."""

import email
import email.policy

from tools.email import payload
from tools.inbound import large_bodies, sanitize


def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.SMTP)


def read(raw):
    """The `Payload` of an email."""
    sanitized = sanitize.sanitize(raw)
    small, bodies = large_bodies.detach(sanitized.raw, raw)
    return payload.read(parsed(small), bodies, raw=raw)
