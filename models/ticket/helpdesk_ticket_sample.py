from odoo import models

from ..common import sample


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _create(self, data_list):
        """Give a sample an id of its own: one of the sequence would be missing among the references of tickets."""
        being_created = sample.of(self.env)
        if being_created and len(data_list) == 1:
            data_list[0]["stored"]["id"] = being_created.ticket_id
        return super()._create(data_list)
