"""Faults in which mailbox is fetched by whom, and in what is done about large emails."""

from dev.mutants.fault import Fault

REQUESTS, TURNS = "models/inbound/helpdesk_fetch_request.py", "models/inbound/fetchmail_server_turns.py"
IMAP = "models/inbound/imap_mailbox.py"
WORKERS, LARGE = "tests/test_inbound_workers.py::TestWorkers", "tests/test_inbound_large.py::TestLarge"

FAULTS = (
    Fault(
        name="two-workers-fetch-one-mailbox",
        file=REQUESTS,
        find='        waiting = requests.mailbox_id - requests.filtered("taken_by").mailbox_id\n',
        put="        waiting = requests.mailbox_id\n",
        tests=f"{WORKERS}::test_one_worker_at_a_time_fetches_a_mailbox",
        why="two workers open the same mailbox, and one of them waits for nothing",
    ),
    Fault(
        name="what-a-killed-worker-had-taken-stays-taken",
        file=TURNS,
        find="        retried(self.env.cr, queue._release)\n",
        put="",
        tests=f"{WORKERS}::test_what_a_killed_worker_had_taken_is_fetched_at_its_next_run",
        why="a mailbox is not fetched any more after a kill -9",
    ),
    Fault(
        name="every-wake-up-looks-into-every-mailbox",
        file=TURNS,
        find="        if self.env.context.get(REQUESTED_KEY) is not REQUESTED:\n",
        put="        if True:\n",
        tests=f"{WORKERS}::test_a_wake_up_for_one_mailbox_looks_only_into_that_one",
        why="each email lets 200 mailboxes be opened",
    ),
    Fault(
        name="the-interval-fetches-nothing",
        file=TURNS,
        find='        retried(self.env.cr, self.env["helpdesk.fetch.request"]._request_due)\n',
        put="",
        tests=f"{WORKERS}::test_the_interval_of_the_cron_fetches_those_that_were_not_fetched_since",
        why="without the listener no email arrives",
    ),
    Fault(
        name="email-during-a-turn-is-forgotten",
        file=REQUESTS,
        find='        waiting = self.search([("taken_by", "=", 0), ("mailbox_id", "in", mailboxes.ids)]).mailbox_id\n',
        put='        waiting = self.search([("mailbox_id", "in", mailboxes.ids)]).mailbox_id\n',
        tests=f"{WORKERS}::test_email_that_comes_during_a_turn_gets_another_turn",
        why="an email that comes while its mailbox is fetched waits a minute",
    ),
    Fault(
        name="a-locked-mailbox-loses-its-request",
        file=REQUESTS,
        find='        if not was_fetched:\n            own.write({"taken_by": 0})\n            return\n',
        put="",
        tests=f"{WORKERS}::test_a_mailbox_that_somebody_has_locked_is_fetched_later_and_nobody_spins",
        why="an email waits a minute after somebody has fetched by hand",
    ),
    Fault(
        name="nobody-wakes-the-next-worker",
        file=REQUESTS,
        find='                    self.env["ir.cron"]._bridge_wake(crons.FETCH)\n',
        put="                    pass\n",
        tests=f"{WORKERS}::test_who_takes_one_of_several_wakes_another_worker",
        why="several workers are as slow as one",
    ),
    Fault(
        name="the-button-of-the-cron-fetches-nothing",
        file="models/inbound/ir_cron.py",
        find="                retried(cr, self._bridge_request_all, self.env(cr=cr))\n",
        put="                pass\n",
        tests=f"{WORKERS}::test_who_runs_or_triggers_odoos_cron_means_all_mailboxes",
        why="Run Manually does nothing",
    ),
    Fault(
        name="a-large-email-is-fetched",
        file=IMAP,
        find="                left_size = size if size > sanitize.MAX_BYTES else 0\n",
        put="                left_size = 0\n",
        tests=f"{LARGE}::test_the_size_is_asked_before_the_email",
        why="an email of any size is read into the memory",
    ),
    Fault(
        name="a-large-email-is-deleted-by-pop3",
        file="models/inbound/mailbox_connection.py",
        find="            self._kept.add(number)\n",
        put="            pass\n",
        tests="tests/test_inbound_large.py::TestLargeByPop::test_it_stays_in_the_mailbox",
        why="the email is gone for good",
    ),
    Fault(
        name="another-email-is-fetched-after-the-server-renumbered",
        file=IMAP,
        find="            if validity == str(self._validity) and uid.isdigit():\n",
        put="            if uid.isdigit():\n",
        tests=f"{LARGE}::test_one_that_is_gone_meanwhile_is_said",
        why="another customer's email is attached to a ticket",
    ),
)
