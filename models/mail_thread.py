from odoo import api, models

from . import fetch_run


class MailThread(models.AbstractModel):
    """The gateway, for mail that comes out of a support mailbox; all other mail passes as it always did."""

    _inherit = "mail.thread"

    @api.model
    def message_process(
        self, model, message, custom_values=None, save_original=False, strip_attachments=False, thread_id=None
    ):
        mail = fetch_run.mail(self.env)
        arguments = (model, message, custom_values, save_original, strip_attachments, thread_id)
        if mail is None:
            return super().message_process(*arguments)
        if mail.settled:
            return False
        try:
            result = super().message_process(*arguments)
            self.env["helpdesk.inbound.mail"].sudo().browse(mail.entry_id)._settle(mail, result)
            # Whatever can fail shall fail here, where we learn of it, and not in the caller's commit.
            self.env.cr.flush()
        except Exception as error:
            mail.error = error
            raise
        self.env.cr.postcommit.add(mail.commit)
        return result

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        routes = super().message_route(message, message_dict, model, thread_id, custom_values)
        mail = fetch_run.mail(self.env)
        if mail:
            mail.routes, mail.is_bounce = routes, bool(message_dict.get("is_bounce"))
        return routes

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        stopped = super()._detect_loop_sender(message, message_dict, routes)
        mail = fetch_run.mail(self.env)
        if stopped and mail:
            mail.is_loop = True
        return stopped
