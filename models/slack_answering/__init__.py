"""Replies to customers from Slack: the modal, the shortcut, and the buttons of a held reply in the thread."""
