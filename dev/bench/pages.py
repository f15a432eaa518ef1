"""The queries that the web client makes for a page, with the fields of the real view."""

from lxml import etree

from odoo.tools.safe_eval import datetime, safe_eval

#: What the client asks for of a record that is only named.
NAMED = {"fields": {"display_name": {}}}
LIMIT, COUNT_LIMIT, UNFOLDED = 80, 10_001, 80
KINDS = ("list", "kanban", "form")
#: The filters with which the menus open the list; helpdesk_mgmt alone has no second one.
OPEN, AWAKE = [("closed", "=", False)], "awake"


def specification(model, node):
    """What is read of each record. :param node: of the view, whose own fields are meant"""
    fields = {}
    for field in node.xpath(".//field[not(ancestor::field)]"):
        name = field.get("name")
        if name in model._fields:
            fields[name] = _of_field(model, model._fields[name], field)
    return fields


def _of_field(model, described, node):
    if not described.relational or described.type == "many2one_reference":
        return {}
    if described.type == "many2one":
        return NAMED
    inner = node.find("list")
    if inner is None:
        return NAMED if described.type == "many2many" else {}
    comodel = model.env[described.comodel_name]
    found = {}
    for field in inner.iterfind("field"):
        if field.get("name") in comodel._fields:
            found[field.get("name")] = _of_field(comodel, comodel._fields[field.get("name")], field)
    return {"fields": found, "limit": 40}


class Pages:
    """What a user's client asks for. :param env: theirs"""

    def __init__(self, env):
        self._tickets = env["helpdesk.ticket"]
        self._archs = {kind: etree.fromstring(self._tickets.get_view(view_type=kind)["arch"]) for kind in KINDS}
        self._read = {kind: specification(self._tickets, arch) for kind, arch in self._archs.items()}
        self._open = list(OPEN)
        filters = etree.fromstring(self._tickets.get_view(view_type="search")["arch"])
        for awake in filters.findall(f".//filter[@name='{AWAKE}']"):
            self._open += _value(env, awake.get("domain"))
        self._first = self._tickets.search(OPEN, limit=1, order="id desc").id

    def all(self):
        """Each page and what opens it: ``{name: function}``."""
        return {
            "list of open tickets": lambda: self._list(self._open),
            "list of all tickets": lambda: self._list([]),
            "kanban of open tickets": lambda: self._kanban(self._open),
            "form": self._form,
            "new form": self._new,
            "open tickets by team": lambda: self._grouped(self._open, "team_id"),
        }

    def _order(self, kind):
        return self._archs[kind].get("default_order") or ""

    def _list(self, domain):
        self._tickets.web_search_read(
            domain, self._read["list"], limit=LIMIT, count_limit=COUNT_LIMIT, order=self._order("list")
        )

    def _kanban(self, domain):
        self._tickets.web_read_group(
            domain,
            ["stage_id"],
            auto_unfold=True,
            order=self._order("kanban"),
            unfold_read_specification=self._read["kanban"],
            unfold_read_default_limit=UNFOLDED,
        )
        bar = self._archs["kanban"].find("progressbar")
        colors = _value(self._tickets.env, bar.get("colors"))
        self._tickets.read_progress_bar(domain, "stage_id", {"field": bar.get("field"), "colors": colors})

    def _grouped(self, domain, by):
        self._tickets.web_read_group(domain, [by], limit=LIMIT)

    def _form(self):
        self._tickets.browse(self._first).web_read(self._read["form"])

    def _new(self):
        self._tickets.onchange({}, [], self._read["form"])


def _value(env, text):
    return safe_eval(text, {"uid": env.uid, "datetime": datetime, "context_today": datetime.date.today})
