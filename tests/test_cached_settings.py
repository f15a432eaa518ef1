"""What processes keep of settings is what is stored, also when another thread reads between a write and its commit."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo import api
from odoo.tests import tagged

from ..models.common import caches
from .common import BridgeCase


@tagged("post_install", "-at_install")
class TestCachedSettings(BridgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.main = cls.env.ref("base.main_company")
        cls.policy = cls.env["helpdesk.sla.policy"]._ensure_default(cls.main)

    def setUp(self):
        super().setUp()
        self.startPatcher(self.committed_by_none())

    @contextmanager
    def another_thread(self):
        """An environment that sees what is committed: nothing of this test."""
        with self.registry._db.cursor() as cr:
            yield api.Environment(cr, self.env.uid, {})

    def committed_by_none(self):
        """Nothing of what a test only plays: its transaction says that it is committed, and never is."""
        return patch.dict(caches._changed, clear=True)

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
            with self.subTest(name), self.committed_by_none():
                self.env.cr.postcommit.clear()
                change()
                self.env.flush_all()
                with self.another_thread() as env:
                    before = read(env)
                self.assertEqual(read(self.env), before, "the other thread's is kept: else this test shows nothing")
                self.env.cr.postcommit.run()
                self.assertNotEqual(read(self.env), before)

    def test_a_transaction_that_is_older_than_a_change_keeps_nothing_for_others(self):
        def numbers(env):
            return [number for number, _pattern in env["helpdesk.mail.filter"]._rules(self.main.id)]

        with self.another_thread() as old, self.another_thread() as new:
            self.assertEqual(numbers(old), [], "its snapshot is taken")
            made = new["helpdesk.mail.filter"].create({"pattern": "news@*", "action": "ignore"})
            new.cr.commit()
            self.addCleanup(self.delete, made.id)
            self.assertEqual(numbers(old), [])
            self.assertEqual(numbers(new), [made.id])
            self.assertEqual(numbers(old), [made.id], "what is kept serves everybody")

    def test_what_another_process_has_changed_is_not_kept_as_it_was(self):
        with self.another_thread() as old, self.another_thread() as new:
            rules = old["helpdesk.mail.filter"]._rules
            rules(self.main.id)
            new.cr.execute("SELECT max(id) + 1 FROM orm_signaling_default")
            [told] = new.cr.fetchone()
            self.startPatcher(patch.object(caches, "_heard", return_value=told))
            self.registry.clear_cache()
            rules(self.main.id)
            cached = rules.__cache__
            with self.assertRaises(caches.Outdated, msg="not for others"):
                cached.lookup(old["helpdesk.mail.filter"], self.main.id)
            new.cr.execute("INSERT INTO orm_signaling_default (id) VALUES (%s)", [told])
            new["helpdesk.mail.filter"]._rules(self.main.id)
            self.assertEqual(cached.lookup(old["helpdesk.mail.filter"], self.main.id), ())

    def test_a_transaction_keeps_what_it_has_changed_itself(self):
        with self.committed_by_none():
            self.policy.warn_percent = 50
            self.env.cr.flush()
            self.env.cr.postcommit.run()
            policies = self.env["helpdesk.sla.policy"]
            policies._rules(self.main.id)
            with self.assertQueryCount(0):
                policies._rules(self.main.id)

    def delete(self, number):
        with self.another_thread() as env:
            env["helpdesk.mail.filter"].browse(number).unlink()
            env.cr.commit()
