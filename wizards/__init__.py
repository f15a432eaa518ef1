from . import helpdesk_letter_preview, helpdesk_mail_filter_tester, helpdesk_sla_apply
