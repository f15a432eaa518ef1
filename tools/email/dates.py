"""Tells dates that Odoo can store from others.

Odoo reads the Date of an email with dateutil, and takes the moment of arrival if that raises. If the year has three
digits, Odoo raises later, and the whole email cannot be processed. Programs that count the years since 1900 write
``2 Nov 126`` (RFC 5322 section 4.3).
"""

import re

from dateutil import parser

#: Programs without a date write their epoch: of C, of .NET (the year 1), of Windows (1601).
FIRST_YEAR = 1970
#: The moment that people see depends on their zone, and Python knows no year after 9999.
LAST_YEAR = 9998
#: Years for which dateutil guesses the century.
YEAR_OF_ZEROS = re.compile(r"(?<![\d+-])0{2,3}\d{1,2}(?![\d:])")


def is_storable(value):
    """Whether Odoo takes a date as it is written, or the moment of arrival in its place."""
    try:
        year = parser.parse(value, fuzzy=True).year
    except Exception:  # any error of dateutil: Odoo catches it
        return True
    return FIRST_YEAR <= year <= LAST_YEAR and not YEAR_OF_ZEROS.search(value)
