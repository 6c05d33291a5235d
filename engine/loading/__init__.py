"""Loading: from a folder of YAML to a guideline, or to every mistake in it. Nothing here decides anything."""

from engine.loading.assembly import load

__all__ = ["load"]
