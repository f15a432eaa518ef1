"""The notification that a button shows to the user who pressed it.

It takes the place of the one before (static/src/notification): an error that is over is not left beside the success.
"""

TAG = "helpdesk_bridge_notification"
#: What follows, as an action of Odoo's.
NEXT = {
    # The form below shows what it was before; this reads it anew, and closes a dialog.
    "close": {"next": {"type": "ir.actions.act_window_close"}},
    "reload": {"next": {"type": "ir.actions.client", "tag": "soft_reload"}},
    "stay": {},
}


def notification(kind, title, message, then="close"):
    """A client action that shows `message`; an error stays until it is closed, or until the next result.

    :param kind: ``success``, ``info``, ``warning`` or ``danger``
    :param then: a word of `NEXT`
    """
    sticky = kind in ("warning", "danger")
    params = {"type": kind, "title": title, "message": message, "sticky": sticky, **NEXT[then]}
    return {"type": "ir.actions.client", "tag": TAG, "params": params}
