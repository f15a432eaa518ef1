from . import (
    fetchmail_server,
    helpdesk_slack_channel,
    helpdesk_slack_dispatcher,
    helpdesk_slack_outbox,
    helpdesk_slack_thread,
    helpdesk_slack_workspace,
    helpdesk_ticket,
    helpdesk_ticket_team,
    ir_cron,
    res_company,
    res_config_settings,
)
