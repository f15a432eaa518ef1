from . import helpdesk_mail_filter_tester
