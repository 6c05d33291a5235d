"""The checker of decision certificates: the standard library and nothing of the engine."""
