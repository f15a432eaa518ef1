"""Gives Odoo's connections to mail servers a deadline.

Odoo's fetchmail has no hook for its timeout, so its four connection classes are extended. Without a `Patience` in this
thread they work as in Odoo.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from odoo.addons.mail.models import fetchmail

from ...tools.inbound.patience import PatientSocket

_PATIENCE = ContextVar("helpdesk_bridge_patience", default=None)


@contextmanager
def opened_with(patience):
    """Connections that Odoo opens in this block have this patience, as long as they last."""
    token = _PATIENCE.set(patience)
    try:
        yield
    finally:
        _PATIENCE.reset(token)


class _Patient:
    def _create_socket(self, timeout=None):
        patience = _PATIENCE.get()
        if patience is None:
            return super()._create_socket(timeout)
        return PatientSocket(super()._create_socket(patience.left()), patience)


for _name in ("OdooIMAP4", "OdooIMAP4_SSL", "OdooPOP3", "OdooPOP3_SSL"):
    _original = getattr(fetchmail, _name)
    if not issubclass(_original, _Patient):
        setattr(fetchmail, _name, type(_name, (_Patient, _original), {"__doc__": _original.__doc__}))
