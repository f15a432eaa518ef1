"""A template shows a ticket to those only who may read it.

A template is rendered for any record that its reader names, in the composer as in a preview. Several fields of a ticket
are computed as superuser, so that Odoo would not ask whether that reader may see the ticket.
"""

from odoo import api, models

from .helpdesk_ticket_templates import EMAIL, EMAIL_KEY
from .mail_mail import TICKET


class MailRenderMixin(models.AbstractModel):
    _inherit = "mail.render.mixin"

    @api.model
    def _render_template(self, template_src, model, res_ids, *args, **kwargs):
        if model == TICKET and self.env.context.get(EMAIL_KEY) is not EMAIL:
            self.env[TICKET].browse(res_ids).check_access("read")
        return super()._render_template(template_src, model, res_ids, *args, **kwargs)
