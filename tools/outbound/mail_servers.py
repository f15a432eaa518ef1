"""Says whether Odoo's outgoing mail servers keep the address of a mailbox in From."""

from ..email import addresses


def replacement(address, notifications, filters, default_filter=""):
    """The address that Odoo puts in From instead of a mailbox's; "" if it keeps the mailbox's.

    A server's From Filter lists addresses and domains that it may send for. A server without one sends for everybody.

    :param address: of the mailbox
    :param notifications: the address that Odoo sends notifications from, or ""
    :param filters: the From Filter of each outgoing mail server that anyone may use
    :param default_filter: the From Filter of Odoo's configuration, which counts if there is no such server
    """
    filters = list(filters) or [default_filter or ""]
    if not notifications or any(_fits(address, one or "") for one in filters):
        return ""
    return "" if addresses.same(address, notifications) else notifications


def _fits(address, from_filter):
    listed = [one.strip() for one in from_filter.split(",") if one.strip()]
    domain = addresses.domain(address)
    return not listed or any(
        addresses.same(one, address) if "@" in one else addresses.domain(one) == domain for one in listed
    )
