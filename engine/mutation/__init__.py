"""Small changes to a guideline, and which of them its cases notice."""

from engine.mutation.mutants import Mutant, mutants
from engine.mutation.noticing import Noticed, Survivor, noticed

__all__ = ["Mutant", "Noticed", "Survivor", "mutants", "noticed"]
