"""The forms of a ticket: assign, stage, priority. What somebody else has changed meanwhile is not overwritten."""

from odoo import api, models

from ...tools.slack import acts, forms, inbound_row
from ...tools.slack.inbound_row import text
from .helpdesk_slack_inbound_acts import SHOWN, Result

NOBODY = "0"


class HelpdeskSlackInbound(models.Model):
    _inherit = "helpdesk.slack.inbound"

    @api.model
    def _handlers(self):
        return {**super()._handlers(), inbound_row.VIEW_SUBMISSION: "_do_view_submission"}

    @api.model
    def _act_methods(self):
        return {**super()._act_methods(), **dict.fromkeys(acts.WITH_FORM, "_act_show_form")}

    @api.model
    def _submit_methods(self):
        """The methods that carry out a form, by its callback id: they take the ticket, `work` and what was chosen."""
        return {
            "helpdesk_assign": "_act_assign",
            "helpdesk_stage": "_act_stage",
            "helpdesk_priority": "_act_priority",
        }

    @api.model
    def _ticket_form_titles(self):
        return {
            acts.HAND_OVER: self.env._("Hand over"),
            acts.ASSIGN: self.env._("Assign"),
            acts.STAGE: self.env._("Change the stage"),
            acts.PRIORITY: self.env._("Change the priority"),
        }

    # ------------------------------------------------------------
    # Showing
    # ------------------------------------------------------------

    def _act_show_form(self, ticket, work):
        name = acts.chosen(self.payload).name
        if ticket.closed or not ticket.active:
            return Result("is_closed", is_wanted=False)
        name = acts.ASSIGN if name == acts.HAND_OVER else name
        label, options, current = getattr(self._for_person(), f"_form_of_{name}")(ticket)
        person = self._for_person()
        view = forms.form(
            f"helpdesk_{name}",
            person._form_title(self.kind, self.payload),
            person.env._("Save"),
            person.env._("Cancel"),
            [forms.select(forms.VALUE, label, options, current)],
            self._form_about(ticket, seen=self._form_seen(name, ticket, current)),
        )
        self._fill_view(work, view)
        return Result(SHOWN)

    def _form_about(self, ticket, **more):
        """What a form is about, for its submission, and where to answer then."""
        about = {"ticket": ticket.id, **more}
        address = text((self.payload or {}).get("response_url"))
        return {
            **about,
            **({"channel": self.channel_ref} if self.channel_ref else {}),
            **({"url": address} if 0 < len(address) <= 1000 else {}),
        }

    def _form_seen(self, name, ticket, current):
        """What a form shows that a colleague may change meanwhile, as a text. A form may have its own."""
        return current

    def _form_of_assign(self, ticket):
        options = [(user.id, user.name) for user in ticket._slack_assignees()]
        current = str(ticket.sudo().user_id.id or 0)
        options = [*options[: acts.MAX_OPTIONS - 1], (NOBODY, self.env._("Nobody"))]
        return self.env._("Assignee"), options, current

    def _form_of_stage(self, ticket):
        stages = self._stages_for(ticket)
        return self.env._("Stage"), [(stage.id, stage.name) for stage in stages], str(ticket.stage_id.id)

    def _form_of_priority(self, ticket):
        options = ticket.with_env(self.env)._fields["priority"]._description_selection(self.env)
        return self.env._("Priority"), options, ticket.priority

    @api.model
    def _stages_for(self, ticket):
        stages = ticket.sudo().team_id.with_company(ticket.sudo().company_id)._get_applicable_stages()
        return stages.with_context(lang=self.env.lang)

    # ------------------------------------------------------------
    # Submitting
    # ------------------------------------------------------------

    def _find_subject(self, work):
        if self.kind != inbound_row.VIEW_SUBMISSION:
            return super()._find_subject(work)
        if forms.callback_id(self.payload) not in self._submit_methods():
            return self._ignore(self._in_words().env._("Odoo does nothing with this yet."))
        return self._find_ticket_by_id(work, forms.about(self.payload).get("ticket"))

    def _do_view_submission(self, work):
        chosen = forms.values(self.payload).get(forms.VALUE, "")
        seen = text(forms.about(self.payload).get("seen"))
        self._act(work, self._submit_methods()[forms.callback_id(self.payload)], chosen, seen)

    def _act_assign(self, ticket, work, chosen, seen):
        current = ticket.sudo().user_id
        user = (
            current.browse(int(chosen) if chosen.isdigit() else ()).exists() if chosen != NOBODY else current.browse()
        )
        if current == user:
            word = "assigned_already" if user else "unassigned_already"
            return Result(word, values={"person": user})
        if ticket.closed or not ticket.active:
            return Result("is_closed", is_wanted=False)
        if str(current.id or 0) != seen:
            word = "colleague_took_it" if current else "left_alone"
            return Result(word, is_wanted=False, values={"person": current})
        if chosen != NOBODY and user not in ticket._slack_assignees():
            return Result("not_offered", is_wanted=False)
        ticket.write({"user_id": user.id})
        words = ticket._bridge_with_company_lang().env
        done = words._("Assigned via Slack") if user else words._("Unassigned via Slack")
        ticket._slack_log(done, tracked=True)
        return Result("assigned" if user else "unassigned", is_changed=True, values={"person": user})

    def _act_stage(self, ticket, work, chosen, seen):
        current = ticket.stage_id
        stage = self._stages_for(ticket).filtered(lambda one: str(one.id) == chosen)
        if not stage:
            return Result("not_offered", is_wanted=False)
        if stage == current:
            return Result("moved_already", values={"stage": stage})
        if str(current.id) != seen:
            return Result("moved_meanwhile", is_wanted=False, values={"stage": current})
        if not ticket.active:
            return Result("is_closed", is_wanted=False)
        ticket.write({"stage_id": stage.id})
        ticket._slack_log(ticket._bridge_with_company_lang().env._("Moved via Slack"), tracked=True)
        return Result("moved", is_changed=True, values={"stage": stage})

    def _act_priority(self, ticket, work, chosen, seen):
        if chosen not in ticket._fields["priority"].get_values(ticket.env):
            return Result("not_offered", is_wanted=False)
        if ticket.priority == chosen:
            return Result("prioritized_already", values={"priority": chosen})
        if ticket.closed or not ticket.active:
            return Result("is_closed", is_wanted=False)
        if ticket.priority != seen:
            return Result("prioritized_meanwhile", is_wanted=False, values={"priority": ticket.priority})
        ticket.write({"priority": chosen})
        ticket = ticket._bridge_with_company_lang()
        label = dict(ticket._fields["priority"]._description_selection(ticket.env))[chosen]
        ticket._slack_log(ticket.env._("Priority set to %s via Slack", label))
        return Result("prioritized", is_changed=True, values={"priority": chosen})
