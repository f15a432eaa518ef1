"""What the pure tools say, in the language of whoever reads it: see `tools.saying`.

A mail comes in by a cron, which speaks no language: what is written down then is for the company's people.
"""

from odoo.tools.translate import get_translation

from ..tools.saying import Saying


def said(env, words):
    """A `Saying`, and the sayings in it, in the language of `env`; other words come back as they are."""
    if not isinstance(words, Saying):
        return words
    values = {name: said(env, value) for name, value in words.values.items()}
    # env._ wants a literal; this is what it does with one of ours.
    return get_translation(__name__.split(".")[2], env.lang or "en_US", words.template, values)


def for_people_of(company, records):
    """`records` with the language that this company's people read."""
    return records.with_context(lang=company.sudo().partner_id.lang or records.env.lang)
