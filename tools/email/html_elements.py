"""The elements and attributes of HTML that a ticket shows, and which elements end others."""

import re

#: The elements that may remain; of others, only the text does.
ELEMENTS = frozenset(
    "a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn"
    " dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main nav ol p pre q s"
    " samp section small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var wbr".split()
)
VOID = frozenset("br col hr img wbr".split())
INLINE = frozenset(
    "a abbr acronym b bdi bdo big br cite code del dfn em font i img ins kbd q s samp small span strike strong sub sup"
    " tt u var wbr".split()
)
#: Elements that each document has once.
DOCUMENT = frozenset("html head body meta".split())
CELLS = frozenset("td th caption".split())
TABLE_PARTS = frozenset("table tbody thead tfoot tr td th caption colgroup".split())
#: Element → (the open elements that it ends, the elements around which it does not look further).
ENDS = {
    "li": ({"li"}, {"ul", "ol", "dir", "table", "td", "th"}),
    "tr": ({"tr"}, {"table"}),
    "a": ({"a"}, {"table", "td", "th", "div", "p", "li"}),
    **dict.fromkeys(("dt", "dd"), ({"dt", "dd"}, {"dl", "table", "td", "th"})),
    **dict.fromkeys(("td", "th"), ({"td", "th"}, {"tr", "table"})),
    **dict.fromkeys(("tbody", "thead", "tfoot"), ({"tbody", "thead", "tfoot"}, {"table"})),
}
ATTRIBUTES = frozenset(
    "abbr align alt bgcolor border cellpadding cellspacing color colspan cite data-o-mail-quote data-o-mail-quote-node"
    " datetime dir face height hspace lang nowrap rowspan size span start title type valign value vspace width".split()
)
LINKS = frozenset({"href", "src"})
IMAGE = re.compile(
    r"data:image/(?![^;,]{,30}(?:svg|xml))[\w.+-]{1,30};base64,[A-Za-z0-9+/=\s]*(?:%3D){,2}", re.IGNORECASE
)
#: What else shows a picture.
LOST_IMAGE = re.compile(r"data:image/(?![^,]{,90}(?:svg|xml))", re.IGNORECASE)
#: What Odoo recognises quotations by, in a class or an id, and how it stands in what is written anew. A "gmail_extra"
#: would make Odoo compare all children of its parent with each other.
MARKS = {
    "gmail_extra": "gmail_quote",
    "gmail_quote": "gmail_quote",
    "gmail_signature": "gmail_signature",
    "odoo_signature_wrapper": "odoo_signature_wrapper",
    "yahoo_quoted": "yahoo_quoted",
    "SkyDrivePlaceholder": "gmail_quote",
    "stopSpelling": "stopSpelling",
    "appendonsend": "appendonsend",
    "divRplyFwdMsg": "divRplyFwdMsg",
    "o_mail_notification": "o_mail_notification",
}
MARK = re.compile("|".join(MARKS))
