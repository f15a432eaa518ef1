from . import helpdesk_letter_preview, helpdesk_mail_filter_tester, helpdesk_sla_apply, helpdesk_ticket_snooze
from . import helpdesk_ticket_bulk, helpdesk_ticket_take
