"""Calls Slack for a person who has pressed a button and waits: between two transactions, never in one."""

from dataclasses import dataclass

from odoo import api

from ..common import transactions
from .slack_client import SlackConnection, SlackWebhook


@dataclass(frozen=True)
class ButtonConnection:
    """A connection for the methods behind buttons. What they have written so far is committed before each call.

    :param env: of the request, which is a transaction of its own
    """

    env: api.Environment
    connection: SlackConnection | SlackWebhook

    @property
    def token(self):
        return self.connection.token

    def call(self, method, **arguments):
        """As the connection's own `call`, with no transaction open."""
        transactions.release(self.env)
        return self.connection.call(method, **arguments)
