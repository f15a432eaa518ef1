"""From 19.0.1.0.0: columns and keys that were renamed keep their values."""

import hashlib
import logging

_logger = logging.getLogger(__name__)

#: Table, former column, column of today.
COLUMNS = (
    ("fetchmail_server", "address", "helpdesk_address"),
    ("fetchmail_server", "address_name", "helpdesk_address_name"),
    ("fetchmail_server", "authserv_id", "helpdesk_authserv_id"),
    ("helpdesk_slack_rule", "told", "posted"),
    ("helpdesk_slack_rule", "called", "mentions"),
)
#: Former key of a message's payload, key of today.
PAYLOAD = (("quiet", "silent"), ("call", "mention"), ("call_user", "mention_user"), ("rootless", "waited_for_root"))
#: Table, column, its type, its value in what is there already: what a new one begins with has another default now.
KEPT = (
    # Replies in Slack are taken once somebody says so.
    ("res_company", "helpdesk_slack_replies", "varchar", "off"),
    ("res_company", "helpdesk_letter_times", "boolean", True),
    ("res_company", "helpdesk_letter_again", "boolean", False),
    ("fetchmail_server", "helpdesk_opens_lists", "boolean", True),
    ("helpdesk_ticket_team", "bridge_opens_lists", "boolean", True),
)
WATCH_TOKEN = "helpdesk_bridge.watch_token"


def migrate(cr, version):
    """Odoo calls this before it updates the tables. :param version: the installed one, empty when there is none"""
    if not version:
        return
    for table, former, name in COLUMNS:
        if _has_column(cr, table, former) and not _has_column(cr, table, name):
            cr.execute(f'ALTER TABLE "{table}" RENAME COLUMN "{former}" TO "{name}"')
    for former, name in PAYLOAD:
        cr.execute(
            """
            UPDATE helpdesk_slack_outbox
               SET payload = payload::jsonb - %(former)s || jsonb_build_object(%(name)s, payload::jsonb -> %(former)s)
             WHERE payload::jsonb ? %(former)s AND state IN ('pending', 'failed')
            """,
            {"former": former, "name": name},
        )
    # SLA warnings mention people now; these rows were made with the former default.
    cr.execute(
        """
        UPDATE helpdesk_slack_rule SET mentions = TRUE
         WHERE event IN ('sla_start_warned', 'sla_resolution_warned') AND posted AND mentions IS NOT TRUE
        """
    )
    for table, name, kind, value in KEPT:
        if not _has_column(cr, table, name):
            cr.execute(f'ALTER TABLE "{table}" ADD COLUMN "{name}" {kind}')
            cr.execute(f'UPDATE "{table}" SET "{name}" = %s', [value])
    # The index for the order of the lists begins with the same column.
    cr.execute("DROP INDEX IF EXISTS helpdesk_ticket__sla_due_index")
    # Each view is checked together with those that are not updated yet, which name fields that are no more.
    cr.execute(
        """
        UPDATE ir_ui_view SET arch_db = '{"en_US": "<data/>"}'
         WHERE inherit_id IS NOT NULL
           AND id IN (SELECT res_id FROM ir_model_data WHERE module = 'helpdesk_bridge' AND model = 'ir.ui.view')
        """
    )
    # What is over is not counted with an index any more.
    cr.execute("DROP INDEX IF EXISTS helpdesk_sla_clock_breached_index")
    # A ticket has many clocks for the next response.
    cr.execute("ALTER TABLE helpdesk_sla_clock DROP CONSTRAINT IF EXISTS helpdesk_sla_clock_metric_unique")
    # A token for monitoring is stored as a digest now.
    cr.execute("SELECT id, value FROM ir_config_parameter WHERE key = %s", [WATCH_TOKEN])
    for parameter, token in cr.fetchall():
        digest = hashlib.sha256(token.encode()).hexdigest()
        cr.execute("UPDATE ir_config_parameter SET value = %s WHERE id = %s", [digest, parameter])
    _logger.info("helpdesk_bridge: the renamed columns and keys keep their values")


def _has_column(cr, table, column):
    cr.execute("SELECT 1 FROM information_schema.columns WHERE table_name = %s AND column_name = %s", [table, column])
    return bool(cr.fetchone())
