"""Moving from the former bridge, a service written in Go, behind `odoo-bin helpdesk_import_legacy`.

How data flows: the command reads the files (`legacy.config_yaml`, `legacy.state_db`, `legacy.tasks_file`) and asks
`move.Move` for its steps: the settings first, then the mailbox, then one step for each open task. A step is one
transaction; it says in a `Report` what it did. A dry run makes the very same steps and rolls them back.

What users entered in Odoo is never overwritten, only reported. Whatever exists already stays as it is, so that
everything may be repeated. Nothing is sent: no email, no message to Slack, no activity.

Only the command imports this package.
"""
