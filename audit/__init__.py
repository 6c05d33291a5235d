"""Audit: what was decided can be checked again later."""
