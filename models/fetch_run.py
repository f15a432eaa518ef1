"""One run of fetchmail: what is known once for all its mails, and wake-ups that many mails share."""

import time

KEY = "helpdesk_fetch_run"
#: Seconds between two wake-ups of the same cron while mails pour in.
WAKE_EVERY = 0.25


class FetchRun:
    """Lives in the context of `fetchmail.server._fetch_mail`.

    :ivar teams: id of a mailbox -> id of its helpdesk team
    """

    def __init__(self, mailboxes):
        self.teams = {mailbox.id: mailbox.helpdesk_team_id.id for mailbox in mailboxes}
        self.woken = {}

    def may_wake(self, xmlid):
        """Whether it is time to wake this cron again; if not, the end of the run will."""
        now = time.monotonic()
        if now - self.woken.get(xmlid, -WAKE_EVERY) < WAKE_EVERY:
            return False
        self.woken[xmlid] = now
        return True


def current(env):
    """The run in this context, or None. A context that came over RPC cannot hold one."""
    run = env.context.get(KEY)
    return run if isinstance(run, FetchRun) else None
