"""Run the double: `python -m dev.slack [PORT]`. Prints one line of JSON when it listens: {"port": …, "control": …}."""

import asyncio
import json
import sys

from .server import Slack


async def main(port):
    """Listen until somebody ends it."""
    slack = Slack()
    await slack.listen(port)
    print(json.dumps({"port": slack.port, "control": slack.control_port}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
