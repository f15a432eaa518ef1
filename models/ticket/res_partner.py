"""Until when a contact spoke for the team: who has left is none of it any more, and what they said stays its word."""

from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists


class ResPartner(models.Model):
    _inherit = "res.partner"

    helpdesk_team_until = fields.Integer(
        string="Spoke for the Team Until",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="The number of the newest message when this person left the team. 0: never, or not yet.",
    )

    def _auto_init(self):
        is_new = not column_exists(self.env.cr, self._table, "helpdesk_team_until")
        result = super()._auto_init()
        if is_new:
            self._bridge_find_former_agents()
        return result

    def _bridge_find_former_agents(self):
        """Those who had left before this was noted: a comment is written in Odoo, by who works there."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_partner person
                   SET helpdesk_team_until = said.last
                  FROM (SELECT message.author_id AS id, max(message.id) AS last
                          FROM mail_message message
                          JOIN res_users author ON author.partner_id = message.author_id
                         WHERE message.model = 'helpdesk.ticket' AND message.message_type = 'comment'
                           AND NOT author.active AND author.share IS NOT TRUE
                      GROUP BY message.author_id) said
                 WHERE person.id = said.id AND person.partner_share
                """
            )
        )
        self.invalidate_model(["helpdesk_team_until"])

    def _bridge_note_left(self):
        """Note of those of these contacts who are not in the team any more what they said until now."""
        left_sudo = self.sudo().filtered("partner_share")
        if left_sudo:
            newest = self.env["mail.message"].sudo().search([], order="id desc", limit=1)
            left_sudo.helpdesk_team_until = newest.id
