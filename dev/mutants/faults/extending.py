"""What others build on is wrong: reasons, words, hooks, the trap of what is queued, an update, the search table."""

from dev.mutants.fault import Fault

REASONS = "tests/unit/test_reasons.py"
WORDS = "tests/unit/test_house_words.py"
EXAMPLE = "dev/tests/test_example.py"
LINT = "dev/tests/test_lint.py"
TRAP = "tests/test_queue_trap.py::TestQueueTrap"
MIGRATION = "tests/test_migration.py::TestMigration"
DIGEST = "tests/test_digest.py::TestDigest"
WAYS = "tests/test_ticket_search_ways.py::TestTicketSearchWays"
FOLDER = "migrations/19.0.2.0.0"
TABLE = "models/ticket/search_table.py"
QUEUE = "tests/queue_trap.py"
FAULTS = (
    Fault(
        name="a-reason-that-no-guide-explains",
        file="models/outbound/helpdesk_letter.py",
        find='_("The ticket has no email address.")',
        put='_("Nobody can be written to.")',
        tests=f"{REASONS}::test_the_guide_explains_what_the_code_can_say",
        why="a manager looks a reason up and finds nothing",
    ),
    Fault(
        name="a-reason-without-advice",
        file="tests/unit/reasons.py",
        find='        "models/outbound/helpdesk_letter.py",\n',
        put="",
        tests=f"{REASONS}::test_the_guide_explains_what_the_code_can_say",
        why="the guide explains reasons that are given nowhere",
    ),
    Fault(
        name="a-word-of-our-own-is-allowed",
        file="tests/unit/house_words.py",
        find='    r"core(?:\'s)?": "Odoo",\n',
        put="",
        tests=f"{WORDS}::test_what_is_found_and_what_is_not",
        why="guides say it in words that nobody else uses",
    ),
    Fault(
        name="comments-are-not-looked-through",
        file="models/outbound/helpdesk_letter.py",
        find="#: Days after which finished rows are deleted.",
        put="#: Days after which finished mails are deleted.",
        tests=f"{WORDS}::test_prose_says_it_in_words_of_the_field",
        why="one thing has two words",
    ),
    Fault(
        name="the-guide-shows-other-code-than-the-example",
        file="dev/example/helpdesk_bridge_example/models/helpdesk_slack_rule.py",
        find="Rule(mentions=True)",
        put="Rule()",
        tests=f"{EXAMPLE}::test_the_code_in_the_guide_is_that_of_the_example",
        why="who copies from the guide gets what no test has run",
    ),
    Fault(
        name="a-hook-of-the-guide-has-another-name",
        file="models/slack/helpdesk_ticket.py",
        find="    def _slack_root_sentences(self):",
        put="    def _slack_sentences_of_root(self):",
        tests=f"{EXAMPLE}::test_a_hook_in_the_guide_is_one_of_ours",
        why="the addons of others say nothing any more",
    ),
    Fault(
        name="the-trap-takes-two-messages-for-one",
        file=QUEUE,
        find='        if len(found) != 1:\n            raise AssertionError(f"{len(found)} {kind} messages',
        put='        if not found:\n            raise AssertionError(f"{len(found)} {kind} messages',
        tests=f"{TRAP}::test_each_assertion_fails_and_says_what_is_there",
        why="an addon that posts everything twice passes its tests",
    ),
    Fault(
        name="the-trap-stays-open",
        file=QUEUE,
        find="    trap._close()\n",
        put="",
        tests=f"{TRAP}::test_it_catches_what_the_block_has_queued",
        why="a test of another addon takes what comes later for its own",
    ),
    Fault(
        name="the-trap-catches-what-was-there",
        file=QUEUE,
        find='        return model.search([("id", ">", self._before[model])], order="id")\n',
        put='        return model.search([], order="id")\n',
        tests=f"{TRAP}::test_it_catches_what_the_block_has_queued",
        why="a test of another addon passes because of what was queued before",
    ),
    Fault(
        name="the-trap-takes-an-email-for-any",
        file=QUEUE,
        find="email.ticket_id == ticket and email.kind == kind)",
        put="email.ticket_id == ticket)",
        tests=f"{TRAP}::test_each_assertion_fails_and_says_what_is_there",
        why="the wrong automatic email passes for the right one",
    ),
    Fault(
        name="an-update-posts-what-it-corrects",
        file=f"{FOLDER}/post-migration.py",
        find='env["helpdesk.ticket"].with_context(**SILENT).search(paused)',
        put='env["helpdesk.ticket"].search(paused)',
        tests=f"{MIGRATION}::test_tickets_that_wait_are_paused",
        why="an update edits hundreds of messages in Slack",
    ),
    Fault(
        name="an-update-mentions-more-people",
        file=f"{FOLDER}/post-migration.py",
        find="for one, event in wanted if (one, event) not in known]",
        put="for one, event in wanted if False]",
        tests=f"{MIGRATION}::test_events_of_before_mention_no_more_people_than_they_did",
        why="after an update Slack rings for what was silent",
    ),
    Fault(
        name="an-update-forgets-archived-companies",
        file=f"{FOLDER}/post-migration.py",
        find='env["res.company"].with_context(active_test=False).search([])',
        put='env["res.company"].search([])',
        tests=f"{MIGRATION}::test_events_of_before_mention_no_more_people_than_they_did",
        why="a company that comes back mentions people as it never did",
    ),
    Fault(
        name="an-update-overwrites-a-cron-of-somebodys-own",
        file=f"{FOLDER}/post-migration.py",
        find='if cron and "_cron_after_mail" in (cron.code or ""):',
        put="if cron:",
        tests=f"{MIGRATION}::test_the_cron_calls_todays_method",
        why="what an administrator wrote is gone after an update",
    ),
    Fault(
        name="an-update-overwrites-what-was-chosen",
        file=f"{FOLDER}/pre-migration.py",
        find="        if not _has_column(cr, table, name):\n",
        put='        cr.execute(f\'ALTER TABLE "{table}" DROP COLUMN IF EXISTS "{name}"\')\n        if True:\n',
        tests=f"{MIGRATION}::test_what_a_company_of_before_has_stays",
        why="the second update undoes what somebody has chosen since the first",
    ),
    Fault(
        name="an-update-mentions-what-is-not-posted",
        file=f"{FOLDER}/pre-migration.py",
        find=" AND posted AND mentions IS NOT TRUE",
        put=" AND mentions IS NOT TRUE",
        tests=f"{MIGRATION}::test_warnings_that_were_posted_mention_people",
        why="an event that a team has switched off is ticked",
    ),
    Fault(
        name="an-update-leaves-the-token-of-monitoring-readable",
        file=f"{FOLDER}/pre-migration.py",
        find="[digest, parameter])",
        put="[token, parameter])",
        tests=f"{MIGRATION}::test_the_token_of_a_monitor_still_opens_its_pages",
        why="monitoring is refused after an update",
    ),
    Fault(
        name="a-new-database-is-taken-for-an-old-one",
        file=f"{FOLDER}/pre-migration.py",
        find="    if not version:\n        return\n",
        put="",
        tests=f"{MIGRATION}::test_a_new_database_is_left_alone",
        why="an installation runs what is there for updates",
    ),
    Fault(
        name="an-update-overwrites-a-record-rule",
        file=f"{FOLDER}/post-digest.py",
        find='if rule and (rule.domain_force or "").strip() == FORMER:',
        put="if rule:",
        tests=DIGEST,
        why="what an administrator allows or forbids is gone after an update",
    ),
    Fault(
        name="the-bill-takes-the-optional-for-required",
        file="dev/sbom.py",
        find='"scope": "optional" if part else "required",',
        put='"scope": "required",',
        tests=f"{LINT}::test_the_bill_is_current",
        why="an auditor asks for what nobody installs",
    ),
    Fault(
        name="the-bill-is-of-another-version",
        file="sbom.cdx.json",
        find='"type": "library",\n      "bom-ref": "pkg:generic/helpdesk_bridge@',
        put='"type": "library",\n      "bom-ref": "pkg:generic/helpdesk_bridge@0',
        tests=f"{LINT}::test_the_bill_is_current",
        why="an auditor reads of another release",
    ),
    Fault(
        name="a-changed-ticket-loses-its-conversation",
        file=TABLE,
        find="ticket_id = OLD.id AND (message_id = 0 OR TG_OP = 'DELETE')",
        put="ticket_id = OLD.id",
        tests=f"{WAYS}::test_a_changed_ticket_keeps_what_was_said",
        why="words of the conversation are not found any more once the subject was changed",
    ),
    Fault(
        name="a-message-that-moved-away-is-found",
        file=TABLE,
        find="WHEN ({_MINE.format('OLD')} OR {_MINE.format('NEW')})",
        put="WHEN ({_MINE.format('NEW')})",
        tests=f"{WAYS}::test_a_message_goes_where_it_belongs",
        why="a search shows a ticket for words that are not on it",
    ),
    Fault(
        name="who-looked-hours-ago-answers-for-ever",
        file="models/answering/helpdesk_ticket_viewer.py",
        find='"until": max(mine.until, now)}',
        put='"until": mine.until}',
        tests="tests/test_answering.py::TestHeldReplies"
        "::test_who_answers_is_forgotten_although_they_looked_at_the_ticket_hours_before",
        why="nobody answers a customer because a colleague seems to",
    ),
    Fault(
        name="a-digest-names-another-companys-tickets",
        file="models/digest/helpdesk_digest_content.py",
        find='        whose &= Domain("company_id", "in", self.team_id._digest_companies().ids)\n',
        put="",
        tests=f"{DIGEST}::test_a_team_of_all_companies_names_no_ticket_that_is_posted_elsewhere",
        why="one company reads of another's customers in Slack",
    ),
)
