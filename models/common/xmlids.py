"""Who may see and do what, by the external ids of groups."""

AGENTS = "helpdesk_mgmt.group_helpdesk_user_own"
LEADERS = "helpdesk_mgmt.group_helpdesk_manager"
SYSTEM = "base.group_system"
