"""Writes the records of demo data with their dates: messages, automatic emails and inbound emails.

`demo_player` knows what happened and when; this file only writes it.
"""

import base64

from odoo.tools import SQL, plaintext2html


class DemoRecords:
    """Writes records of the past. :param env: as which everything is written"""

    def __init__(self, env):
        self.env = env

    def _say(self, ticket, author, moment, words, kind="comment", subtype="mail.mt_comment", **values):
        """Write a message without notifying its followers."""
        message = self.env["mail.message"].create(
            {
                "model": ticket._name,
                "res_id": ticket.id,
                "date": moment,
                "author_id": author.id,
                "email_from": author.email_formatted,
                "reply_to": author.email_formatted,
                "body": plaintext2html(words) if words else "",
                "subject": kind == "email" and ticket.name,
                "message_type": kind,
                "subtype_id": self.env.ref(subtype).id,
                **values,
            }
        )
        self._date(message, moment)
        return message

    def _write_auto_email(self, ticket, moment, kind):
        """An automatic email as the cron would have decided about it: queued, or why not."""
        if not ticket._bridge_is_email_enabled(kind):
            return
        letter = self.env["helpdesk.letter"].create({"ticket_id": ticket.id, "kind": kind, "state": "queued"})
        address = ticket._bridge_customer_email()
        reason = letter._skip_reason(ticket, address)
        letter.write({"address": address, "reason": reason, "state": "skipped" if reason else "queued"})
        self._date(letter, moment)

    def _keep(self, moment, ticket=None, message=None, verdict=None, reason=None, **values):
        """A row in the log of inbound emails. :param values: of one that came to no ticket"""
        if message:
            values = {"subject": message.subject, "email_from": message.email_from, "message_id": message.message_id}
        raw = values.pop("raw", None)
        entry = self.env["helpdesk.inbound.mail"].create(
            {
                "company_id": self._ref("team").company_id.id,
                "ticket_id": ticket and ticket.id,
                "verdict": verdict,
                "reason": reason,
                "attempts": 1,
                "raw": raw and base64.b64encode(raw.encode()),
                **values,
            }
        )
        self._date(entry, moment)

    def _date(self, records, moment):
        """Set when records were created, which the ORM does not allow."""
        records.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET create_date = %s, write_date = %s WHERE id = ANY(%s)",
                SQL.identifier(records._table),
                moment,
                moment,
                records.ids,
            )
        )
        records.invalidate_recordset(["create_date", "write_date"], flush=False)
