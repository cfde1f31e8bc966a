"""What every part may use and nothing of which touches the outside: errors, ids, time, paging, base schema."""
