"""Forms that are open learn within seconds what others do to their ticket.

Whatever happens in a transaction is collected, and told once when it is committed, over Odoo's bus: to the users who
have the form open (`helpdesk.ticket.viewer`) and may read the ticket, and to nobody else. While nobody looks, that
costs one query per transaction; a new ticket, which nobody can look at yet, none.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...tools.ticket import events, live

#: In `cr.precommit.data`: ticket id -> `live.News`; in `cr.cache`: the ids that nobody can look at.
NEWS = "helpdesk_bridge.news"
UNSEEN = "helpdesk_bridge.unseen"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # What the form asks
    # ------------------------------------------------------------

    def bridge_watch(self, seen=None):
        """Note that the current user has this ticket's form open; the form asks again every minute.

        :param seen: when the form's ticket was last written, as the form has it; False or None if unknown
        :return: what happened since then, like a message on the bus; False if nothing did
        """
        self._bridge_check_viewer()
        self.env["helpdesk.ticket.viewer"]._bridge_see(self)
        ticket_sudo = self.sudo()
        if not isinstance(seen, str) or fields.Datetime.to_string(ticket_sudo.write_date) == seen:
            return False
        return ticket_sudo._bridge_payload({live.CHANGED}, ticket_sudo.write_uid)

    def bridge_is_writing(self):
        """Tell the others who have this ticket's form open that the current user is writing a message."""
        self._bridge_check_viewer()
        message = self.sudo()._bridge_payload({live.WRITING}, self.env.user)
        viewers = self.env["helpdesk.ticket.viewer"]._bridge_viewers(self.ids).get(self.id, self.env["res.users"])
        (viewers - self.env.user)._bus_send(live.TYPE, message)

    def _bridge_check_viewer(self):
        """Refuse whoever has no form of this ticket."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only internal users follow a ticket live."))

    # ------------------------------------------------------------
    # What happens to a ticket
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        self.env.cr.cache.setdefault(UNSEEN, set()).update(tickets.ids)
        return tickets

    def write(self, vals):
        result = super().write(vals)
        self._bridge_note_news(live.CHANGED)
        return result

    def _bridge_on_changes_first(self, before, keys):
        result = super()._bridge_on_changes_first(before, keys)
        for ticket, snapshot in before.items():
            if snapshot and snapshot["ticket"].user != ticket.user_id.id and ticket.user_id:
                ticket._bridge_note_news(live.TAKEN)
        return result

    def _bridge_on_message_first(self, name, message):
        result = super()._bridge_on_message_first(name, message)
        self._bridge_note_news(live.CUSTOMER_REPLIED if name == events.CUSTOMER_REPLIED else live.MESSAGE)
        return result

    def _bridge_note_news(self, kind):
        """Note what happens to these tickets, to tell it at the end of the transaction."""
        unseen = self.env.cr.cache.get(UNSEEN, ())
        if seen := [number for number in self.ids if number not in unseen]:
            precommit = self.env.cr.precommit
            if NEWS not in precommit.data:
                precommit.data[NEWS] = {}
                precommit.add(self.env["helpdesk.ticket"]._bridge_tell_viewers)
            for number in seen:
                precommit.data[NEWS].setdefault(number, live.News()).add(kind, self.env.uid)

    @api.model
    def _bridge_tell_viewers(self):
        """Tell what was noted to those who have the form of the ticket open."""
        unseen = self.env.cr.cache.setdefault(UNSEEN, set())
        # A ticket may have been written before its creation was over.
        news = {
            ticket: found for ticket, found in self.env.cr.precommit.data.pop(NEWS, {}).items() if ticket not in unseen
        }
        if not news:
            return
        viewers = self.env["helpdesk.ticket.viewer"]._bridge_viewers(list(news))
        unseen.update(news.keys() - viewers.keys())
        for number, users in viewers.items():
            actor = self.env["res.users"].sudo().browse(news[number].user)
            message = self.sudo().browse(number)._bridge_payload(news[number].kinds, actor)
            users._bus_send(live.TYPE, message)  # the actor too, who may have it open twice: each form knows what to do

    def _bridge_payload(self, kinds, actor):
        """The message about this ticket, in the form of the bus. :param actor: the user who did it"""
        name = actor.sudo()._bridge_agents().name or ""
        assignee = (self.user_id.id, self.user_id.name or "")
        return live.payload(self.id, kinds, (actor.id, name), assignee, fields.Datetime.to_string(self.write_date))
