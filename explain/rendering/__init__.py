"""How a report looks: as plain text, Markdown and HTML. All say the same, word for word."""
