"""The categories of a message on a ticket."""

#: A public reply of the team, what the customer says, an internal note.
REPLY, CUSTOMER, NOTE = "reply", "customer", "note"
