"""The tags of tickets with a breach, one for each metric."""

from odoo import api, models

from ...tools.sla import policy as sla_policy

TAGS = {metric: f"tag_sla_{metric}_breach" for metric in sla_policy.METRICS}
TAG_NAMES = {metric: f"SLA_{metric.upper()}_BREACH" for metric in sla_policy.METRICS}


class HelpdeskSlaClock(models.Model):
    _inherit = "helpdesk.sla.clock"

    @api.model
    def _tag(self, metric):
        """The tag of a breach; a deleted tag is created again with the next breach."""
        name = TAGS[metric]
        tag = self.env.ref(f"helpdesk_bridge.{name}", raise_if_not_found=False)
        if not tag:
            tag = self.env["helpdesk.ticket.tag"].sudo().create({"name": TAG_NAMES[metric], "company_id": False})
            self.env["ir.model.data"].sudo()._update_xmlids(
                [{"xml_id": f"helpdesk_bridge.{name}", "record": tag, "noupdate": True}]
            )
        return tag

    @api.model
    def _tags(self):
        """Those of our tags that exist."""
        lookup = self.env["ir.model.data"]._xmlid_to_res_id
        found = [lookup(f"helpdesk_bridge.{name}", raise_if_not_found=False) for name in TAGS.values()]
        return self.env["helpdesk.ticket.tag"].sudo().browse(filter(None, found))
