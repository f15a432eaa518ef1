"""What an email is spared, but would miss if it were out of date."""

from dev.mutants.fault import Fault

COST = "tests/test_inbound_cost.py::TestInboundCost"
COMPANY = "models/common/res_company.py"
CACHES = "models/common/caches.py"
CACHED = "tests/test_cached_settings.py"
LANGUAGE = f"{COST}::test_the_language_of_a_company_is_never_out_of_date"
DOMAINS = f"{COST}::test_a_domain_that_comes_while_an_email_is_processed_is_known"

FAULTS = (
    Fault(
        name="a-notification-that-fails-fails-what-is-committed",
        file="models/common/ir_cron.py",
        find="except psycopg2.Error as error:",
        put="except ZeroDivisionError as error:",
        tests=f"{COST}::test_a_notification_that_fails_is_no_error_of_what_is_committed",
        why="what is done is shown and recorded as an error, and whoever clicked hears nothing",
    ),
    Fault(
        name="a-companys-new-language-is-not-learned",
        file=CACHES,
        find="        cr.postcommit.add(forget_all)",
        put="",
        tests=LANGUAGE,
        why="what another thread has read before the commit stays: people are written to in the former language",
    ),
    Fault(
        name="what-was-read-before-the-commit-of-a-setting-is-kept",
        file=CACHES,
        find="        cr.postcommit.add(forget_all)",
        put="",
        tests=CACHED,
        why="a policy, a filter or a Slack event is saved, and this process goes on with the former one",
    ),
    Fault(
        name="a-transaction-older-than-a-change-keeps-the-former-setting",
        file=CACHES,
        find="coalesce((%s), true) AND (%s)",
        put="(%s) IS NOT NULL OR (%s)",
        tests=CACHED,
        why="a policy changes while Slack is being told: its process goes on with the former policy, for ever",
    ),
    Fault(
        name="what-another-process-has-changed-is-kept-as-it-was",
        file=CACHES,
        find="coalesce((%s), true) AND (%s)",
        put="coalesce((%s), true) OR (%s)",
        tests=CACHED,
        why="a policy changes in one process, and another one goes on with the former policy",
    ),
    Fault(
        name="a-transaction-does-not-keep-what-it-has-changed",
        file=CACHES,
        find="OR number::xid8 IS NOT DISTINCT FROM pg_current_xact_id_if_assigned()",
        put="",
        tests=CACHED,
        why="an import that creates a policy reads it anew for each ticket",
    ),
    Fault(
        name="a-companys-new-contact-is-not-looked-at",
        file=COMPANY,
        find='        if "partner_id" in vals:\n            self._bridge_langs_changed()',
        put="",
        tests=LANGUAGE,
        why="the language of the former contact stays",
    ),
    Fault(
        name="a-language-that-was-rolled-back-stays",
        file=CACHES,
        find="    cr.postrollback.add(forget_all)",
        put="",
        tests=f"{COST}::test_a_language_that_is_rolled_back_was_never_there",
        why="people are written to in a language that nobody has saved",
    ),
    Fault(
        name="a-new-alias-domain-is-not-seen",
        file="models/inbound/mail_alias_domain.py",
        find="            mail.alias_domains = None",
        put="            pass",
        tests=DOMAINS,
        why="an email to the catchall address of a new domain is not recognized",
    ),
    Fault(
        name="a-new-ticket-is-edited-at-once",
        file="models/inbound/helpdesk_ticket.py",
        find="not sender.is_agents_answer and self._bridge_new_assignment(values)",
        put="False",
        tests=f"{COST}::test_a_new_ticket_is_one_message_in_slack_and_no_edit_of_it",
        why="each email costs a second call of Slack, and a second write of its ticket",
    ),
    Fault(
        name="who-has-a-ticket-is-to-be-assigned",
        file="models/ticket/helpdesk_ticket_assignment.py",
        find="ticket.user_id and ticket.assignment == ASSIGNMENT_DUE",
        put="False",
        tests=f"{COST}::test_who_is_assigned_on_creation_by_another_addon_keeps_the_ticket",
        why="a ticket that another addon has assigned waits to be assigned",
    ),
    Fault(
        name="each-cron-is-announced-alone",
        file="models/common/ir_cron.py",
        find="return None if is_woken_by_bridge(self.env) else super()._notifydb()",
        put="return super()._notifydb()",
        tests=f"{COST}::test_the_crons_of_a_transaction_are_woken_by_one_notification",
        why="each connection to the database postgres costs as much as ten queries",
    ),
    Fault(
        name="no-cron-is-announced",
        file="models/common/ir_cron.py",
        find='            postcommit.add(self.env["ir.cron"]._bridge_notify)',
        put="            pass",
        tests=f"{COST}::test_the_crons_of_a_transaction_are_woken_by_one_notification",
        why="what is owed waits for up to a minute",
    ),
)
