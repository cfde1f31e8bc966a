"""Who acts: workspaces, people, roles, tokens, sign-in."""
