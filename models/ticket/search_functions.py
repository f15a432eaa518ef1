"""Two functions in PostgreSQL for the search: text without case and accents, and its words.

What `search_table.py` keeps is made with them: they may not change without a migration that makes that anew. They name
nothing outside `pg_catalog`: a backup is restored without a search path.
"""

#: Characters that stay one when their accents are taken away.
LETTERS, PLAIN = "łøđıħŧ", "lodiht"
#: As `_SEPARATORS` in tools/ticket/search_terms.py.
SEPARATORS = r"[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f]+"
#: Of a message, that much is read as it is stored, and that much of its text is found. A tsvector holds one megabyte.
MAX_HTML, MAX_WORDS = 400_000, 100_000
#: Of that text when it is folded: one character may become eighteen. Each costs four bytes of the megabyte at most.
MAX_FOLDED = 250_000
#: A "<" ends the search for a tag as well: a long row of them would cost the square of its length.
TAGS = "<[^<>]*>|&[a-z]+;"

_FOLDED = rf"""
    translate(regexp_replace(normalize(lower({{}}), NFKD), '[\u0300-\u036f]', '', 'g'), '{LETTERS}', '{PLAIN}')
"""
_TEXT = f"left(regexp_replace(left($1, {MAX_HTML}), '{TAGS}', ' ', 'g'), {MAX_WORDS})"
_IS = "LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE"
FUNCTIONS = {
    "helpdesk_bridge_folded": f"RETURNS text {_IS} AS $$SELECT {_FOLDED.format('$1')}$$",
    "helpdesk_bridge_words": f"""
        RETURNS tsvector {_IS} AS $$
        SELECT to_tsvector('pg_catalog.simple'::regconfig,
                           left(regexp_replace({_FOLDED.format(_TEXT)}, '{SEPARATORS}', ' ', 'g'), {MAX_FOLDED}))$$
    """,
}


def ensure(cr):
    """Create the functions that are missing."""
    cr.execute("SELECT proname FROM pg_proc WHERE proname IN %s", [tuple(FUNCTIONS)])
    there = {name for (name,) in cr.fetchall()}
    for name, definition in FUNCTIONS.items():
        if name not in there:
            cr.execute(f"CREATE FUNCTION {name}(text) {definition}")  # pylint: disable=sql-injection


def drop(cr):
    """Remove the functions, and the indexes that are built with them."""
    for name in FUNCTIONS:
        cr.execute(f"DROP FUNCTION IF EXISTS {name}(text) CASCADE")  # pylint: disable=sql-injection
