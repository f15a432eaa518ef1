"""What processes keep of settings is what is stored, also when another thread reads between a write and its commit."""

from contextlib import contextmanager

from odoo import api
from odoo.tests import tagged

from .common import BridgeCase


@tagged("post_install", "-at_install")
class TestCachedSettings(BridgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.main = cls.env.ref("base.main_company")
        cls.policy = cls.env["helpdesk.sla.policy"]._ensure_default(cls.main)

    @contextmanager
    def another_thread(self):
        """An environment that sees what is committed: nothing of this test."""
        with self.registry._db.cursor() as cr:
            yield api.Environment(cr, self.env.uid, {})

    def shapes(self):
        """Name -> (what reads the settings of an environment, what changes them)."""
        policies = lambda env: env["helpdesk.sla.policy"]._rules(self.main.id)  # noqa: E731
        target = {"priority": "3", "start_hours": 1, "resolution_hours": 2, "policy_id": self.policy.id}
        slack_rule = {"company_id": self.main.id, "event": "start_breached", "posted": False}
        return {
            "a new policy": (
                policies,
                lambda: self.policy.copy({"name": "Strict", "company_id": self.main.id, "start_hours": 1}),
            ),
            "a changed policy": (policies, lambda: self.policy.write({"start_hours": 7})),
            "an archived policy": (policies, lambda: self.policy.write({"active": False})),
            "a new target": (policies, lambda: self.env["helpdesk.sla.target"].create(target)),
            "a new filter": (
                lambda env: env["helpdesk.mail.filter"]._rules(self.main.id),
                lambda: self.env["helpdesk.mail.filter"].create({"pattern": "news@*", "action": "ignore"}),
            ),
            "a new Slack event": (
                lambda env: env["helpdesk.slack.rule"]._rules(False, self.main.id),
                lambda: self.env["helpdesk.slack.rule"].create(slack_rule),
            ),
            "a company's language": (
                lambda env: env["res.company"]._bridge_langs(),
                lambda: self.main.partner_id.write({"lang": False}),
            ),
        }

    def test_what_was_read_before_the_commit_is_not_kept(self):
        for name, (read, change) in self.shapes().items():
            with self.subTest(name):
                self.env.cr.postcommit.clear()
                change()
                self.env.flush_all()
                with self.another_thread() as env:
                    before = read(env)
                self.assertEqual(read(self.env), before, "the other thread's is kept: else this test shows nothing")
                self.env.cr.postcommit.run()
                self.assertNotEqual(read(self.env), before)
