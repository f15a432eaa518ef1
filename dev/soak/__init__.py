"""Load that is held: customers, agents and Slack at once for minutes, with the real parts; then everything is counted.

`make soak MINUTES=10` plays it. `load.py` fires at a steady rate, `memory.py` watches the server, `tally.py` counts,
`play.py` sets the stage.
"""
