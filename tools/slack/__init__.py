"""Requests to Slack and its responses: messages, mrkdwn, retries."""
