from . import (
    test_access,
    test_copies,
    test_install,
    test_ledger,
    test_mail_filter,
    test_mail_to_ticket,
    test_outbox_delivery,
    test_settings,
    test_settings_browser,
    test_slack_connection,
    test_slack_routes,
    test_ticket_to_slack,
)
