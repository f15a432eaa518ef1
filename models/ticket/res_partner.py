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
        """Those who had left before this was noted: whatever they said before the last proof that they worked here.

        Of an archived user that is what they did in Odoo themselves, a comment, an email on a ticket of theirs, and
        their last login. Of who is in the portal now, or deleted, it is a note: only who works here writes one.
        """
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_partner person
                   SET helpdesk_team_until = proof.last
                  FROM (SELECT said.id, max(said.last) AS last
                          FROM (SELECT message.author_id AS id, message.id AS last
                                  FROM res_users author
                                  JOIN mail_message message ON message.author_id = author.partner_id
                             LEFT JOIN helpdesk_ticket ticket
                                    ON ticket.id = message.res_id AND message.model = 'helpdesk.ticket'
                                 WHERE NOT author.active AND author.share IS NOT TRUE
                                   AND (message.create_uid = author.id
                                        OR message.model = 'helpdesk.ticket' AND message.message_type = 'comment'
                                        OR message.message_type = 'email' AND ticket.user_id = author.id
                                        OR message.create_date <= (
                                           SELECT max(login.create_date) FROM res_users_log login
                                            WHERE login.create_uid = author.id))
                             UNION ALL
                                SELECT message.author_id, message.id
                                  FROM mail_message message
                             LEFT JOIN mail_message_subtype subtype ON subtype.id = message.subtype_id
                             LEFT JOIN res_users author ON author.partner_id = message.author_id
                                 WHERE message.model = 'helpdesk.ticket' AND message.message_type = 'comment'
                                   AND (message.is_internal OR subtype.internal)
                                   AND (message.create_uid = author.id
                                        OR message.create_uid IS NULL AND author.id IS NULL)) said
                      GROUP BY said.id) proof
                 WHERE person.id = proof.id AND person.partner_share
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
