"""The listener behind `odoo-bin helpdesk_listen`: wakes Odoo's fetch cron when new email arrives. It fetches nothing.
Beside that it keeps a socket to Slack for each workspace with an app-level token.

How data flows: `listener` (one thread per database) asks `database` for the mailboxes and keeps one thread of `idle`
per mailbox. That thread learns from `database` how Odoo, or an OAuth module, would log in (`login`), opens the folder
read-only over IMAP (`connection`) and waits. When the server announces new email, it notifies its listener, which wakes
the fetch cron in a transaction of its own: a few times per second at most, and always once more after the last
announcement. `tools.inbound.idle_schedule` decides what counts as new email and when to retry.

For Slack, `sockets` keeps one thread of `socket_listener` per workspace. That thread opens a connection
(`socket_session`, slack_sdk's own client), looks after it, and opens another one before Slack ends it. Whatever comes
in is stored and committed by `database`, and only then acknowledged: what is not acknowledged, Slack sends again. How
the sockets are is written into the workspaces, a few times an hour while nothing changes.

No transaction is open while a thread waits for the network. The whole process may be lost at any moment: the cron also
runs every minute by itself.

Only the command imports this package, so the addon also works without the listener. IMAPClient is imported where
mailboxes are listened to; sockets need none.
"""
