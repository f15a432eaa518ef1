from . import controllers, models, report, wizards
from .demo import helpdesk_bridge_demo, helpdesk_bridge_demo_records
from .hooks import post_init_hook, uninstall_hook
