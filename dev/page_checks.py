"""What is wrong with a page as it is drawn: axe-core's verdict, sideways scrolling, text that is cut off.

`wrong(visitor)` returns sentences, each with its place on the page; a good page returns none. Odoo's own screens are
not without fault: what Odoo draws, and gets wrong on pages of its own as well, is named in `CORE`, and nothing else is
spared.
"""

from pathlib import Path

from dev.paths import DEV, Environment

#: What of a page is looked at: the view, and what is open above it. The bar at the top is Odoo's.
SCOPE = [".o_action_manager", ".modal-content", ".o_notification"]
#: WCAG 2.1 AA, and one thing that it leaves to taste. The order of headings cannot be judged by a part of a page.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
MORE = ["empty-heading"]
#: Rule (`*`: any) -> what Odoo draws -> what is wrong with it on pages that we have nothing to do with.
CORE = {
    "*": {
        ".o_cp_searchview": "the search box misuses its roles, and its icons have no names",
        ".o-mail-Chatter": "avatars and icons without names, pale dates, buttons that do not fit a phone",
    },
    "button-name": {
        ".o_control_panel_navigation": "the icons that change views and open the search on a phone have no names",
        ".o_optional_columns_dropdown": "neither has the one for more columns",
        ".o_button_more": "nor the one for more buttons on a phone",
    },
    "label": {".o_list_view .o-checkbox": "tick boxes of rows, and those that only show a value, have no labels"},
    "aria-required-parent": {
        ".o_notebook_headers": "tabs in no list of tabs",
        ".settings_tab": "the same in the Settings",
    },
    "aria-allowed-attr": {
        ".o_select_menu": "a drop-down that says it is open, but not what it is",
        ".o_field_tags": "the same in a field of tags",
    },
    "autocomplete-valid": {".o_select_menu": "a way to switch off the browser's memory that is no word of HTML's"},
    "color-contrast": {
        ".text-muted": "the grey of Odoo's palette, 4.3 instead of 4.5",
        ".badge": "the badges of the palette, 3.1 the green one; the state is in words",
        ".o_form_label": "labels above their fields on a phone, 3.2",
        ".o_column_folded": "the names of folded columns, 3.1",
    },
    "image-alt": {
        ".o_field_many2one_avatar_user": "the picture of the assignee has no name; the name stands beside it"
    },
    "role-img-alt": {".o-mail-ActivityButton": "the clock of the activities has no name"},
    "sideways": {
        ".o_list_renderer": "a list that is wider than a phone is scrolled, and its columns stay readable",
        ".o_kanban_grouped": "columns are swiped",
        ".o_notebook_headers": "tabs are swiped",
        ".o_pivot": "a pivot table is as wide as it is",
    },
    "scrollable-region-focusable": {".o_pivot": "which the keyboard cannot do"},
    "cut-off": {"th": "headers of narrow columns end in dots"},
}


def _look(visitor):
    page = visitor.page
    if not page.evaluate("'axe' in window"):
        page.evaluate(Path(Environment.load().node_modules, "axe-core", "axe.min.js").read_text())
    core = {rule: list(selectors) for rule, selectors in CORE.items()}
    given = {"scope": SCOPE, "tags": TAGS, "more": MORE, "core": core}
    return page.evaluate((DEV / "page_checks.js").read_text(), given)


def wrong(visitor):
    """Everything that is wrong: what the page complained about since the last time, and how it looks."""
    faults = _look(visitor)["faults"]
    return visitor.problems() + [f"{fault['rule']}: {fault['why']} at {fault['place']}" for fault in faults]


def excused(visitor):
    """The entries of `CORE` that this page needs, as (rule, selector)."""
    return {tuple(entry) for entry in _look(visitor)["excused"]}
