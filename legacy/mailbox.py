"""The mailbox of the former bridge, and where in it new email begins.

The former bridge noted the UIDs of what it had handled, without UIDVALIDITY. So new email begins behind the last of
them, and if the mailbox answers now, the emails of the last weeks among them get their rows in the log: then not even
a renumbered mailbox brings them in again.
"""

import logging
from datetime import datetime, timedelta

from odoo.tools import email_normalize, escape_psql

from ..tools.email import reference
from ..tools.inbound import identities, sanitize
from .settings import KEYWORD, known_prefix

_logger = logging.getLogger(__name__)

#: A renumbered mailbox is looked through for the last two days; copies of an email come later than that.
LOG_DAYS = 30


def mailbox(env, team, config, state, report):
    """The mailbox as a draft: it fetches nothing before Test & Confirm was pressed."""
    host, user = config["imap.host"], config["imap.username"]
    servers = env["fetchmail.server"].with_context(active_test=False)
    if not host:
        return servers.browse()
    label = f"Mailbox {user} at {host}"
    known = servers.search([("server", "=ilike", escape_psql(host)), ("user", "=ilike", escape_psql(user or ""))])
    ours = known.filtered(lambda server: server.helpdesk_team_id == team)[:1]
    if ours:
        report.left(label)
        _begin_behind(ours, config, state, report)
        return ours
    if known:
        report.attention(f"{label} is there already, for something else: give it the team {team.name} by hand")
        return servers.browse()
    server = servers.create(_values(team, config))
    report.made(f"{label}: a draft, which fetches nothing before you press Test & Confirm")
    _begin_behind(server, config, state, report)
    return server


def _begin_behind(server, config, state, report):
    """Nothing that was handled is new, and everything behind it is."""
    handled = state.processed.get(server.imap_folder)
    if server.imap_begin:
        return
    if not handled:
        report.attention(
            f"Mailbox {server.user}: the state lists no email of the folder {server.imap_folder}, so new emails are "
            "those that arrive after Test & Confirm"
        )
        return
    server.imap_begin = f"after:{max(handled)}"
    report.made(f"Mailbox {server.user}: new emails begin after UID {max(handled)}")


def _values(team, config):
    login, sender = email_normalize(config["imap.username"]), email_normalize(config["smtp.from_email"])
    return {
        "name": config["imap.username"],
        "server_type": "imap",
        "server": config["imap.host"],
        "port": config["imap.port"],
        "is_ssl": True,
        "user": config["imap.username"],
        "password": config["imap.password"],
        "helpdesk_team_id": team.id,
        "helpdesk_address": sender or login or False,
        "helpdesk_address_name": config["smtp.from_name"] or False,
        "imap_folder": config["imap.folder"],
        "imap_recipient": email_normalize(config["imap.search_to"]) or False,
        "imap_keyword": config["imap.custom_processed_flag"] or KEYWORD,
    }


def note_handled(server, config, state, report):
    """Give the emails that the former bridge has handled lately their rows in the log."""
    # Of this very folder: the same numbers in another one are other emails.
    uids = server and state.processed.get(server.imap_folder)
    if not uids:
        return
    if server.env["helpdesk.bridge.database"]._is_silent():
        report.attention(f"Mailbox {server.user}: this database is a copy, so the mail server was not asked")
        return
    try:
        connection = server._connect__(allow_archived=True)
    except Exception as error:  # whatever a mail server, or the way to it, comes up with
        _logger.info("mailbox %s does not answer", server.id, exc_info=True)
        report.attention(f"Mailbox {server.user} does not answer ({type(error).__name__}: {error}); it stays a draft")
        return
    try:
        since = datetime.now() - timedelta(days=LOG_DAYS)
        there = connection._search_since(since)
        lately = [uid for uid in there if uid in uids]
        last = max(uids)
        passed_over = [uid for uid in there if uid not in uids and uid < last]
        # All of them first: no row is locked while a mail server is asked.
        mails = [_read(server, connection, uid) for uid in lately]
    finally:
        connection.disconnect()
    entered = sum(_enter(server, config, *mail) for mail in mails if mail)
    if passed_over:
        report.attention(
            f"Mailbox {server.user}: before the last handled email there are others of the last {LOG_DAYS} days "
            f"that were not: {len(passed_over)}. They do not become tickets: forward those that should"
        )
    if entered:
        report.made(f"Inbound Emails: {entered} that were handled in the last {LOG_DAYS} days")
    else:
        report.left(f"Inbound Emails: those handled in the last {LOG_DAYS} days")


def _read(server, connection, uid):
    """``(place, identity)`` of an email; None where it is in the log, or gone."""
    log, place = server.env["helpdesk.inbound.mail"], connection._place(uid)
    if log.search_count([("fetchmail_server_id", "=", server.id), ("place", "=", place)], limit=1):
        return None
    found = connection._fetch([uid], "(BODY.PEEK[])")
    raw = found.get(uid, found.get(None))
    if raw is None:
        return None
    return place, identities.identify(sanitize.sanitize(raw).raw)


def _enter(server, config, place, identity):
    """Whether the email was not in the log before."""
    log = server.env["helpdesk.inbound.mail"].with_context(tracking_disable=True)
    company = server.helpdesk_team_id.company_id or server.env.company
    row = log._count_attempt(server.id, company.id, place, identity)
    if row["verdict"]:
        return False
    ticket = _named(server.env, company, identity.subject, config)
    reason = server.env._("Handled by the former bridge.")
    values = {"verdict": "replied" if ticket else "ignored", "reason": reason, "ticket_id": ticket.id}
    log.browse(row["id"]).write(values)
    return True


def _named(env, company, subject, config):
    """The ticket of the task that a subject names; may be empty."""
    named = [reference.reference(*found) for found in reference.references_in(subject, [known_prefix(config)])]
    tickets = env["helpdesk.ticket"].with_context(active_test=False)
    return tickets.search([("legacy_reference", "in", named), ("company_id", "=", company.id)], limit=1)
