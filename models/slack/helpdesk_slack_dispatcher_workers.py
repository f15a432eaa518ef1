"""How many dispatchers share the work, and which of them is woken.

Each is an `ir.cron` record of its own: as many messages are on their way at once as there are dispatchers and cron
workers to run them, on whatever hosts. Whoever owes a message wakes one that has none in its hands; whoever takes a
message and leaves others behind wakes the next. One that is more than the Settings say retires at its next run.
"""

from odoo import api, fields, models

from ...tools.common import crons

PARAMETER = "helpdesk_bridge.slack_dispatchers"
MOST = 8


class HelpdeskSlackDispatcher(models.AbstractModel):
    _inherit = "helpdesk.slack.dispatcher"

    @api.model
    def _crew_size(self):
        """How many dispatchers there shall be."""
        wanted = self.env["ir.config_parameter"].sudo().get_param(PARAMETER) or "1"
        return min(max(int(wanted), 1), MOST) if wanted.isdecimal() else 1

    @api.model
    def _crew(self):
        """The crons that deliver, the first one first."""
        names = [crons.SLACK, *(f"{crons.SLACK}_{number}" for number in range(2, self._crew_size() + 1))]
        ids = [self.env["ir.model.data"]._xmlid_to_res_id(name, raise_if_not_found=False) for name in names]
        return self.env["ir.cron"].sudo().browse(filter(None, ids))

    @api.model
    def _set_crew_size(self, size):
        """Make or bring back what is missing. One too many retires by itself: a cron that runs cannot be changed."""
        self.env["ir.config_parameter"].sudo().set_param(PARAMETER, str(size))
        for number in range(2, size + 1):
            cron = self.env.ref(f"{crons.SLACK}_{number}", raise_if_not_found=False)
            if not cron:
                self._enlist(number)
            elif not cron.sudo().active:
                cron.sudo().active = True

    @api.model
    def _enlist(self, number):
        first = self.env.ref(crons.SLACK).sudo()
        values = {
            "name": f"{first.name} ({number})",
            "model_id": first.model_id.id,
            "state": "code",
            "code": f"model._cron_deliver({number})",
            "interval_number": first.interval_number,
            "interval_type": first.interval_type,
            "user_id": first.user_id.id,
        }
        # With a name of ours, so that it leaves with us.
        self.env["ir.cron"].sudo()._load_records(
            [{"xml_id": f"{crons.SLACK}_{number}", "values": values, "noupdate": True}]
        )

    @api.model
    def _idle(self):
        """Those who have no message in their hands."""
        crew = self._crew()
        if len(crew) < 2:
            return crew
        busy = self._outbox().sudo().search_fetch([("leased_until", ">", fields.Datetime.now())], ["leased_by"])
        return crew.filtered(lambda cron: cron.active and cron.id not in busy.mapped("leased_by"))

    @api.model
    def _whom(self):
        """Whom to wake when there is something to do."""
        return (self._idle() or self._crew())[:1]

    @api.model
    def _go_on(self):
        """Run again, when this run had no time for all that is due."""
        own = self.env["ir.cron"].sudo().browse(self.env.context.get("cron_id", ()))
        for cron in own or self._crew()[:1]:
            cron._trigger()

    @api.model
    def _share(self):
        """Wake another dispatcher when more is due than the message this one has in its hands."""
        others = self._crew()[1:] and self._idle()
        soonest = others and self._soonest()
        if soonest and soonest <= fields.Datetime.now():
            others[0]._trigger()
