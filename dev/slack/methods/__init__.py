"""The methods of the Web API; each file names the pages that it follows."""

from . import apps, chat, conversations, files, reactions, users, views  # noqa: F401
from .registry import METHODS  # noqa: F401
