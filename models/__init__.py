from . import helpdesk_slack_health  # others inherit it
from . import (
    fetchmail_server,
    helpdesk_inbound_mail,
    helpdesk_mail_filter,
    helpdesk_slack_channel,
    helpdesk_slack_dispatcher,
    helpdesk_slack_outbox,
    helpdesk_slack_thread,
    helpdesk_slack_workspace,
    helpdesk_ticket,
    helpdesk_ticket_team,
    ir_cron,
    mail_thread,
    res_company,
    res_config_settings,
)
