"""Somebody who sees or does what is not theirs."""

from dev.mutants.fault import Fault

ACCESS = "tests/test_access.py::TestAccess"
SEEN = "tests/test_access_rules.py::TestRules::test_who_sees_a_ticket_sees_what_belongs_to_it_and_nobody_else_does"
ADMINISTRATORS = "tests/test_access_rules.py::TestRules::test_what_an_email_says_of_others_is_for_administrators"
BUTTONS = "tests/test_access_rules.py::TestRules::test_who_may_only_read_a_message_to_slack_presses_no_button"
MEMBERSHIP = "tests/test_access_membership.py::TestMembership"
INBOUND_MAIL = "models/inbound/helpdesk_inbound_mail.py"
EVERYTHING = "[(1, '=', 1)]"
OWN = (
    "['|', ('{0}user_id', '=', user.id), "
    "'&amp;', ('{0}user_id', '=', False), ('{0}team_id', 'in', user.helpdesk_team_ids.ids)]"
)
TEAM = "['|', ('{0}team_id', 'in', user.helpdesk_team_ids.ids), ('{0}team_id', '=', False)]"


def open_rule(name, model, domain):
    """A record rule that lets everything pass. :param model: without the prefix of the addon's models"""
    # The report has the ticket's columns.
    path = {"sla_clock_line": "clock_id.ticket_id.", "sla_clock_report": ""}.get(model, "ticket_id.")
    kind = model.split("_")[0]
    head = f'ref="model_helpdesk_{model}" />\n        <field\n            name="domain_force"\n        >'
    return Fault(
        name=name,
        file=f"security/helpdesk_{kind}_rules.xml",
        find=head + domain.format(path),
        put=head + EVERYTHING,
        tests=SEEN,
        why="agents of one team read what belongs to the tickets of another",
    )


FAULTS = (
    open_rule("rule-of-own-sla-clocks-is-open", "sla_clock", OWN),
    open_rule("rule-of-sla-clocks-for-a-team-is-open", "sla_clock", TEAM),
    open_rule("rule-of-sla-history-for-a-team-is-open", "sla_clock_line", TEAM),
    open_rule("rule-of-the-sla-report-for-a-team-is-open", "sla_clock_report", TEAM),
    open_rule("rule-of-own-slack-threads-is-open", "slack_thread", OWN),
    open_rule("rule-of-slack-threads-for-a-team-is-open", "slack_thread", TEAM),
    Fault(
        name="rule-of-inbound-emails-for-a-team-is-open",
        file="security/helpdesk_inbound_rules.xml",
        find="'|', ('ticket_id.team_id', 'in', user.helpdesk_team_ids.ids), ('ticket_id.team_id', '=', False)]",
        put="(1, '=', 1)]",
        tests=SEEN,
        why="agents of one team read about the emails of another",
    ),
    Fault(
        name="rules-keep-the-teams-that-a-user-had",
        file="models/common/ir_rule.py",
        find="        yield values if isinstance(values, UserValues) else None\n",
        put="",
        tests=f"{MEMBERSHIP}::test_who_joins_or_leaves_a_team_sees_or_loses_its_tickets_at_once",
        why="who has left a team reads its tickets until the server restarts",
    ),
    Fault(
        name="a-company-s-form-takes-nobody-out-of-it",
        file="models/common/res_company.py",
        find='        if "user_ids" in vals:\n',
        put="        if False:\n",
        tests=f"{MEMBERSHIP}::test_who_joins_or_leaves_a_company_sees_or_loses_its_tickets_at_once",
        why="who was taken out of a company reads its tickets until the server restarts",
    ),
    Fault(
        name="rule-of-filters-knows-no-company",
        file="security/helpdesk_mail_filter_rules.xml",
        find="[('company_id', 'in', company_ids + [False])]",
        put=EVERYTHING,
        tests=f"{ACCESS}::test_other_companies_are_not_seen",
        why="a company reads and changes whom another filters",
    ),
    Fault(
        name="rule-of-the-outbox-knows-no-company",
        file="security/helpdesk_slack_rules.xml",
        find="['|', ('ticket_id.company_id', 'in', company_ids), '&amp;', ('ticket_id', '=', False)",
        put="['|', (1, '=', 1), '&amp;', ('ticket_id', '=', False)",
        tests=f"{ACCESS}::test_other_companies_are_not_seen",
        why="a company reads what another tells in Slack",
    ),
    Fault(
        name="agents-write-slack-threads",
        file="security/ir.model.access.csv",
        find="access_slack_thread_agent,slack.thread.agent,model_helpdesk_slack_thread,helpdesk_mgmt.group_helpdesk_user_own,1,0,0,0",
        put="access_slack_thread_agent,slack.thread.agent,model_helpdesk_slack_thread,helpdesk_mgmt.group_helpdesk_user_own,1,1,0,0",
        tests=f"{ACCESS}::test_every_model_and_group_has_just_the_access_it_needs",
        why="an agent points a ticket at another thread",
    ),
    Fault(
        name="error-of-an-email-is-for-everybody",
        file=INBOUND_MAIL,
        find="error = fields.Text(readonly=True, groups=SYSTEM)",
        put="error = fields.Text(readonly=True)",
        tests=ADMINISTRATORS,
        why="agents read traces of errors, with what they say of others' data",
    ),
    Fault(
        name="ticket-that-an-email-names-is-for-everybody",
        file=INBOUND_MAIL,
        find="        groups=SYSTEM,\n    )\n    named_reference",
        put="    )\n    named_reference",
        tests=ADMINISTRATORS,
        why="agents learn of tickets that they may not see",
    ),
    Fault(
        name="original-of-an-email-is-for-everybody",
        file=INBOUND_MAIL,
        find='string="Original Email", attachment=True, readonly=True, groups=SYSTEM)',
        put='string="Original Email", attachment=True, readonly=True)',
        tests=ADMINISTRATORS,
        why="agents read the headers and blind copies of every email",
    ),
    Fault(
        name="stored-secrets-are-for-administrators",
        file="models/common/secret_entry.py",
        find='NO_ACCESS = "."',
        put="NO_ACCESS = SYSTEM",
        tests=f"{ACCESS}::test_nobody_reads_a_stored_secret_not_even_an_administrator",
        why="an administrator, or who takes over their session, exports the tokens",
    ),
    Fault(
        name="a-secrets-form-field-is-for-everybody",
        file="models/common/secret_entry.py",
        find="inverse=inverse, groups=SYSTEM, **attributes",
        put="inverse=inverse, **attributes",
        tests=f"{ACCESS}::test_every_secret_field_is_for_system_administrators_only",
        why="a manager points the addon at a workspace of their own",
    ),
    Fault(
        name="a-reader-retries-messages-to-slack",
        file="models/slack/helpdesk_slack_outbox_actions.py",
        find='        if not self.env.user.has_group(LEADERS):\n            self.browse().check_access("write")\n',
        put="",
        tests=BUTTONS,
        why="whoever may read an outbox row presses Retry and Cancel as a manager",
    ),
    Fault(
        name="who-sees-no-message-to-slack-presses-its-buttons",
        file="models/slack/helpdesk_slack_outbox_actions.py",
        find='        self.check_access("read")\n        if not',
        put="        if not",
        tests="tests/test_access_rules.py::TestRules::test_who_manages_one_company_presses_no_button_of_another",
        why="a manager of one company cancels the messages of another, by their number",
    ),
    Fault(
        name="what-all-companies-share-is-changed-by-one",
        file="models/common/helpdesk_bridge_shared.py",
        find="        if not shared_sudo or self._manages_every_company():\n",
        put="        if True:\n",
        tests=f"{ACCESS}::test_what_every_company_uses_is_changed_by_those_who_manage_all_companies",
        why="a manager of one company filters the emails of every company",
    ),
    Fault(
        name="a-record-is-moved-out-of-ones-companies",
        file="models/common/helpdesk_bridge_shared.py",
        find='            self.check_access("write")\n',
        put="            pass\n",
        tests=f"{ACCESS}::test_what_every_company_uses_is_changed_by_those_who_manage_all_companies",
        why="a manager makes a filter of their company one of every company",
    ),
    Fault(
        name="an-email-makes-our-records",
        file="models/common/helpdesk_bridge_without_gateway.py",
        find='        """Refuse: no email creates such a record."""\n        raise refusal(self)',
        put="        return super().message_new(msg_dict, custom_values)",
        tests="tests/test_access_gateway.py::TestAccessGateway::test_none_of_our_models_is_made_or_changed_by_an_email",
        why="every internal user makes a workspace by RPC, with any address that the token then goes to",
    ),
    Fault(
        name="an-email-changes-our-records",
        file="models/common/helpdesk_bridge_without_gateway.py",
        find='        """Refuse: no email belongs to such a record."""\n        raise refusal(self)',
        put="        return super().message_update(msg_dict, update_vals)",
        tests="tests/test_access_gateway.py::TestAccessGateway::test_none_of_our_models_is_made_or_changed_by_an_email",
        why="an email is added to a workspace or channel",
    ),
    Fault(
        name="rpc-passes-values-of-a-ticket-to-the-gateway",
        file="models/inbound/mail_thread.py",
        find="(custom_values or thread_id) and not (self.env.su or self.env.is_system()):",
        put="False:",
        tests="tests/test_access_gateway.py::TestAccessGateway::test_no_values_of_a_ticket_come_over_rpc",
        why="every internal user writes any field of a ticket as superuser",
    ),
    Fault(
        name="the-portal-closes-anothers-ticket",
        file="controllers/portal.py",
        find='        ticket.check_access("read")\n',
        put="",
        tests="tests/test_portal_access.py::TestPortalAccess::test_nobody_closes_anothers_ticket",
        why="a customer closes the ticket of another by its number",
    ),
    Fault(
        name="a-monitor-needs-no-token",
        file="controllers/monitoring.py",
        find='if scheme.lower() != "bearer" or not metrics._is_token(given.strip()):',
        put='if scheme.lower() != "bearer":',
        tests="tests/test_monitoring.py::TestWatching::test_a_wrong_token_is_refused",
        why="everybody reads the figures of the helpdesk",
    ),
)
