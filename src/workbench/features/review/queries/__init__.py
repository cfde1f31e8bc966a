"""Every statement of review: claims on the queue, pairs and their counters, actions."""
