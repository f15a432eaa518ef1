"""External ids that several rooms name: groups, and Odoo's activity type for what went wrong by itself."""

AGENTS = "helpdesk_mgmt.group_helpdesk_user_own"
LEADERS = "helpdesk_mgmt.group_helpdesk_manager"
SYSTEM = "base.group_system"

WARNING = "mail.mail_activity_data_warning"
