"""Translatable messages created without an Odoo environment and translated later, in the reader's language.

How data flows: a tool says ``_("From names %(count)s senders", count=2)`` and gets a `Translatable`: the English
sentence, which remembers its template and what fills it. A model passes it through `models.common.translated`, in the
reader's language. The function has this name because Odoo's export of terms looks for calls of it. It may be called
while modules are being loaded: nothing is translated before it is read.
"""


class Translatable(str):
    """An English sentence that can be said in other languages. Cut or joined, it is a mere string again.

    :ivar template: the term to look up
    :ivar values: what fills its names; may be sayings themselves
    """

    def __new__(cls, template, /, **values):
        said = super().__new__(cls, template % values if values else template)
        said.template, said.values = template, values
        return said

    def __getnewargs_ex__(self):
        return (self.template,), self.values


def _(template, /, **values):
    return Translatable(template, **values)
