from odoo import api, fields, models


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "helpdesk.bridge.prefix"]
    _prefix, _former = "helpdesk_ticket_prefix", "helpdesk_former_prefixes"

    helpdesk_assignment = fields.Selection(
        [("manual", "Manually"), ("least_loaded", "To the member with the fewest open tickets")],
        string="New Ticket Assignment",
        default="manual",
        required=True,
        groups="base.group_user",
    )
    helpdesk_ticket_prefix = fields.Char(string="Ticket Prefix", default="ML", required=True, groups="base.group_user")
    helpdesk_former_prefixes = fields.Char(
        string="Former Ticket Prefixes",
        groups="base.group_user",
        help="Separated by spaces. Emails with them are still recognized.",
    )
    helpdesk_reopen_days = fields.Char(
        string="Days a Reply Reopens the Ticket",
        groups="base.group_user",
        help="The number of days after closing during which a reply reopens the ticket; later, it creates a new "
        "one. 0: always a new one. Empty: replies always reopen.",
    )

    def write(self, vals):
        """Who leaves a company no longer has its tickets."""
        if "user_ids" not in vals or not self.env.registry.ready:
            return super().write(vals)
        before = self.sudo().with_context(active_test=False).user_ids._bridge_work()
        result = super().write(vals)
        self.env["res.users"].concat(*before)._bridge_release_lost(before)
        return result

    @api.constrains("helpdesk_ticket_prefix", "helpdesk_former_prefixes")
    def _check_helpdesk_ticket_prefix(self):
        for company in self.sudo():
            self._check_prefixes(company.helpdesk_ticket_prefix, *(company.helpdesk_former_prefixes or "").split())

    @api.constrains("helpdesk_reopen_days")
    def _check_helpdesk_reopen_days(self):
        for company in self.sudo():
            self._check_days(company.helpdesk_reopen_days)
