"""Passwords that people of the tests and the demo log in with; Odoo checks them like any other.

To hash one takes Odoo half a second of work. Here that is done once, and kept beside the databases.
"""

import hashlib
import os
from base64 import b64encode

from dev.paths import STATE, write_atomically
from dev.services import postgres

#: As many as Odoo asks for: it hashes a password with fewer anew when somebody logs in with it.
ROUNDS = 600_000


def give(database, passwords):
    """Give users of a database their passwords. :param passwords: id of the user -> password"""
    for user, password in passwords.items():
        postgres.sql(f"UPDATE res_users SET password = '{_hashed(password)}' WHERE id = {user}", database)


def _hashed(password):
    kept = STATE / "passwords" / password
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        salt = os.urandom(16)
        digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ROUNDS)
        write_atomically(kept, f"$pbkdf2-sha512${ROUNDS}${_encoded(salt)}${_encoded(digest)}")
    return kept.read_text()


def _encoded(raw):
    """As passlib writes bytes, by which Odoo reads them."""
    return b64encode(raw).decode().rstrip("=").replace("+", ".")
