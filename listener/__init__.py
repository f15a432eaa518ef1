"""The listener behind `odoo-bin helpdesk_listen`: who rings when mail has come. It fetches nothing.

How data flows: `listener` (one thread a database) asks `database` which mailboxes there are, and keeps an `ear` (one
thread a mailbox) on each. An ear learns from `database` how core, or an OAuth module, would log in (`login`), opens the
folder read-only over IMAP (`connection`) and waits. When the server says that mail has come, it rings its listener,
which wakes Odoo's fetch cron in a transaction of its own: a few times a second at most, and always once more after the
last ring. What anything is worth, and when to try again, `tools.inbound.idle_schedule` decides.

No transaction is open while anybody waits for a network. Everything here may be lost at any moment: the cron comes
each minute by itself.

Only the command imports this package: the addon works without it, and without IMAPClient.
"""
