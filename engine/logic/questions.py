"""What the solver is asked about a decision: which results are possible, what can still matter, what no patient has."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.errors import SolverLimit
from engine.known import Known
from engine.logic.draws import Draws
from engine.logic.few import few_completions, few_results
from engine.logic.solver import ONE, OTHER, Literal, Solver, encodings
from engine.logic.wanted import Wanted, literal_of
from engine.plan import Plan
from engine.truth import FALSE, TRUE, UNKNOWN, Truth
from engine.units import relevant_facts

EASY, HARD = 200_000, 5_000_000
"""After how much of the solver's resources a question about a caution is hard, and is given up."""


def possible_results(plan: Plan, known: Known, candidates: Iterable[str | None]) -> frozenset[str | None]:
    """Those of `candidates` (outcomes, or None for no outcome) that some completion of what is known has."""
    candidates = tuple(candidates)
    few = few_results(plan, known, candidates, {})
    if few is not None:
        return few
    solver = encodings(plan).solver(ONE)
    results = solver.copies[0].results
    with solver.assuming(known) as assumed:
        return frozenset(each for each in candidates if solver.is_satisfiable([*assumed, results[each]]))


def possible_by_start(
    plan: Plan,
    known: Known,
    name: str,
    starts: Sequence[int],
    candidates: Sequence[Sequence[str | None]],
    *,
    is_stated: bool,
) -> Sequence[frozenset[str | None]]:
    """For each of some values of an unknown fact, in steps, those of its `candidates` that some completion has in which
    the fact lies in the cell of this value; where it `is_stated`, in which it is known to be this value."""
    cells = [plan.cells[name].at(start) for start in starts]
    few = [few_results(plan, known, each, {name: cell}) for cell, each in zip(cells, candidates, strict=True)]
    told = [each for each in few if each is not None]
    if len(told) == len(few):
        return told
    solver = encodings(plan).solver(ONE)
    literals, results = solver.copies[0].cells[name], solver.copies[0].results
    known = Known(known.values, known.untied | {name}) if is_stated else known
    with solver.scope(), solver.assuming(known) as assumed:
        at = [
            solver.at(name, start) if is_stated else (literals[cell],)
            for start, cell in zip(starts, cells, strict=True)
        ]
        return [
            frozenset(each for each in asked if solver.is_satisfiable([*assumed, *inside, results[each]]))
            for asked, inside in zip(candidates, at, strict=True)
        ]


def results_of_anyone(plan: Plan, values: Mapping[str, int]) -> frozenset[str | None]:
    """The results that patients with these values can have, whatever else is given of them, None for no outcome."""
    known = Known(values, frozenset(plan.names) - values.keys())
    return possible_results(plan, known, [*plan.decision.outcomes, None])


def leaves_range(plan: Plan, score: str) -> bool:
    """Whether any patient, whatever is given, would come to points outside the range of a score."""
    solver = encodings(plan).solver(ONE)
    with solver.assuming(_anyone(plan)) as assumed:
        return solver.is_satisfiable([*assumed, solver.outside_range(score)])


def exclusive_groups(plan: Plan, rules: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The rules in groups of which no patient, whatever is given, fulfils two. Each rule stands in the first group with
    all of whose rules it excludes itself, in the order given."""
    solver = encodings(plan).solver(ONE)
    groups: list[list[str]] = []
    seen: dict[str, set[str]] = {rule: set() for rule in rules}
    with solver.assuming(_anyone(plan)) as assumed:
        holds = {rule: solver.fires(rule) for rule in rules}

        def meet(one: str, other: str) -> bool:
            """Whether somebody fulfils both. Who does shows of all rules which meet, and these are not asked about."""
            if other not in seen[one] and solver.is_satisfiable([*assumed, holds[one], holds[other]]):
                together = {rule for rule in rules if solver.holds(holds[rule])}
                for rule in together:
                    seen[rule] |= together
            return other in seen[one]

        for rule in rules:
            free = next((group for group in groups if not any(meet(rule, other) for other in group)), None)
            if free is None:
                groups.append([rule])
            else:
                free.append(rule)
    return tuple(tuple(group) for group in groups)


def has_completion(plan: Plan, known: Known, cells: Mapping[str, int] | None = None) -> bool:
    """Whether any completion of what is known exists, with further facts in the given cells."""
    few = few_completions(plan, known, plan.exclusive, cells or {})
    if few is not None:
        return bool(few)
    solver = encodings(plan).solver(ONE)
    inside = [solver.copies[0].cells[fact][cell] for fact, cell in sorted((cells or {}).items())]
    with solver.assuming(known) as assumed:
        return solver.is_satisfiable([*assumed, *inside])


def is_possible(plan: Plan) -> bool:
    """Whether a patient of whom nothing is known has any completion. Answered once for a decision."""
    made = plan.guideline.keep(_Possible, plan.decision.id, lambda: _Possible(has_completion(plan, Known({}))))
    return made.is_possible


def deciding_sets(plan: Plan, known: Known, drawn: Draws) -> tuple[frozenset[str], ...]:
    """Minimal sets of unknown units of which this is true: two completions that differ in exactly these units differ in
    their result, while all that is bound follows in the same way in both. There may be more; no unit outside their
    union is in one, so that no other can matter."""
    solver = encodings(plan).solver(ONE, OTHER)
    units = sorted((unit_names(plan, known) & relevant_facts(plan)) - known.values.keys())
    with solver.assuming(known) as assumed:
        same = {name: solver.same[name] for name in units}
        hard = [*assumed, *solver.alike.values(), solver.differing]
        return tuple(_minimal_sets(solver, hard, same, drawn.mattering))


def deciding_ways(plan: Plan, known: Known, among: Collection[str]) -> frozenset[str]:
    """Those of some unknown facts, which follow in several ways, of which this is true: the way by which they follow is
    in a minimal set of units and such ways in which two completions differ that differ in their result."""
    solver = encodings(plan).solver(ONE, OTHER)
    units = sorted((unit_names(plan, known) & relevant_facts(plan)) - known.values.keys())
    with solver.assuming(known) as assumed:
        same = {name: solver.same[name] for name in units} | {name: solver.alike[name] for name in sorted(among)}
        others = [literal for name, literal in solver.alike.items() if name not in among]
        sets = _minimal_sets(solver, [*assumed, *others, solver.differing], same, ())
        return frozenset[str]().union(*sets) & frozenset(among)


def truth_in_completions(plan: Plan, known: Known, wanted: Wanted) -> Truth:
    """Whether something is so in every completion of what is known, in none, or (unknown) in some and not in others.
    Raises `SolverLimit`."""
    solver = encodings(plan).solver(ONE)
    with solver.scope(), solver.assuming(known) as assumed:
        literal = literal_of(solver, wanted)
        if not solver.is_satisfiable([*assumed, literal]):
            return FALSE
        return UNKNOWN if solver.is_satisfiable([*assumed, solver.no(literal)]) else TRUE


def turning_units(plan: Plan, known: Known, rule: str, among: frozenset[str]) -> tuple[frozenset[str], bool]:
    """The unknown units, and bound facts of several ways, of which this is true: they are in a minimal set of such in
    which two completions differ (units in their values, bound facts in the way by which they follow) of which one has
    the rule fire and the other not; and whether any completion has it fire. None but `among` bear on it.
    What the solver of earlier patients finds hard is asked of one made anew, so that where it is given up does not
    depend on who was asked about before. Raises `SolverLimit`."""
    try:
        return _turning(encodings(plan).solver(ONE, OTHER), plan, known, rule, among, EASY)
    except SolverLimit:
        return _turning(Solver(plan, (ONE, OTHER)), plan, known, rule, among, HARD)


def _turning(
    solver: Solver, plan: Plan, known: Known, rule: str, among: frozenset[str], resources: int
) -> tuple[frozenset[str], bool]:
    unknown = sorted(among - known.values.keys())
    units, alike = unit_names(plan, known), solver.alike
    same = {
        name: solver.same[name] if name in units else alike[name] for name in unknown if name in units | alike.keys()
    }
    with solver.scope(), solver.limited(resources), solver.assuming(known) as assumed:
        sets = tuple(_minimal_sets(solver, [*assumed, solver.differing_in(rule)], same, ()))
        found = frozenset[str]().union(*sets)
        return found, bool(found) or solver.is_satisfiable([*assumed, solver.fires(rule)])


def resting_on(plan: Plan, known: Known, kept: Mapping[str, int], wanted: Wanted) -> frozenset[str] | None:
    """Of some values, in steps, of facts that are unknown in `known`: those in a minimal set of such that have to be
    others for something to be so which is not so with these, whatever is still unknown, or the other way round. None
    where that is open with these. Raises `SolverLimit`."""
    try:
        return _resting(encodings(plan).solver(ONE), known, kept, wanted, EASY)
    except SolverLimit:
        return _resting(Solver(plan, (ONE,)), known, kept, wanted, HARD)


def _resting(
    solver: Solver, known: Known, kept: Mapping[str, int], wanted: Wanted, resources: int
) -> frozenset[str] | None:
    with solver.scope(), solver.limited(resources), solver.assuming(known) as assumed:
        same = {name: solver.is_at(name, steps) for name, steps in kept.items()}
        literal = literal_of(solver, wanted)
        hard = [[*assumed, each] for each in (literal, solver.no(literal))]
        otherwise = [each for each in hard if not solver.is_satisfiable([*each, *same.values()])]
        if len(otherwise) != 1:
            return None
        return frozenset[str]().union(*_minimal_sets(solver, otherwise[0], same, ()))


def unit_names(plan: Plan, known: Known) -> frozenset[str]:
    """The facts that vary on their own: all but the unknown ones that follow from others."""
    return frozenset(
        name for name in plan.names if name in known.values or name in known.untied or name not in plan.bound
    )


@dataclass(frozen=True, slots=True)
class _Possible:
    """Whether there is any completion at all."""

    is_possible: bool


def _anyone(plan: Plan) -> Known:
    """Nothing known, and every fact with any value: also one that is stated against its formula."""
    return Known({}, frozenset(plan.names))


def _minimal_sets(
    solver: Solver, hard: list[Literal], same: Mapping[str, Literal], alone: Collection[str]
) -> Iterator[frozenset[str]]:
    """Minimal sets: first those of one unit, which are in no larger one, some of them known; then others, until no unit
    is left out."""
    alone = [name for name in same if name in alone or solver.is_satisfiable([*hard, *_all_but(same, [name])])]
    yield from (frozenset([name]) for name in alone)
    hard = [*hard, *(same[name] for name in alone)]
    others = {name: literal for name, literal in same.items() if name not in alone}
    seen: set[str] = set()
    while solver.is_satisfiable([*hard, solver.differs_in([others[name] for name in others if name not in seen])]):
        differing = {name for name in others if not solver.holds(others[name])}
        for name in sorted(differing, key=lambda name: (name not in seen, name)):
            fewer = differing - {name}
            if name in differing and solver.is_satisfiable([*hard, *_all_but(others, fewer)]):
                differing = {each for each in fewer if not solver.holds(others[each])}
        yield frozenset(differing)
        seen |= differing
        hard.append(solver.either([others[name] for name in sorted(differing)]))


def _all_but(same: Mapping[str, Literal], names: Iterable[str]) -> list[Literal]:
    left_out = set(names)
    return [literal for name, literal in same.items() if name not in left_out]
