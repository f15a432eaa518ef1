"""What Slack is told and what it answered: messages, mrkdwn, retries."""
