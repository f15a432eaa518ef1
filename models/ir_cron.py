from odoo import api, models


class IrCron(models.Model):
    _inherit = "ir.cron"

    @api.model
    def _bridge_wake(self, xmlid):
        """Run a cron as soon as this transaction has committed.

        A trigger costs a row and a connection of its own for the NOTIFY, and Odoo does not merge them: many calls in
        one transaction make one trigger. It rides in the transaction, so a rollback leaves nothing behind.

        :param xmlid: of the cron; silently does nothing where an administrator deleted it
        """
        precommit = self.env.cr.precommit
        waiting = precommit.data.setdefault("helpdesk_bridge.wake", set())
        if xmlid in waiting:
            return
        waiting.add(xmlid)

        @precommit.add
        def trigger():
            cron = self.env.ref(xmlid, raise_if_not_found=False)
            if cron:
                cron.sudo()._trigger()
