"""What of a decision durable-rules cannot take, told to its author. Nothing here builds or runs anything.

There is no limit on the facts of a rule, on the rules that test one finding, or on the intervals of a test: compiling
divides those.
"""

from collections.abc import Iterable, Iterator, Mapping

from engine.diagnostics import quoted
from engine.guideline import Decision, Fact
from engine.matcher.compiling import CompiledRule, compiled
from engine.matcher.layout import Program, program_of

MAX_RULES = 1_000
"""durable-rules takes 4,095, but slowly."""
MAX_KINDS = 400
"""durable-rules takes 511 tests side by side, and hangs above."""
MAX_PATTERNS = 4_000
"""Each takes 10 kB of every decision's state."""
MAX_STEPS = 2**53
"""durable-rules takes 64 bits; up to here no language that reads the trace loses a digit either."""
Limit = tuple[str | None, str, str]
"""A rule's id, or None where it is the decision's; the message; the help."""


def limits(decision: Decision, facts: Mapping[str, Fact]) -> tuple[Limit, ...]:
    """Why the decision cannot be run; nothing where it can. `facts` must hold every fact that its rules test.

    Sizes are those after compiling, with what is compiled from each `any`. Cheap: no engine is built.
    """
    rules = compiled(decision, facts)
    return limits_of(rules, program_of(rules, facts), facts)


def limits_of(rules: Iterable[CompiledRule], program: Program, facts: Mapping[str, Fact]) -> tuple[Limit, ...]:
    """The same for rules that are compiled already, and their program."""
    tested = sorted({fact for rule in rules for fact, _ in rule.tests})
    too_long = [name for name in tested if max(-facts[name].low, facts[name].high) >= MAX_STEPS]
    return (*_of_facts(too_long), *_of_size(program), *_of_names(program))


def colliding(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The pairs of different names that durable-rules takes for the same: it compares 32-bit FNV-1a hashes only."""
    seen: dict[int, str] = {}
    pairs = []
    for name in names:
        first = seen.setdefault(_fnv1a(name), name)
        if first != name:
            pairs.append((first, name))
    return tuple(pairs)


def _of_facts(too_long: list[str]) -> Iterator[Limit]:
    if too_long:
        message = f"the range of {quoted(too_long)} reaches beyond {MAX_STEPS:,} steps of its last decimal"
        yield None, message, "declare a narrower range or fewer decimals"


def _of_size(program: Program) -> Iterator[Limit]:
    split = "split the decision in two, or write fewer and larger conditions"
    if (rules := len(program.rules)) > MAX_RULES:
        yield None, f"the decision comes to {rules:,} rules with its `any` parts, {MAX_RULES:,} can be run", split
    if program.kinds > MAX_KINDS:
        message = f"the rules test {program.kinds:,} different findings, `any` parts and groups of facts"
        yield None, f"{message}, {MAX_KINDS:,} can be run", split
    if program.patterns > MAX_PATTERNS:
        message = f"the rules make {program.patterns:,} tests on findings, `any` parts and groups of facts"
        yield None, f"{message}, {MAX_PATTERNS:,} can be run", split


def _of_names(program: Program) -> Iterator[Limit]:
    for names in program.names:
        for first, second in colliding(names):
            message = f"the rule engine cannot tell its own names `{first}` and `{second}` apart"
            yield None, message, "this is Candor's fault: report it; a decision with one fact more or less may load"


def _fnv1a(name: str) -> int:
    digest = 2166136261
    for byte in name.encode():
        digest = ((digest ^ byte) * 16777619) & 0xFFFFFFFF
    return digest
