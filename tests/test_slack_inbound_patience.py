"""What one reply needs of Slack takes so long at most, whatever is in it: others wait behind it."""

import time
from dataclasses import replace

from odoo.tests import tagged

from ..models.slack import slack_client
from ..models.slack_acts.slack_source import SourceThread
from ..models.slack_inbound import helpdesk_slack_inbound_cron as cron
from ..models.slack_inbound import slack_files
from ..models.slack_inbound.slack_work import Work
from ..tools.slack import shared_file
from .slack_inbound_case import ANNA, CHANNEL, SlackInboundCase

#: Seconds of a call that is not answered, and for all of them.
SLOW, PATIENCE = 0.05, 0.2
MANY = 10


@tagged("post_install", "-at_install")
class TestSlackInboundPatience(SlackInboundCase):
    def setUp(self):
        super().setUp()
        self.patch(cron, "PATIENCE", PATIENCE)
        self.silent = []
        self.perform = slack_client._perform
        self.patch(slack_client, "_perform", self.answer)
        self.patch(slack_files, "fetch", self.fall_silent)

    def answer(self, url, request, timeout):
        """Slack says who writes, and nothing of anybody else."""
        about_others = url.endswith("users.info") and ANNA.encode() not in (request.data or b"")
        if about_others or url.endswith("conversations.info"):
            self.fall_silent(url)
        return self.perform(url, request, timeout)

    def fall_silent(self, url, *_arguments):
        self.silent.append(url)
        time.sleep(SLOW)
        raise TimeoutError("timed out")

    def files(self):
        address = self.slack.url.removesuffix("/api/") + "/files/log.txt"
        values = {"mode": "hosted", "mimetype": "text/plain", "size": 7, "url_private": address}
        return [{**values, "id": f"F0FILE{number:04}", "name": "log.txt"} for number in range(2 * MANY)]

    def test_the_words_come_in_time(self):
        people = " ".join(f"<@U0OTHER{number:03}>" for number in range(MANY))
        channels = " ".join(f"<#C0OTHER{number:03}>" for number in range(MANY))
        for shape, text, files in (
            ("many files", "See the logs", self.files()),
            ("many people and channels", f"See the logs of {people} in {channels}", []),
            ("all of it", f"See the logs of {people} in {channels}", self.files()),
        ):
            with self.subTest(shape):
                [row] = self.take(self.reply(text, subtype="file_share" if files else "", files=files))
                while row.state == "pending":
                    self.make_due(row)
                    self.work_off()
                self.assertEqual(row.state, "done")
                self.assertIn("See the logs", row.message_id.body)
                self.assertEqual(row.message_id.body.count("did not hand it over"), len(files))
                tries = 3 if files else 1
                self.assertLessEqual(len(self.silent), tries * (PATIENCE / SLOW + 1))
                self.silent.clear()

    def test_a_thread_that_becomes_a_ticket_too(self):
        message = {"ts": "1700000200.000100", "user": ANNA, "text": "See the logs", "files": self.files()}
        over = replace(self.workspace._connection(), until=time.monotonic() - 1)
        source = SourceThread(CHANNEL, message["ts"], "", message)
        source.fetch(Work(1, 1, connection=over))
        self.assertFalse(self.silent)
        self.assertEqual(source.said, [message])
        self.assertEqual({fate for _file, fate, _content in source.files[message["ts"]]}, {shared_file.LATER})
        self.assertEqual(source.trouble.error, "no_answer")

    def test_who_writes_is_told_afterwards(self):
        """The time is over for what the reply needs, and not for the answer to it."""
        connection = self.workspace._connection()
        work = Work(1, 1, connection=connection)
        self.patch(
            type(self.Inbox), "_ask_what_else", lambda _inbox, work: self.assertNotEqual(work.connection, connection)
        )
        self.Inbox._ask_in_time(work)
        self.assertEqual(work.connection, connection)
