"""Secrets that the server's administrator gives, so that they are in no database and in no backup of one.

In the environment ``HELPDESK_BRIDGE_SLACK_BOT_TOKEN``, or in odoo.conf ``helpdesk_bridge_slack_bot_token``; the
environment wins. They belong to the main company, and a neutralized copy of its database has none.
"""

import os

from odoo.tools import config

PREFIX = "helpdesk_bridge_"


def server_secret(env, name):
    """:param name: what follows the prefix, for instance ``slack_bot_token``
    :return: the secret, or an empty text
    """
    if env["helpdesk.bridge.database"]._is_neutralized():
        return ""
    option = PREFIX + name
    return (os.environ.get(option.upper()) or config.get(option) or "").strip()


def is_server_host(env, name, host):
    """Whether a host is the one that the server's administrator names: a secret of theirs goes nowhere else.

    :param name: of the secret that says it, for instance ``smtp_host``
    """
    named = server_secret(env, name)
    return bool(named) and (host or "").strip().lower() == named.lower()


def main_company(env):
    """The company that the server's secrets belong to; empty where somebody has deleted it."""
    return env.ref("base.main_company", raise_if_not_found=False) or env["res.company"]
