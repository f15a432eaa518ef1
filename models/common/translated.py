"""Translates the messages of the pure tools into the reader's language: see `tools.common.translatable`.

An email comes in by a cron, which speaks no language: what is written down then is for the company's people. Moments
are said in the order of that language, too.
"""

from babel.dates import format_skeleton, parse_pattern

from odoo import fields
from odoo.tools import format_date, format_time, get_lang
from odoo.tools.misc import babel_locale_parse
from odoo.tools.translate import get_translation

from ...tools.common.translatable import Translatable

#: Where "po", short for Monday, also means "after".
WHOLE_DAYS = {"cs", "sk"}


def translate(env, words):
    """A `Translatable`, and the sayings in it, in the language of `env`; other words come back as they are."""
    if not isinstance(words, Translatable):
        return words
    values = {name: translate(env, value) for name, value in words.values.items()}
    # env._ wants a literal; this is what it does with one of ours.
    return get_translation(__name__.split(".")[2], env.lang or "en_US", words.template, values)


def with_company_lang(company, records):
    """`records` with the language that this company's people read."""
    return records.with_context(lang=company._bridge_lang() or records.env.lang)


def choices_of(model, field):
    """The choices of another model's selection, for a field of the same; Odoo translates only those that are a list."""
    return lambda self: self.env[model]._fields[field]._description_selection(self.env)


def moment(env, when, zone, full=False):
    """A moment in the language of `env`, with the day of its week and its time zone: it can be checked by hand.

    :param when: naive UTC
    :param full: no word is shortened; else the day of the week is not where that would be another word
    """
    local = _local(env, when, zone)
    if full:
        day = format_date(env, local.date(), date_format="full")
    else:
        day = _dated(local, babel_locale_parse(get_lang(env).code))
    return f"{day}, {_time(env, when, zone)} ({zone.replace('_', ' ')})"


def short_moment(env, when, zone):
    """A moment in figures, to the minute, in the language of `env`. :param when: naive UTC"""
    return f"{format_date(env, _local(env, when, zone).date())} {_time(env, when, zone)}"


def _dated(local, locale):
    if locale.language not in WHOLE_DAYS:
        return format_skeleton("yMMMEd", local, locale=locale)
    pattern = locale.datetime_skeletons["yMMMEd"].pattern.replace("E", "EEEE")
    return parse_pattern(pattern).apply(local, locale)


def _time(env, when, zone):
    """To the minute. Before AM and PM the CLDR has a narrow space (U+202F) that is nearly invisible in many fonts."""
    return format_time(env, when, tz=zone, time_format="short").replace("\u202f", "\N{NO-BREAK SPACE}")


def _local(env, when, zone):
    return fields.Datetime.context_timestamp(env["res.lang"].with_context(tz=zone), when)
