"""Keeps Odoo's routes beside the ticket's: an email in a support mailbox always goes to a ticket.

Odoo follows one way: a reply joins the record of its parent message, unless an alias of another model is among the
recipients, then the aliases count, and the mailbox only if there is neither. Here the ticket comes first, and what Odoo
would do with other records is done beside it.
"""

import email.policy
import logging
from ast import literal_eval
from email import message_from_bytes
from itertools import chain

from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import email_normalize, email_split

from ...tools.email import addresses, message_ids, mime_text
from ...tools.inbound import auto_mail, identities, reactions, real_sender, sanitize
from ..common import inbound_context
from ..common.transactions import attempted, is_momentary
from ..common.translated import with_company_lang

_logger = logging.getLogger(__name__)

TICKET = "helpdesk.ticket"


class HelpdeskInboundRouter(models.AbstractModel):
    _inherit = "helpdesk.inbound.router"

    @api.model
    def _set_references(self, mail, message, message_dict):
        """Let Odoo find the ticket that the headers name, in whatever form they name it."""
        ids = self._referred_ids(message)
        mail.parents, mail.answers_ticket = self._parents(ids), message_ids.are_about(TICKET, ids)
        if not mail.parents:
            mail.logged = self._logged_tickets(ids)
            if not mail.logged and mail.entry_id and self._is_being_processed(mail, ids):
                # As after a conflict, it stays in the mailbox and is fetched again.
                raise ConcurrencyError("The email that this one replies to is not processed yet.")
            mail.answers_ticket = mail.answers_ticket or (not mail.logged and self._was_about_ticket(ids))
            return
        if not mail.entry_id:
            # An email to an alias that also refers to another kind of record is Odoo's.
            others = [("message_id", "in", ids), ("model", "not in", (TICKET, False))]
            if self.env["mail.message"].sudo().search_count(others, limit=1):
                return
        message_dict["references"] = mail.parents[0].message_id

    @api.model
    def _with_ticket_route(self, mail, message, message_dict, routes, custom_values):
        """Odoo's routes, and one to a ticket if there is none although the email was sent to the helpdesk."""
        if mail.is_elsewhere:
            routes = [route for route in routes if route[0] == TICKET]
        sent_about = mime_text.header(message, "X-Odoo-Objects").split(", ")
        # The email of a record must not be posted on that record again.
        routes = [route for route in routes if route[0] == TICKET or f"{route[0]}-{route[1]}" not in sent_about]
        if any(self._without_refusal(route)[0] == TICKET for route in routes):
            return routes
        ticket_id, alias = mail.parents[:1].res_id or 0, self._ticket_alias(message_dict)
        if mail.entry_id:
            if not routes and self._is_refused(message, message_dict, alias, ticket_id):
                return routes
            return [*routes, (TICKET, ticket_id, custom_values, self.env.uid, None)]
        if alias and (ticket_id or mail.is_elsewhere):
            route = (TICKET, ticket_id, literal_eval(alias.alias_defaults), self.env.uid, alias)
            accepted = self.env[TICKET]._routing_check_route(message, message_dict, route, raise_exception=False)
            return [*routes, accepted] if accepted else routes
        return routes

    @api.model
    def _is_refused(self, message, message_dict, alias, ticket_id):
        """Whether Odoo has refused an email: sent to the catchall address only, or to a team's alias for others."""
        thread = self.env["mail.thread"]
        if not alias:
            return bool(thread._detect_write_to_catchall(message_dict))
        known = thread._partner_find_from_emails_single([message_dict["email_from"]], no_create=True)
        values = {**message_dict, "author_id": message_dict.get("author_id") or known[:1].id}
        return bool(self.env[TICKET].browse(ticket_id or ())._alias_get_error(message, values, alias))

    @api.model
    def _ticket_alias(self, message_dict):
        """An alias for tickets among the recipients of an email, as sudo; may be empty."""
        recipients = [email_normalize(one) or one.lower() for one in email_split(message_dict["recipients"])]
        names = [one.partition("@")[0] for one in recipients]
        local = ["&", ("alias_name", "in", names), ("alias_incoming_local", "=", True)]
        addressed = ["|", ("alias_full_name", "in", recipients), *local]
        to_tickets = [("alias_model_id.model", "=", TICKET), *addressed]
        return self.env["mail.alias"].sudo().search(to_tickets, order="id", limit=1)

    @api.model
    def _sent_to_alias(self, mail):
        """What to process instead of an email that this Odoo sent from another record to an alias for tickets.

        :param mail: one that Odoo took for a duplicate
        :return: its bytes with a Message-ID of ours; None if it is a duplicate
        """
        identity = identities.identify(mail.raw)
        messages = self.env["mail.message"].sudo()
        found = messages.search([("message_id", "=", identity.message_id)]) if identity.message_id else messages
        if not found or any(one.model == TICKET or one.message_type == "email" for one in found):
            return None
        headers = message_from_bytes(mail.raw, policy=email.policy.SMTP)
        named = [mime_text.header_values(headers, name) for name in ("Delivered-To", "To", "Cc")]
        recipients = addresses.parse(*chain.from_iterable(named))
        if not self._ticket_alias({"recipients": ", ".join(address for _name, address in recipients)}):
            return None
        mail.was_sent_as(found)
        return sanitize.with_message_id(mail.raw, f"<{identity.content[:40]}@sent.helpdesk-bridge>")

    @api.model
    def _is_sent_here(self, mail, message):
        """Whether this Odoo has sent the email, about anything but a ticket."""
        if mail.is_sent_here:
            return True
        objects = mime_text.header(message, "X-Odoo-Objects")
        if not objects or auto_mail.TICKET_OBJECT.search(objects):
            return False
        return any(
            address in self._own_addresses()
            for _name, address in addresses.parse(*mime_text.header_values(message, "From"))
        )

    @api.model
    def _author_of_sent(self, mail, found):
        """The author of what this Odoo has sent, as a `RealSender`; nobody if Odoo itself is the author.

        :param found: the `RealSender` that the headers name, which is an address of ours
        """
        author = self.env["mail.message"].sudo().browse(mail.sent_message_id or ()).exists().author_id
        address = addresses.normalize(author.email) if author.active else ""
        if not address or address in self._own_addresses():
            return real_sender.RealSender("", "", "", written_from=found.written_from)
        why = self.env._("this Odoo has sent it; the sender is the author of the message there")
        return real_sender.RealSender(address, author.name or "", "Message-ID", why, written_from=found.written_from)

    @api.model
    def _odoo_addresses(self):
        """The addresses that Odoo sends from and takes replies with, which are nobody's."""
        run = inbound_context.current(self.env)
        if run.odoo_addresses is None:
            domains = self.env["mail.alias.domain"].sudo().search([("name", "!=", False)])
            names = ("catchall_email", "bounce_email", "default_from_email")
            found = (addresses.normalize(domain[name]) for domain in domains for name in names)
            run.odoo_addresses = frozenset(filter(None, found))
        return run.odoo_addresses

    @api.model
    def _set_reaction(self, sender, message, message_dict):
        """Let the note of a reaction say who reacted and how, without the parts that are for email programs."""
        reaction = reactions.reaction(message)
        if reaction.emoji:
            name, env = message_dict.get("email_from") or "", with_company_lang(sender.company, self).env
            message_dict["body"] = env._("%(sender)s reacted with %(emoji)s.", sender=name, emoji=reaction.emoji)
        message_dict["attachments"] = []

    @api.model
    def _follow_beside(self, mail, message, route):
        """Do what Odoo does with another record's route; its error must not take the email away from the ticket."""
        error = attempted(self.env.cr, self._process_beside, message, dict(mail.parsed), route)
        if not error:
            return
        if is_momentary(error):
            raise error
        _logger.error("an email to a support mailbox was not added to %s", route[0], exc_info=error)
        self = with_company_lang(mail.sender.company if mail.sender else self.env.company, self)
        mail.reason = self.env._("%(reason)s; %(model)s did not accept it", reason=mail.reason, model=route[0])

    @api.model
    def _process_beside(self, message, values, route):
        """Process a route to another kind of record, as Odoo does. :param values: what Odoo read in the email"""
        thread = self.env["mail.thread"]
        values.update(thread._message_parse_post_process(message, values, [route]))
        thread._message_route_process(message, values, [route])
