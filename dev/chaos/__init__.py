"""`make chaos`: servers die and vanish while emails arrive; afterwards every email is counted, from the outside."""
