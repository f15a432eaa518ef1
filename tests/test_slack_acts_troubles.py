"""Slack stumbles while somebody works there: forms are filled and people told, by a second try or by another way."""

from unittest.mock import patch

from odoo.tests import tagged

from ..models.slack_acts import slack_saying
from .slack_acts_case import ANNA, BEN, SlackActsCase

LIMITED, LONG_LIMITED = (429, {"Retry-After": "1"}, {"ok": False}), (429, {"Retry-After": "60"}, {"ok": False})
BROKEN = (500, {}, "<html>Oops</html>")
USED = '{"ok":false,"error":"used_url"}'


@tagged("post_install", "-at_install")
class TestSlackActsTroubles(SlackActsCase):
    def setUp(self):
        super().setUp()
        pauses = patch.object(slack_saying.time, "sleep", self.pauses.append)
        self.pauses.clear()
        pauses.start()
        self.addCleanup(pauses.stop)

    pauses = []

    def test_a_form_is_filled_in_the_end_or_said_to_be_late(self):
        for name, faults, is_filled, pauses in (
            ("all is well", (), True, []),
            ("an error that passes", ("internal_error",), True, [0.4]),
            ("a page of HTML, twice", (BROKEN, BROKEN), True, [0.4, 0.4]),
            ("a short limit", (LIMITED,), True, [1]),
            ("a long limit", (LONG_LIMITED,), False, []),
            ("the connection breaks", ("drop",), True, [0.4]),
            ("an error that stays", ["internal_error"] * 9, False, [0.4] * 4),
            ("what Slack will never take", ("invalid_arguments",), False, []),
        ):
            with self.subTest(name):
                self.pauses.clear()
                self.slack.misbehave(*faults, method="views.update")
                self.do(self.click("menu", option="stage"))
                self.slack._faults["views.update"].clear()
                told = " ".join(self.told())
                self.assertEqual("submit" in self.modal(), is_filled)
                self.assertEqual("click again" in told, not is_filled, told)
                self.assertEqual(self.pauses, pauses)

    def test_who_has_clicked_is_told_by_the_way_that_works(self):
        self.ticket.user_id = self.agent
        for name, faults, ways in (
            ("all is well", (), (1, 0)),
            ("a page of HTML", (BROKEN,), (1, 0)),
            ("a short limit", (LIMITED,), (1, 0)),
            ("a long limit", (LONG_LIMITED,), (0, 1)),
            ("five answers were given, as JSON says with status 200", ((200, {}, USED),), (0, 1)),
            ("five answers were given", ((404, {}, '{"ok":false,"error":"used_url"}'),), (0, 1)),
            ("half an hour is over", ((404, {}, '{"ok":false,"error":"expired_url"}'),), (0, 1)),
            ("it never works", [BROKEN] * 9, (0, 1)),
        ):
            with self.subTest(name):
                self.slack.misbehave(*faults, method="response_url")
                self.do(self.click("take", BEN))
                self.slack._faults["response_url"].clear()
                self.assertEqual((len(self.slack.responses), len(self.slack.ephemeral)), ways)
                self.assertIn("Anna Agent has", " ".join(self.told()))

    def test_an_answer_in_json_is_an_answer(self):
        """Otherwise the person is told the same again and again, and then by another way."""
        self.ticket.user_id = self.agent
        self.slack.misbehave(*[(200, {}, '{"ok":true}')] * 9, method="response_url")
        self.do(self.click("take", BEN))
        left = len(self.slack._faults.pop("response_url"))
        self.assertEqual((left, len(self.slack.ephemeral), self.pauses), (8, 0, []))

    def test_it_is_not_tried_for_ever(self):
        with patch.object(slack_saying, "PATIENCE", 0):
            self.slack.misbehave(BROKEN, method="response_url")
            self.ticket.user_id = self.agent
            self.do(self.click("take", BEN))
        self.assertEqual((len(self.slack.responses), len(self.slack.ephemeral)), (0, 1))
        self.assertEqual(self.pauses, [])

    def test_why_a_reply_is_not_taken_is_said_although_slack_stumbles(self):
        self.slack.new_user("U0NEW00001", "Nora New", "nora@private.example")
        for fault in ("internal_error", "ratelimited", BROKEN, LIMITED):
            with self.subTest(fault):
                self.slack.ephemeral.clear()
                self.People.search([]).told_at = False
                self.slack.misbehave(fault, method="chat.postEphemeral")
                self.assertEqual(self.take(self.reply(user="U0NEW00001")).state, "ignored")
                self.assertEqual(len(self.slack.ephemeral), 1)

    # ------------------------------------------------------------
    # A ticket from a message
    # ------------------------------------------------------------

    def submit(self, root):
        self.do(self.shortcut(root))
        return self.do(self.submission(self.modal(), title="Fire"))

    def again(self, row):
        self.make_due(row)
        self.work_off()

    def test_a_thread_that_cannot_be_read_now_is_read_again_before_it_becomes_a_ticket(self):
        for fault in ("internal_error", "ratelimited", LIMITED, BROKEN, "drop", "html"):
            with self.subTest(fault):
                root = self.said("Fire", BEN)
                self.said("It is loud", ANNA, root["ts"])
                self.slack.misbehave(fault, method="conversations.replies")
                row = self.submit(root)
                self.assertEqual((row.state, row.ticket_id.id), ("pending", False))
                self.assertIn("cannot read the message", row.reason)
                self.again(row)
                self.assertIn("It is loud", str(row.ticket_id.message_ids.mapped("body")))

    def test_a_file_that_cannot_be_fetched_now_is_fetched_again_before_the_ticket(self):
        path = "/files/smoke.png"
        files = [{"id": "F1", "name": "smoke.png", "size": 4, "url_private": self.slack.url.replace("/api/", path)}]
        self.slack.files[path] = (503, {}, b"")
        row = self.submit(self.said("Fire", BEN, files=files))
        self.assertEqual((row.state, row.ticket_id.id), ("pending", False))
        self.slack.files[path] = (200, {"Content-Type": "image/png"}, b"\x89PNG")
        self.again(row)
        self.assertEqual(row.ticket_id.attachment_ids.mapped("name"), ["smoke.png"])

    def test_a_thread_that_is_never_read_is_done_without_and_that_is_said(self):
        self.slack.misbehave(*["internal_error"] * 3, method="conversations.replies")
        row = self.submit(self.said("Fire", BEN))
        self.again(row)
        self.again(row)
        self.assertEqual(row.state, "done")
        self.assertIn("Fire", row.ticket_id.description)
        self.assertIn("could not be read", str(self.logged(row.ticket_id)))
