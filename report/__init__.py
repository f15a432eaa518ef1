from . import helpdesk_sla_clock_report
