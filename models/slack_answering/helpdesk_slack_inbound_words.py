from odoo import api, models


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    @api.model
    def _act_sentences(self, env):
        return {
            **super()._act_sentences(env),
            "replies_off": env._(
                "The team does not reply to customers from Slack (Replies in Slack: only internal notes)."
            ),
            "nobody_to_reply_to": env._("%(ticket)s has no customer with an email address."),
            "reply_held": env._("A reply to the customer is held."),
            "reply_sent": env._("The reply was sent to the customer."),
            "reply_undone": env._("The reply was taken back. The customer did not get it."),
            "too_late_to_undo": env._("It is too late: the customer was sent this reply."),
            "reply_not_sent": env._("This reply was not sent: it was undone or stopped. %(why)s"),
            "not_your_reply": env._("Only %(person)s decides about this reply."),
        }
