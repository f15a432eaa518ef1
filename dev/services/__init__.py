"""Real servers for tests, demo and bench, each a context manager on 127.0.0.1.

The modules that setup itself needs (postgres, process, database, odoo) use the
standard library only; the others run in the venv. Import them by name:
`from dev.services.slack_double import slack_double`.
"""
