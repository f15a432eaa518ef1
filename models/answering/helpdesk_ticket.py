"""A ticket whose customer is being answered: who would get a reply, what is held, and what stops it."""

from dataclasses import dataclass
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.email import addresses
from ...tools.ticket import events
from .helpdesk_ticket_reply import HELD
from .helpdesk_ticket_team import DEFAULT_HOLD

COMMENT = "mail.mt_comment"
#: In the context: a user writes in Odoo, whose company may want replies to be held. RPC cannot send this object.
WRITTEN_KEY, WRITTEN = "helpdesk_bridge_written", object()
#: In the context: the `GivenTo` of a held reply that is being sent.
GIVEN_TO = "helpdesk_bridge_given_to"
#: In the context: a `Then`, what follows the message that a user writes in Odoo.
THEN_KEY = "helpdesk_bridge_then"
#: Arguments that offer all recipients of an ordinary reply.
ORDINARY = {"message_type": "comment", "subtype_xmlid": COMMENT}


@dataclass(frozen=True)
class GivenTo:
    """A held reply that is being sent. A context that came over RPC cannot hold an instance.

    :param reply_id: of the reply
    :param addresses: of everybody outside the team who gets it
    """

    reply_id: int
    addresses: frozenset


@dataclass(frozen=True)
class Then:
    """What follows a message at once. A context that came over RPC cannot hold an instance.

    :param way: `CLOSE` or `WAIT` of the ticket room
    """

    way: str


class Choice(NamedTuple):
    """Somebody outside the team who gets a reply.

    :param address: normalized
    :param label: name and address, as people read them
    :param is_customer: whether it is the ticket's customer, who stands in To
    """

    address: str
    label: str
    is_customer: bool


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # Recipients
    # ------------------------------------------------------------

    def _bridge_reply_choices(self, values=None):
        """Whom a reply of the current user would reach outside the team: list of `Choice`, the customer first.

        :param values: arguments of `message_post`; None: those of an ordinary reply
        """
        self.ensure_one()
        if values is None:
            values = self._bridge_with_recipients(ORDINARY)
        subtype = self.env["mail.message.subtype"].sudo().browse(values.get("subtype_id") or ())
        if subtype and not values.get("subtype_xmlid"):
            values = {**values, "subtype_xmlid": subtype.get_external_id()[subtype.id]}
        author = values.get("author_id") or self.env.user.partner_id.id
        customers = self.sudo()._bridge_customer_addresses()
        found = {}
        for one in self._bridge_emailed({**values, "author_id": author}):
            if one["share"]:
                address = one["email_normalized"]
                name = " ".join((one.get("name") or "").split())
                label = f"{name} <{address}>" if name else address
                found.setdefault(address, Choice(address, label, address in customers))
        return sorted(found.values(), key=lambda choice: not choice.is_customer)

    def _bridge_recipients_among(self, values, outside):
        """Recipients of a message, as fields of a held reply, as far as they are among these addresses.

        :param values: arguments of `message_post`
        """
        elsewhere = addresses.normalize(self.sudo().customer_reply_to)
        customers = self.sudo()._bridge_customer_addresses() if elsewhere in outside else frozenset()
        people = self.env["res.partner"].sudo().browse(values.get("partner_ids") or ())
        kept = people.filtered(
            lambda person: not person.partner_share or {person.email_normalized} & (outside | customers)
        )
        written = addresses.normalize_all(values.get("outgoing_email_to") or "")
        mailed = [address for address in written if address in outside | customers]
        return {"partner_ids": [(6, 0, kept.ids)], "email_to": ", ".join(mailed) or False}

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """A held reply reaches nobody outside the team but those whom its author was shown."""
        found = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        allowed = self._bridge_given_to(message, kwargs)
        if allowed is None:
            return found
        return [one for one in found if not one["share"] or one["email_normalized"] in allowed]

    def _bridge_given_to(self, message, kwargs):
        """The addresses that a message may go to; None if it is no held reply."""
        given = self.env.context.get(GIVEN_TO)
        if isinstance(given, GivenTo):
            return given.addresses
        if "skip_existing" in kwargs:  # Odoo's cron makes the emails of a reply to many people
            reply = self.env["helpdesk.ticket.reply"].sudo().search([("message_id", "=", message.id)], limit=1)
            return frozenset(reply.addresses or ()) if reply else None
        return None

    # ------------------------------------------------------------
    # Holding
    # ------------------------------------------------------------

    def _bridge_reply_hold(self):
        """For how many seconds replies of this ticket are held."""
        team = self.sudo().team_id
        return team.reply_hold if team else DEFAULT_HOLD

    def message_post(self, **kwargs):
        """Hold what an agent writes to the customer in Odoo, if the company wants that; then close the ticket or wait.

        :return: the message; none while it is held
        """
        then = self.env.context.get(THEN_KEY)
        way = then.way if isinstance(then, Then) else ""
        ticket = self.with_context(**{THEN_KEY: None}) if way else self
        if way:
            # Odoo posts as sudo what a user writes in the chatter who may only read the ticket.
            ticket.sudo(False).check_access("write")
        if ticket._bridge_is_to_be_held(kwargs):
            free = ticket.with_context(**{WRITTEN_KEY: None})
            if self.env["helpdesk.ticket.reply"]._hold_message(free, kwargs, "odoo", then=way):
                return self.env["mail.message"]
        message = super(HelpdeskTicket, ticket).message_post(**kwargs)
        ticket._bridge_go_on(way)
        return message

    def _bridge_is_to_be_held(self, kwargs):
        """Whether a message is a reply that the current user writes in Odoo, and that is held."""
        if self.env.context.get(WRITTEN_KEY) is not WRITTEN or kwargs.get("message_type") != "comment":
            return False
        lookup = self.env["ir.model.data"]._xmlid_to_res_id
        subtype = lookup(kwargs["subtype_xmlid"]) if kwargs.get("subtype_xmlid") else kwargs.get("subtype_id")
        author = kwargs.get("author_id") or self.env.user.partner_id.id
        return (
            subtype == lookup(COMMENT)
            and not kwargs.get("is_internal")
            and not kwargs.get("scheduled_date")
            and author == self.env.user.partner_id.id
            and bool(self.env.user._bridge_agents())
            and self.sudo().company_id.helpdesk_hold_replies
            and bool(self._bridge_reply_hold())
        )

    # ------------------------------------------------------------
    # Stopping
    # ------------------------------------------------------------

    def _bridge_on_message_first(self, name, message):
        result = super()._bridge_on_message_first(name, message)
        if name == events.CUSTOMER_REPLIED:
            self._bridge_stop_replies(lambda words: words._customer_wrote())
        elif name == events.AGENT_REPLIED:
            author = message.author_id
            self._bridge_stop_replies(
                lambda words: words._answered(author),
                lambda reply: reply.author_id.partner_id != author or self._bridge_overtakes(reply),
            )
        return result

    def unlink(self):
        """The author of a reply that is held here gets their words back."""
        self.check_access("unlink")
        replies = self.env["helpdesk.ticket.reply"].sudo().search([("ticket_id", "in", self.ids)])
        for reply in replies:
            if reply.state == HELD and reply.author_id != self.env.user:
                reply._hand_words_back()
        replies.unlink()  # and the files that wait with them
        return super().unlink()

    def _bridge_overtakes(self, reply):
        """Whether what is being posted overtakes a held reply of the same author: it was not held before it."""
        given = self.env.context.get(GIVEN_TO)
        return not isinstance(given, GivenTo) or given.reply_id > reply.id

    def _bridge_on_changes_first(self, before, keys):
        result = super()._bridge_on_changes_first(before, keys)
        over = self.filtered(
            lambda ticket: (
                before[ticket]
                and (
                    (ticket.closed and not before[ticket]["ticket"].closed)
                    or (not ticket.active and "active" in keys)
                    or ticket._bridge_merged_id() not in (0, before[ticket]["ticket"].merged)
                )
            )
        )
        if over:
            actor = self.env.user
            over._bridge_stop_replies(
                lambda words: words._ticket_is_over(),
                lambda reply: reply.author_id != actor or not self._bridge_by_person(),
            )
        return result

    def _bridge_stop_replies(self, reason, condition=lambda reply: True):
        """Stop the held replies of these tickets.

        :param reason: a function that says why, in the environment of a record
        :param condition: which of them
        """
        for reply in self.env["helpdesk.ticket.reply"]._held_on(self).filtered(condition):
            reply._stop(reason(reply._in_authors_words()))

    # ------------------------------------------------------------
    # Who answers
    # ------------------------------------------------------------

    def _bridge_answering(self):
        """The users who are answering the customer: a reply of theirs is held, or they have the form for it open."""
        self.ensure_one()
        self.env["helpdesk.ticket.reply"].flush_model(["ticket_id", "author_id", "state"])
        self.env["helpdesk.ticket.viewer"].flush_model(["ticket_id", "user_id", "answering_until"])
        # One query: the first message in Slack asks whenever it is edited.
        found = self.env.execute_query(
            SQL(
                """
                SELECT author_id FROM helpdesk_ticket_reply WHERE ticket_id = %(ticket)s AND state = 'held'
                 UNION
                SELECT user_id FROM helpdesk_ticket_viewer WHERE ticket_id = %(ticket)s AND answering_until > %(now)s
                """,
                ticket=self._origin.id or 0,
                now=fields.Datetime.now(),
            )
        )
        return self.env["res.users"].browse(user for [user] in found).sorted("id")

    def _bridge_note_answering(self):
        """Show on the ticket who is answering its customer.

        Without the ORM: nobody has changed the ticket, and no form of it is out of date by that.
        """
        self.ensure_one()
        names = ", ".join(self._bridge_names(self._bridge_answering())) or None
        self.env.cr.execute(
            SQL(
                "UPDATE helpdesk_ticket SET answering = %(names)s WHERE id = %(id)s "
                "AND answering IS DISTINCT FROM %(names)s",
                names=names,
                id=self.id,
            )
        )
        if self.env.cr.rowcount:
            self.invalidate_recordset(["answering"])
            self.sudo()._bridge_on_answering()

    @api.model
    def _bridge_names(self, users):
        return users.sudo().mapped("name")
