"""Makes one document of what programs write behind one another.

libxml2 reads nothing below ``</html>``. Servers write footers there, and Exchange the email that a telephone answers or
forwards, as a document of its own. Odoo shows the title of a document as a line of the text; no email program does.
"""

import re

END = re.compile(r"</(?:html|body)\s{0,9}>", re.IGNORECASE)
#: What may follow the end of a document without being more of it.
NOTHING = re.compile(r"\s+|</(?:html|body)\s{0,9}>|<!--[^<>]{0,200}-->", re.IGNORECASE)
TITLE = re.compile(r"<title\b[^<>]{0,500}>[^<]{0,5000}</title\s{0,9}>", re.IGNORECASE)


def joined(source):
    """HTML without its title, and without ends of a document that more follows; else as it is."""
    found = END.search(source)
    if found and NOTHING.sub("", source[found.end() :]):
        # The next document begins a line.
        source = END.sub(lambda end: "<br>" if end[0][2] in "hH" else "", source)
    return TITLE.sub("", source)
