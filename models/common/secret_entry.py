"""Secrets that a form can store and never read."""

from odoo import fields

from .xmlids import SYSTEM

#: For `groups`: no user reads or writes the field, over RPC or in an export, not even an administrator; only sudo does.
NO_ACCESS = "."


def secret_entry(stored, check=None, **attributes):
    """A field for a form that writes a secret into another field. It always reads as empty.

    Name it like the other field, with ``_entry`` behind. An empty entry keeps the stored secret; blanks around it are
    removed.

    :param stored: name of the field that holds the secret, with `NO_ACCESS`
    :param check: name of a method that may refuse the records whose secret is entered
    :param attributes: of `fields.Char`, such as `string` and `help`
    """
    entry = f"{stored}_entry"

    def compute(records):
        for record in records:
            record[entry] = False

    def inverse(records):
        entered = records.filtered(lambda record: (record[entry] or "").strip())
        if check:
            getattr(entered, check)()
        for record in entered:
            record.check_access("write")
            record.sudo()[stored] = record[entry].strip()

    return fields.Char(compute=compute, inverse=inverse, groups=SYSTEM, **attributes)
