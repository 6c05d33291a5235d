"""The canonical layout of knowledge files: `candor fmt`. What it is stands in docs/editing.md.

A file is read by the events of the YAML parser into a tree that keeps comments and blank lines (`reading`), and written
anew (`writing`, `texts`); `formatting` holds the result against what was there, so that layout never changes meaning.
"""
