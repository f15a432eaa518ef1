"""`make chaos`: servers die and vanish while mails arrive; afterwards every mail is counted, from the outside."""
