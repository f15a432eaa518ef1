"""The Settings form."""

from . import (
    helpdesk_bridge_database,
    res_config_settings,
    res_config_settings_fetching,
    res_config_settings_health,
    res_config_settings_health_from_slack,
    res_config_settings_monitoring,
    res_config_settings_slack,
    res_config_settings_steps,
)
