"""The files of a held reply: they wait with it, and go where it goes."""

from odoo import models


class HelpdeskTicketReply(models.Model):
    _inherit = "helpdesk.ticket.reply"

    def _hold_files(self, ticket, values):
        """Keep the files of the message with this reply: Odoo deletes those that no message has within a day.

        :param ticket: as the author sees it; as sudo in the chatter, whose files Odoo has looked at
        """
        files = ticket.env["ir.attachment"].browse(values.get("attachment_ids") or ())
        # As Odoo does for a message that is posted: what waits in a colleague's composer is not the author's to send.
        files.check_access("read")
        files = files.sudo()
        pending = files.filtered(
            lambda file: file.res_model == "mail.compose.message" and file.create_uid == self.author_id
        )
        pending.write({"res_model": self._name, "res_id": self.id})
        for name, content, *_info in values.get("attachments") or ():
            new = {"name": name, "raw": content, "res_model": self._name, "res_id": self.id}
            files |= files.with_user(self.author_id).sudo().create(new)
        self.attachment_ids = files

    def _release_files(self, model, number):
        """Hand the files that wait with this reply over to a record."""
        here = self.attachment_ids.filtered(lambda file: (file.res_model, file.res_id) == (self._name, self.id))
        here.write({"res_model": model, "res_id": number})
