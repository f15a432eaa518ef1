"""The notification that a button shows to the user who pressed it."""

#: What follows, as an action of Odoo's.
NEXT = {
    # The form below shows what it was before; this reads it anew, and closes a dialog.
    "close": {"next": {"type": "ir.actions.act_window_close"}},
    "reload": {"next": {"type": "ir.actions.client", "tag": "soft_reload"}},
    "stay": {},
}


def notification(kind, title, message, then="close"):
    """A client action of Odoo's that shows `message`; an error stays until it is closed.

    :param kind: ``success``, ``info``, ``warning`` or ``danger``
    :param then: a word of `NEXT`
    """
    sticky = kind in ("warning", "danger")
    params = {"type": kind, "title": title, "message": message, "sticky": sticky, **NEXT[then]}
    return {"type": "ir.actions.client", "tag": "display_notification", "params": params}
