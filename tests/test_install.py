"""What installing changes outside our own tables, uninstalling puts back."""

from odoo.tests import TransactionCase, tagged

from .. import hooks
from ..tools.common import crons


@tagged("post_install", "-at_install")
class TestInstall(TransactionCase):
    def setUp(self):
        super().setUp()
        self.cron = self.env.ref(crons.FETCH)

    def test_mailboxes_are_looked_into_each_minute_once_installed(self):
        self.assertEqual((self.cron.interval_number, self.cron.interval_type), (1, "minutes"))

    def test_uninstalling_gives_odoo_its_interval_back(self):
        hooks.uninstall_hook(self.env)
        self.assertEqual(self.cron.interval_number, 5)
        hooks.post_init_hook(self.env)
        self.assertEqual(self.cron.interval_number, 1)

    def test_uninstalling_leaves_no_setting_and_no_token(self):
        params = self.env["ir.config_parameter"]
        params.set_param("helpdesk_bridge.watch_token", "secret")
        hooks.uninstall_hook(self.env)
        self.assertFalse(params.search([("key", "=like", "helpdesk_bridge.%")]))

    def test_an_interval_that_somebody_chose_stays(self):
        self.cron.interval_number = 15
        hooks.uninstall_hook(self.env)
        hooks.post_init_hook(self.env)
        self.assertEqual(self.cron.interval_number, 15)
