"""Methods of addons that may not be installed are extended where they are, and given back."""

from unittest.mock import patch

from odoo.tests import TransactionCase, tagged


def shouted(method, records, *args, **kwargs):
    return f"{method(records, *args, **kwargs)}!"


@tagged("post_install", "-at_install")
class TestNeighbours(TransactionCase):
    EXTENDED = {
        ("res.partner", "_get_complete_name"): shouted,
        ("res.partner", "_no_such_method"): shouted,
        ("no.such.model", "write"): shouted,
    }

    def setUp(self):
        super().setUp()
        self.neighbours = self.env["helpdesk.bridge.neighbours"]
        self.partner = self.env["res.partner"].create({"name": "Jane"})
        self.enterContext(patch.object(type(self.neighbours), "_extensions", lambda _model: self.EXTENDED))
        self.addCleanup(self.neighbours._unregister_hook)

    def test_what_is_there_is_extended_once_and_given_back(self):
        plain = vars(type(self.partner)).get("_get_complete_name")
        for _again in range(2):
            self.neighbours._register_hook()
            self.assertEqual(self.partner._get_complete_name(), "Jane!")
        for _again in range(2):
            self.neighbours._unregister_hook()
            self.assertEqual(self.partner._get_complete_name(), "Jane")
        self.assertEqual(vars(type(self.partner)).get("_get_complete_name"), plain)

    def test_what_is_not_there_is_not_made(self):
        self.neighbours._register_hook()
        self.assertFalse(hasattr(self.partner, "_no_such_method"))
