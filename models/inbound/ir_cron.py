"""Who triggers or runs Odoo's fetch cron without naming a mailbox means all of them."""

from odoo import api, models

from odoo.addons.mail.models.fetchmail import MAIL_SERVER_DOMAIN

from ...tools.common import crons
from ..common import ir_cron
from ..common.transactions import retried


class IrCron(models.Model):
    _inherit = "ir.cron"

    @api.model
    def _bridge_cron_to_wake(self, xmlid):
        if xmlid == crons.FETCH:
            return self.env["helpdesk.fetch.request"].sudo()._crons_to_wake()
        return super()._bridge_cron_to_wake(xmlid)

    def method_direct_trigger(self):
        if self._bridge_is_fetch() and self.browse().has_access("write"):
            # Odoo runs the cron in a transaction of its own, which would not see what this one has written.
            with self.env.registry.cursor() as cr:
                retried(cr, self._bridge_request_all, self.env(cr=cr))
        return super().method_direct_trigger()

    def _bridge_is_fetch(self):
        fetch_id = self.env["ir.model.data"]._xmlid_to_res_id(crons.FETCH, raise_if_not_found=False)
        return fetch_id in self.ids

    @api.model
    def _bridge_request_all(self, env):
        mailboxes = env["fetchmail.server"].sudo().search(MAIL_SERVER_DOMAIN)
        env["helpdesk.fetch.request"].sudo()._request(mailboxes)


class IrCronTrigger(models.Model):
    _inherit = "ir.cron.trigger"

    @api.model_create_multi
    def create(self, vals_list):
        triggers = super().create(vals_list)
        if not ir_cron.is_woken_by_bridge(self.env) and triggers.sudo().cron_id._bridge_is_fetch():
            self.env["ir.cron"]._bridge_request_all(self.env)
        return triggers
