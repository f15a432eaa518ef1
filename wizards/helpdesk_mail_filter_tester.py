"""Shows which email filter applies to a sender, without an email."""

from odoo import api, fields, models


class HelpdeskMailFilterTester(models.TransientModel):
    _name = "helpdesk.mail.filter.tester"
    _description = "Try an Address on the Email Filters"

    address = fields.Char(help="As it appears in the email, with or without the name.")
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    filter_id = fields.Many2one("helpdesk.mail.filter", compute="_compute_result")
    result = fields.Char(compute="_compute_result")

    @api.depends("address", "company_id")
    def _compute_result(self):
        for tester in self:
            filters = self.env["helpdesk.mail.filter"]
            tester.filter_id, tester.result = filters._explain(tester.address, tester.company_id)
