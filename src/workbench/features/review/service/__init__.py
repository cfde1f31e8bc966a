"""What reviewers and leads do: take pairs from the queue, decide, undo, decide for many, approve the whole."""
