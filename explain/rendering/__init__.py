"""How reports and accounts look: as plain text, Markdown and HTML. All say the same, word for word."""
