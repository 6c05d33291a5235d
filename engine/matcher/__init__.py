"""Forward chaining: which of a decision's rules fire, found by durable-rules.

`Matcher` runs one decision's rules, `limits` says what of a decision it cannot take. What goes on between a condition
and durable-rules, in order: `normal` (a condition as alternatives), `compiling` (rules as conjunctions of patterns),
`layout` (patterns as definitions and messages), `ruleset` (the only file that imports durable-rules). Nothing here
knows why a rule did not fire, nor what is unknown about a finding: that is `engine.evaluation`.
"""

from engine.matcher.limits import limits
from engine.matcher.ruleset import Matcher, OpenPoints, Settled

__all__ = ["Matcher", "OpenPoints", "Settled", "limits"]
