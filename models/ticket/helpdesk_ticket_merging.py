"""A merged ticket: it is archived, names the other ticket as its original, and continues there.

Two ways lead here: the wizard of helpdesk_mgmt_merge, and *Accept and move*. The pipeline notices either. Replies that
refer to the merged ticket join the other one (`_bridge_resolve_merged`), and a concern takes along what is its own
(`_bridge_on_merged`).
"""

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError

from ...tools.email import addresses

WIZARD = "helpdesk.ticket.merge"


class HelpdeskBridgeNeighbours(models.AbstractModel):
    _inherit = "helpdesk.bridge.neighbours"

    @api.model
    def _extensions(self):
        ours = {(WIZARD, "merge_tickets"): _merge_tickets, (WIZARD, "_add_message"): _add_message}
        return {**super()._extensions(), **ours}


def _merge_tickets(method, wizard):
    """The wizard's work, and what makes the merged tickets lead to the other one.

    It moves messages, which Odoo lets only administrators do: it works as sudo, after a look at the user's access.
    """
    wizard.ensure_one()
    # As sudo: a ticket that the user may not see would be left out, and merged all the same.
    tickets = wizard.sudo().ticket_ids.with_env(wizard.env)
    if not wizard.create_new_ticket and not wizard.dst_ticket_id:
        raise UserError(wizard.env._("Choose the ticket that the others are merged into, or create a new one."))
    if not tickets - wizard.dst_ticket_id:
        raise UserError(wizard.env._("Choose at least two tickets to merge."))
    (tickets | wizard.dst_ticket_id).check_access("write")
    result = method(wizard.sudo().with_context(**tickets._bridge_in_bulk().env.context))
    target = wizard.dst_ticket_id
    target.check_access("write")  # a new one, in a team of their choice
    (tickets - target).sudo()._bridge_in_bulk()._bridge_merge_into(target.sudo())
    return result


def _add_message(_method, wizard, _way, links, ticket):
    """A note. The wizard's public comment would be sent to the customer, and count as an agent's reply."""
    ticket_in_lang = ticket.sudo()._bridge_with_company_lang()
    if ticket == wizard.dst_ticket_id:
        body = ticket_in_lang.env._("Merged with %s: their messages are here.", Markup(links))
    else:
        body = ticket_in_lang.env._("Merged into %s.", Markup(links))
    ticket._message_log(body=body)


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """The list has a button to merge tickets where an addon can do that."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "list" and WIZARD not in self.env:
            for button in arch.xpath("//header/button[@name='action_merge_tickets']"):
                button.getparent().remove(button)
        return arch, view

    def action_merge_tickets(self):
        """Open the dialog of helpdesk_mgmt_merge for these tickets."""
        if WIZARD not in self.env:
            raise UserError(self.env._("Install the addon Helpdesk Ticket Merge to merge tickets."))
        if len(self) < 2:
            raise UserError(self.env._("Choose at least two tickets to merge."))
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge Tickets"),
            "res_model": WIZARD,
            "view_mode": "form",
            "target": "new",
            "context": {"active_model": self._name, "active_ids": self.ids},
        }

    def _bridge_merge_into(self, target):
        """Let these tickets lead to another one. :param target: the ticket that goes on"""
        if target.duplicate_id in self:
            target.duplicate_id = False  # it goes on, after all
        target._bridge_take_customer(self)
        target._bridge_add_participants(self)
        self.write({"active": False, "duplicate_id": target.id})

    def _bridge_take_customer(self, merged):
        """Give a ticket without a customer that of the merged ones, if it is one person."""
        if self.partner_id or self.partner_email:
            return
        people = merged.filtered(lambda ticket: ticket.partner_id or ticket.partner_email)
        if len({ticket._bridge_participant_address() for ticket in people}) == 1:
            names = ("partner_name", "partner_email", "customer_reply_to")
            self.write({"partner_id": people[0].partner_id.id, **{name: people[0][name] for name in names}})

    def _bridge_add_participants(self, merged):
        """Let the customers of merged tickets, and the people in their Cc, take part in this one."""
        people = [addresses.normalize_all(ticket._bridge_participant_address(), ticket.email_cc) for ticket in merged]
        known = self._bridge_addresses() | set(self.env["fetchmail.server"]._helpdesk_addresses())
        added = dict.fromkeys(address for found in people for address in found if address not in known)
        if added:
            self.email_cc = ", ".join([*addresses.normalize_all(self.email_cc), *added])

    def _bridge_participant_address(self):
        """Where the customer wrote from, else the contact's address, else ""."""
        return next(iter(addresses.normalize_all(self.partner_email, self.partner_id.email_normalized)), "")

    def _bridge_on_merged(self):
        """Hook: this ticket goes on in another one now. What it writes there is a change of that ticket."""
