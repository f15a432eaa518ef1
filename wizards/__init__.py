from . import helpdesk_mail_filter_tester, helpdesk_sla_apply
