"""Shared by all rooms: names of crons, notifications, translatable messages, health checks."""
