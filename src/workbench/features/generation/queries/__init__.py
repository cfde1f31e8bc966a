"""Every statement on training sheets and on their pairs."""
