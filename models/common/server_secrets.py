"""Secrets from the server's environment or configuration file, which are in no database and in no backup.

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
    """Whether a host is the one named on the server: a secret from the server is sent to no other host.

    :param name: of the secret that says it, for instance ``smtp_host``
    """
    named = server_secret(env, name)
    return bool(named) and (host or "").strip().lower() == named.lower()


def main_company(env):
    """The company that the server's secrets belong to; empty if it was deleted."""
    return env.ref("base.main_company", raise_if_not_found=False) or env["res.company"]
