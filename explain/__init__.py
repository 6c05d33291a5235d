"""Explaining: from a trace and its guideline to reasons in plain sentences.

Nothing here decides or looks inside the engine.
"""
