"""What all our vacuums have in common: what is old is found company by company and forgotten in portions.

A portion is one transaction: what it has locked nobody else can change until its end. So it is small, and Odoo's vacuum
comes back for the rest.
"""

from odoo import fields

from .claiming import AS_BEFORE, IN_ORDER

#: Rows of a portion: their locks are held for less than a tenth of a second.
BATCH_SIZE = 200


def expired(model, setting, domain, company="company_id", moment="create_date"):
    """Rows that are older than their company keeps them, an archived one too; no more than a portion.

    :param setting: field of the company, days; 0 keeps them for ever
    :param domain: what may be forgotten at all
    :param company: field with the company of a row; rows without a company are deleted with those of the first company
    :param moment: field that says how old a row is
    """
    found, companies = model.browse(), model.env["res.company"].sudo().with_context(active_test=False)
    for one in companies.search([(setting, ">", 0)]):
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=one[setting])
        old = [*domain, (company, "in", [one.id, False]), (moment, "<", limit)]
        found |= oldest_by(model, old, moment)
    return found[:BATCH_SIZE]


def oldest_by(model, domain, moment):
    """As many as one portion takes, from the index that begins with `moment`.

    Thousands of rows may be there before PostgreSQL's statistics know of them. It takes them for few then, and reads
    and sorts them all. So it must not sort.
    """
    model.env.cr.execute(IN_ORDER)
    found = oldest(model, domain, order=f"{moment}, id")
    model.env.cr.execute(AS_BEFORE)
    return found


def oldest(model, domain, order="id"):
    """As many as one portion takes."""
    return model.search(domain, limit=BATCH_SIZE, order=order)


def delete_batch(rows):
    """Delete them. :return: how many, and how many more there are at least: Odoo then calls again"""
    count = len(rows)
    rows.unlink()
    return count, int(count >= BATCH_SIZE)
