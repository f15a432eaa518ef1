"""Limits that several rooms share."""

from datetime import timedelta

#: One automatic notice to a sender in this time: a confirmation, or word that they write too much. Who writes ten
#: emails at once knows from the first notice that they arrive.
NOTICE_INTERVAL = timedelta(hours=1)
