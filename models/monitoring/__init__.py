"""Health and metrics."""

from . import helpdesk_bridge_health, helpdesk_bridge_metrics
