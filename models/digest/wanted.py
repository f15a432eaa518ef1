"""What is to be known of a team or an agent before their digest."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from odoo import models


@dataclass(frozen=True)
class Wanted:
    """A digest that somebody wants.

    :ivar way: of `helpdesk.digest`
    :ivar hour: hours after midnight in `zone`
    :ivar since: naive UTC, when it was switched on; None if that is not known
    :ivar calendar: a resource.calendar; may be empty
    :ivar resources: whose own leave counts
    """

    way: str
    company: models.BaseModel
    zone: ZoneInfo
    hour: float
    since: datetime | None
    calendar: models.BaseModel
    resources: models.BaseModel
