"""The Settings form."""

from . import helpdesk_bridge_settings  # others inherit it
from . import (
    helpdesk_bridge_database,
    helpdesk_manager_settings,
    helpdesk_ticket_team,
    ir_ui_menu,
    res_company,
    res_config_settings,
    res_config_settings_defaults,
    res_config_settings_fetching,
    res_config_settings_health,
    res_config_settings_health_from_slack,
    res_config_settings_monitoring,
    res_config_settings_slack,
    res_config_settings_steps,
)
