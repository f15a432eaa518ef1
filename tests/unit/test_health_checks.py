"""What counts as healthy."""

import unittest
from dataclasses import replace

from tools.common import health_checks
from tools.common.health_checks import Facts, State
from tools.slack.way_back import WayBack

ASKING = WayBack(is_wanted=True, has_token=True, caught_up=30)
VAIN = replace(ASKING, may_not_ask=True)
LATE = replace(VAIN, caught_up=700)
#: (what is the matter, facts, which part says so, how bad it is)
TABLE = [
    ("nothing was set up yet", Facts(), None, State.OK),
    ("a copy of a database", Facts(is_copy=True), "home", State.DOWN),
    ("all is quiet", Facts(workspaces=1, channels=3, mailboxes=2, last_fetch=40), None, State.OK),
    ("a backlog that flows", Facts(waiting=100_000, oldest_waiting=120), None, State.OK),
    ("messages stand still", Facts(waiting=1, oldest_waiting=601), "outbox", State.DOWN),
    ("a message was given up", Facts(failed=1), "outbox", State.LOOK),
    ("messages wait behind a refused channel", Facts(waiting=4, refused=4), "outbox", State.LOOK),
    ("the token is dead", Facts(workspaces=1, workspaces_paused=1), "slack", State.DOWN),
    ("one of two workspaces is dead", Facts(workspaces=2, workspaces_paused=1), "slack", State.DOWN),
    ("a channel is archived", Facts(channels=3, channels_paused=1), "slack", State.LOOK),
    (
        "replies of Slack come as they should",
        Facts(ways_back=(ASKING,), inbox_waiting=3, inbox_oldest=600),
        None,
        State.OK,
    ),
    ("nobody wants replies", Facts(ways_back=(WayBack(has_token=True, may_not_ask=True),)), None, State.OK),
    ("a reply stands still", Facts(ways_back=(ASKING,), inbox_waiting=1, inbox_oldest=601), "from_slack", State.DOWN),
    ("a reply was given up", Facts(ways_back=(ASKING,), inbox_failed=1), "from_slack", State.LOOK),
    ("Slack is asked in vain", Facts(ways_back=(ASKING, VAIN)), "from_slack", State.LOOK),
    ("Slack was asked in vain for long", Facts(ways_back=(LATE, ASKING)), "from_slack", State.DOWN),
    ("a mailbox refuses us", Facts(mailboxes=2, mailboxes_failing=1, last_fetch=30), "mailboxes", State.LOOK),
    ("every mailbox refuses us", Facts(mailboxes=2, mailboxes_failing=2, last_fetch=30), "mailboxes", State.DOWN),
    ("nobody has looked for mail", Facts(mailboxes=1, last_fetch=700), "mailboxes", State.DOWN),
    ("a mailbox is never reached", Facts(mailboxes=2, mailboxes_overdue=1, last_fetch=30), "mailboxes", State.LOOK),
    ("no mailbox is reached", Facts(mailboxes=2, mailboxes_overdue=2, last_fetch=700), "mailboxes", State.DOWN),
    (
        "one mailbox refuses us, and the other is never reached",
        Facts(mailboxes=2, mailboxes_failing=1, mailboxes_overdue=2, last_fetch=700),
        "mailboxes",
        State.DOWN,
    ),
    ("the first look is still to come", Facts(mailboxes=1, last_fetch=None), None, State.OK),
    ("a mail could not be processed", Facts(mails_failed=1), "mails", State.LOOK),
    ("a mail finds no room on the disk", Facts(mails_left=1), "mails", State.LOOK),
    ("a letter could not be sent", Facts(letters_failed=2), "letters", State.LOOK),
    ("a letter is tried again", Facts(letters_waiting=30, letters_retried=1), "letters", State.LOOK),
    ("a mailbox is not in From", Facts(senders_replaced=(("a@x.example", "b@x.example"),)), "letters", State.LOOK),
    ("letters stand still", Facts(letters_waiting=601), "letters", State.DOWN),
    ("a mail server was not reached just now", Facts(letters_retried=1, letters_unreached=59), "letters", State.LOOK),
    ("no mail server is reached for a minute", Facts(letters_retried=1, letters_unreached=60), "letters", State.DOWN),
    ("a cron was switched off", Facts(crons_off=("Send to Slack",)), "crons", State.DOWN),
    ("the clock of a host is wrong", Facts(clocks_off=(("web2", -300),)), "crons", State.LOOK),
    ("a cron is late", Facts(crons_late=("Send to Slack",)), "crons", State.DOWN),
    ("all cron threads live", Facts(cron_threads=2), None, State.OK),
    ("a cron thread has ended", Facts(cron_threads=2, cron_threads_ended=1), "crons", State.LOOK),
    ("no cron thread is left", Facts(cron_threads=2, cron_threads_ended=2), "crons", State.DOWN),
]


class TestHealth(unittest.TestCase):
    def test_each_part_says_how_it_is(self):
        for title, facts, about, state in TABLE:
            with self.subTest(title):
                found = health_checks.findings(facts)
                self.assertEqual(health_checks.worst(found), state)
                self.assertEqual([finding.part for finding in found if finding.state], [about] if about else [])

    def test_a_message_that_is_tried_again_and_again_stands_still_as_does_its_way(self):
        shapes = ((None, State.OK), (0, State.LOOK), (59, State.LOOK), (60, State.DOWN), (601, State.DOWN))
        for seconds, state in shapes:
            found = health_checks.findings(Facts(workspaces=1, waiting=1, oldest_tried=seconds))
            self.assertEqual({f.state for f in found if f.part in ("slack", "outbox")}, {state})

    def test_no_name_goes_outside(self):
        found = health_checks.findings(
            Facts(crons_off=("Secret project",), crons_late=("Other",), letters_reason="Secret host")
        )
        self.assertNotIn("Secret", repr([finding.numbers for finding in found]))

    def test_the_words_for_programs(self):
        self.assertEqual([state.word for state in State], ["ok", "look", "down"])
