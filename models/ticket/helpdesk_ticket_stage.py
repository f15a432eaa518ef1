from odoo import api, fields, models

#: Stages of helpdesk_mgmt that end a ticket without solving it.
CANCELING = ("helpdesk_mgmt.helpdesk_ticket_stage_cancelled", "helpdesk_mgmt.helpdesk_ticket_stage_rejected")


class HelpdeskTicketStage(models.Model):
    _inherit = "helpdesk.ticket.stage"

    sla_cancels = fields.Boolean(
        string="Cancels SLA",
        groups="base.group_user",
        help="Tickets in this stage are no longer worked on although they were not solved: their SLA targets are "
        "canceled.",
    )

    @api.model
    def _bridge_close_doors(self):
        """At each update: helpdesk_mgmt lets everybody on the Internet write stages, as long as it does."""
        door = self.env.ref("helpdesk_mgmt.access_helpdesk_ticket_stage_public", raise_if_not_found=False)
        if door:
            door.perm_write = False

    @api.model
    def _bridge_mark_canceling(self):
        """At installation: the stages of helpdesk_mgmt that cancel, where they still exist."""
        for xmlid in CANCELING:
            stage = self.env.ref(xmlid, raise_if_not_found=False)
            if stage:
                stage.sla_cancels = True
