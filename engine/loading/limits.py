"""What a decision may not exceed: what forward chaining can run, what can be told, and the ranges of its scores."""

from collections.abc import Mapping

from engine import logic
from engine.depth import depths_of
from engine.diagnostics import Diagnostics
from engine.guideline import Decision, Fact, Guideline
from engine.loading.findings_file import HOME, Shared, everything_of
from engine.matcher import limits
from engine.plan import plan_of

DEEPEST = 300
"""How deep the reasons of a rule may be nested, as `engine.depth` counts."""


def note_limits(decision: Decision, facts: Mapping[str, Fact], notes: Diagnostics) -> None:
    """Notes what of a decision is too large or nested too deep, at the rule concerned or at the decision."""
    for name, message, help in limits(decision, facts):
        place = decision.rules[name].place if name in decision.rules else decision.place
        notes.add("decision.too_large", message, place, help)
    depths = depths_of(decision, facts)
    deepest = max(depths, key=lambda rule: (depths[rule], rule), default=None)
    if deepest is not None and depths[deepest] > DEEPEST:
        message = f"what this rule rests on is nested {depths[deepest]} deep, {DEEPEST} can be told"
        help = "conclude findings from facts rather than from one another, or split the decision in two"
        notes.add("decision.too_deep", message, decision.rules[deepest].place, help)


def note_ranges(guideline: Guideline, shared: Shared, notes: Diagnostics) -> None:
    """Notes each score that leaves its range for some patient. Where all points together could, the solver is asked
    whether any patient's do. Raises `SolverLimit`."""
    everything = everything_of(shared, next(iter(guideline.decisions.values())))
    with_shared = guideline.model_copy(update={"decisions": {**guideline.decisions, HOME: everything}})
    for decision in (each for each in with_shared.decisions.values() if each.scores):
        plan = plan_of(with_shared, decision.id)
        scores = [score for score in plan.scores if decision is everything or score.id not in everything.scores]
        for score in scores:
            scale = score.scale
            less = sum(points for _, points in score.points if points < 0)
            more = sum(points for _, points in score.points if points > 0)
            could_leave = less < scale.low or more > scale.high or not scale.low <= 0 <= scale.high
            if could_leave and logic.leaves_range(plan, score.id):
                low, high = scale.text_of(scale.low), scale.text_of(scale.high)
                message = f"the points of `{score.id}` can leave its range, {low} to {high}"
                help = "widen the range, or let the rules that add to it exclude one another"
                notes.add("score.leaves_range", message, decision.scores[score.id].place, help)
