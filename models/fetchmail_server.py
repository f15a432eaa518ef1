from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

from .fetch_run import KEY, FetchRun


class FetchmailServer(models.Model):
    _inherit = "fetchmail.server"

    helpdesk_team_id = fields.Many2one(
        "helpdesk.ticket.team",
        ondelete="restrict",
        index="btree_not_null",
        help="Mail in this mailbox becomes tickets of this team.",
    )
    address = fields.Char(
        compute="_compute_address",
        store=True,
        readonly=False,
        help="The address customers write to. Letters about tickets of this mailbox come from it.",
    )
    address_name = fields.Char(help="The name that customers see beside the address, for instance Acme Support.")

    @api.depends("user")
    def _compute_address(self):
        for server in self:
            server.address = server.address or email_normalize(server.user or "")

    @api.constrains("address", "helpdesk_team_id")
    def _check_address(self):
        for server in self.filtered("helpdesk_team_id"):
            if server.address and not email_normalize(server.address):
                raise ValidationError(
                    self.env._("“%s” is not a mail address. Enter the one your customers write to.", server.address)
                )

    @api.constrains("object_id", "helpdesk_team_id")
    def _check_helpdesk_object(self):
        for server in self.filtered("helpdesk_team_id"):
            if server.object_id.model != "helpdesk.ticket":
                raise ValidationError(
                    self.env._(
                        "The mailbox %(mailbox)s makes records of “%(model)s”. Choose either a helpdesk team or "
                        "another kind of record.",
                        mailbox=server.name,
                        model=server.object_id.name or "",
                    )
                )

    @api.onchange("helpdesk_team_id")
    def _onchange_helpdesk_team_id(self):
        if self.helpdesk_team_id:
            self.object_id = self._helpdesk_object()

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_helpdesk_object(vals) for vals in vals_list])

    def write(self, vals):
        following = self.browse()
        if "user" in vals and "address" not in vals:
            # An address that was taken from the login follows it; one that a person typed stays.
            following = self.filtered(lambda server: server.address == email_normalize(server.user or ""))
        result = super().write(self._with_helpdesk_object(vals))
        following.address = email_normalize(vals.get("user") or "")
        return result

    def _fetch_mail(self, batch_limit=50):
        run = FetchRun(self)
        result = super(FetchmailServer, self.with_context(**{KEY: run}))._fetch_mail(batch_limit=batch_limit)
        for xmlid in run.woken:
            self.env["ir.cron"]._bridge_wake(xmlid)
        return result

    @api.model
    def _with_helpdesk_object(self, vals):
        """A mailbox with a team makes tickets: nobody has to say it twice. Addresses are kept bare."""
        if vals.get("address"):
            vals = {**vals, "address": email_normalize(vals["address"]) or vals["address"]}
        if not vals.get("helpdesk_team_id") or vals.get("object_id"):
            return vals
        return {**vals, "object_id": self._helpdesk_object().id}

    @api.model
    def _helpdesk_object(self):
        return self.env["ir.model"].sudo()._get("helpdesk.ticket")
