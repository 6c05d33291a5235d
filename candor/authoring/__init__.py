"""What authors of guidelines work with beside an editor: the shapes of knowledge files, from which schemas are made and
by which files are laid out, a guideline to begin with, and checking on save."""
