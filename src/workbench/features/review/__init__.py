"""Approve, edit, reject and flag pairs; queues, drafts, undo."""
