"""Every statement of review: claims on the queue, pairs, their counters, their labels, actions."""
