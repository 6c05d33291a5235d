"""A decision evaluated for many patients at once: three-valued, one bit of each number a patient, a lane.

What is certain or impossible here is so; what is neither may still be either, since unknown facts count as free of one
another in every test. Where a lane knows every fact that is tested, its answer is exact. Nothing here asks the solver.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TypeAlias

from engine.conditions import AllOf, AnyOf, AtLeast, Condition, FindingTest, Interval, NotThis, ScoreTest, Test, leaves
from engine.logic.sums import Lanes, is_at_least, total
from engine.plan import Plan

Cells = tuple[int, ...]
"""Cells of a fact, in one of which it lies: a test is settled where all of them agree."""
Column = Iterable[tuple[Cells, int]]
"""The lanes of one fact: cells, each time with the lanes in which it lies in one of them. In all others it is free."""
KEPT = 1 << 12
"""Of how many cells it is kept what they settle."""
Numbers: TypeAlias = bytearray | list[int]
"""Numbers that are not negative; if none is above 255, as bytes."""
_DIGITS = tuple(b"0" * value + b"1" + b"0" * (255 - value) for value in range(256))
_BYTES = tuple(bytes(value) + b"\xff" + bytes(255 - value) for value in range(256))
"""For each byte what makes a digit 1 of it and 0 of others, or a byte that is full and empty ones."""
_TRUTHS, _OPPOSITE = bytes.maketrans(b"01", b"\0\1"), b"\1" + bytes(255)
Values = list[int]
"""What is settled of each node: at its number the lanes in which it is true, at the number beside it (the lowest bit
the other one) those in which it is false."""


@dataclass(frozen=True, slots=True)
class Every:
    """A node that is true where every input is, and false where one is."""

    node: int
    inputs: tuple[int, ...]

    def settle(self, values: Values, full: int) -> None:
        true, false = full, 0
        for each in self.inputs:
            true &= values[each]
            false |= values[each ^ 1]
        node = self.node
        values[node], values[node ^ 1] = true, false


@dataclass(frozen=True, slots=True)
class Several:
    """A node that is true where at least `n` inputs are."""

    node: int
    inputs: tuple[int, ...]
    n: int

    def settle(self, values: Values, full: int) -> None:
        missing = len(self.inputs) - self.n + 1
        values[self.node] = _at_least(self.n, [values[each] for each in self.inputs], full)
        values[self.node ^ 1] = _at_least(missing, [values[each ^ 1] for each in self.inputs], full)


@dataclass(frozen=True, slots=True)
class Total:
    """A node that is true where the points of its inputs, each with what it gives, add up to a value in `meets`."""

    node: int
    points: tuple[tuple[int, int], ...]
    meets: tuple[Interval, ...]

    @property
    def raised(self) -> tuple[Sequence[tuple[int, int]], Sequence[Interval]]:
        """The same without negative points: instead of losing some where an input is true, it gains them where it is
        not; and which sums then meet it."""
        least = sum(min(points, 0) for _, points in self.points)
        gained = [(each ^ (points < 0), abs(points)) for each, points in self.points]
        return gained, [(low - least, high - least) for low, high in self.meets]

    def settle(self, values: Values, full: int) -> None:
        logic = Lanes(full)
        points, meets = self.raised
        least = total(logic, [(values[each], gained) for each, gained in points])
        most = total(logic, [(full & ~values[each ^ 1], gained) for each, gained in points])
        met, touched = 0, 0
        for low, high in meets:
            met |= is_at_least(logic, least, low) & ~is_at_least(logic, most, high + 1)
            touched |= is_at_least(logic, most, low) & ~is_at_least(logic, least, high + 1)
        values[self.node], values[self.node ^ 1] = met, full & ~touched


Gate: TypeAlias = Every | Several | Total
"""A node that is settled by others, which come before it."""
_Plain: TypeAlias = tuple[int, int, int, int, int, int, int, int, tuple[int, ...]]
"""A node that is true where every input is: it and the one beside it, the same of its first three inputs (the first
once more where there are fewer), and its other inputs."""
_Step: TypeAlias = tuple[Sequence[_Plain], Gate | None]
"""Nodes to settle one after the other, and one more of another kind."""


class Circuit:
    """A decision as far as it says whether one result, an outcome or None for no outcome, stands."""

    def __init__(self, plan: Plan, result: str | None) -> None:
        self._plan = plan
        self._tests: dict[tuple[str, tuple[bool, ...]], int] = {}
        self._nodes: dict[str, int] = {}
        self.gates: list[Gate] = []
        """The nodes that others settle, each after these."""
        self._planned: list[_Step] = []
        self.count = 0
        """How many numbers the nodes have, two each."""
        outcomes = list(plan.concluding)
        self._earlier = [self._any_rule(plan.concluding[name]) for name in _before(outcomes, result)]
        self._wanted = None if result is None else self._any_rule(plan.concluding[result])
        tested = sorted({name for name, _ in self._tests})
        self.facts: tuple[str, ...] = tuple(tested)
        """The facts that are tested, by id."""
        self._on: dict[str, list[list[int]]] = {name: [[] for _ in range(plan.cells[name].count)] for name in tested}
        for (name, truths), node in self._tests.items():
            for cell, meets in enumerate(truths):
                self._on[name][cell].append(node if meets else node ^ 1)
        self._agreed: dict[tuple[str, Cells], Sequence[int]] = {}

    @property
    def tests(self) -> Iterator[tuple[str, tuple[bool, ...], int]]:
        """Each test: its fact, whether each cell meets it, and its node."""
        yield from ((name, truths, node) for (name, truths), node in self._tests.items())

    @property
    def standing(self) -> Sequence[int]:
        """The numbers that are all true exactly where the result stands."""
        return [*(each ^ 1 for each in self._earlier), *([] if self._wanted is None else [self._wanted])]

    def answers(self, columns: Mapping[str, Column], lanes: int) -> tuple[int, int]:
        """The lanes in which the result is certain, and those in which it is impossible."""
        values, full = self._settled(columns, lanes)
        earlier, others = 0, full
        for each in self._earlier:
            earlier |= values[each]
            others &= values[each ^ 1]
        if self._wanted is None:
            return others, earlier
        return others & values[self._wanted], earlier | values[self._wanted ^ 1]

    def classes(self, columns: Mapping[str, Column], names: Iterable[str]) -> dict[str, list[Cells]]:
        """For each of some facts, its cells, those together that no test which is still open tells apart: by the order
        of their first cells. The columns are of one lane."""
        values, _ = self._settled(columns, 1)
        is_open = {each | 1 for each in (*self._earlier, *([] if self._wanted is None else [self._wanted]))}
        for gate in self.gates:
            if not values[gate.node] | values[gate.node ^ 1]:
                is_open |= {each | 1 for each in _inputs(gate)}
        found: dict[str, list[Cells]] = {}
        for name in names:
            classes: dict[tuple[int, ...], list[int]] = {}
            for cell, on in enumerate(self._on[name]):
                classes.setdefault(tuple([each for each in on if each | 1 in is_open]), []).append(cell)
            found[name] = [tuple(each) for each in classes.values()]
        return found

    def _settled(self, columns: Mapping[str, Column], lanes: int) -> tuple[Values, int]:
        full = (1 << lanes) - 1
        values = [0] * self.count
        for name, column in columns.items():
            on = self._on[name]
            for cells, mask in column:
                for node in on[cells[0]] if len(cells) == 1 else self._settled_by(name, cells):
                    values[node] |= mask
        for plain, gate in self._steps():
            for node, other, a, not_a, b, not_b, c, not_c, more in plain:
                true, false = values[a] & values[b] & values[c], values[not_a] | values[not_b] | values[not_c]
                for each in more:
                    true &= values[each]
                    false |= values[each ^ 1]
                values[node], values[other] = true, false
            if gate is not None:
                gate.settle(values, full)
        return values, full

    def _steps(self) -> Sequence[_Step]:
        """The gates in their order, put so that to settle most of them takes no call."""
        if not self._planned:
            steps: list[_Step] = []
            plain: list[_Plain] = []
            for gate in self.gates:
                if isinstance(gate, Every) and gate.inputs:
                    a, b, c = (*gate.inputs, gate.inputs[0], gate.inputs[0])[:3]
                    plain.append((gate.node, gate.node ^ 1, a, a ^ 1, b, b ^ 1, c, c ^ 1, gate.inputs[3:]))
                else:
                    steps.append((plain, gate))
                    plain = []
            self._planned = [*steps, (plain, None)]  # at once: other threads may be here too
        return self._planned

    def _settled_by(self, name: str, cells: Cells) -> Sequence[int]:
        key = (name, cells)
        agreed = self._agreed.get(key)
        if agreed is None:
            if len(self._agreed) >= KEPT:
                self._agreed.clear()
            first, *others = (self._on[name][cell] for cell in cells)
            agreed = self._agreed[key] = sorted(set(first).intersection(*others))
        return agreed

    def _any_rule(self, rules: Sequence[str]) -> int:
        return self._every([self._rule(name) ^ 1 for name in rules]) ^ 1

    def _rule(self, name: str) -> int:
        key = f"rule {name}"
        if key not in self._nodes:
            condition = self._plan.decision.rules[name].condition
            for leaf in leaves(condition):
                if isinstance(leaf, FindingTest) and f"finding {leaf.finding}" not in self._nodes:
                    self._nodes[f"finding {leaf.finding}"] = self._any_rule(self._plan.settling[leaf.finding])
            self._nodes[key] = self._condition(condition)
        return self._nodes[key]

    def _condition(self, condition: Condition) -> int:
        match condition:
            case Test():
                return self._test(condition)
            case FindingTest(finding, expected):
                return self._nodes[f"finding {finding}"] ^ (not expected)
            case ScoreTest():
                return self._total(condition)
            case NotThis(part):
                return self._condition(part) ^ 1
        parts = [self._condition(part) for part in condition.parts]
        match condition:
            case AllOf():
                return self._every(parts)
            case AnyOf():
                return self._every([part ^ 1 for part in parts]) ^ 1
            case AtLeast(n):
                node = self._node()
                self.gates.append(Several(node, tuple(parts), n))
                return node

    def _test(self, test: Test) -> int:
        key = (test.fact, self._plan.cells[test.fact].truths(test))
        if key not in self._tests:
            self._tests[key] = self._node()
        return self._tests[key]

    def _total(self, test: ScoreTest) -> int:
        (score,) = [each for each in self._plan.scores if each.id == test.score]
        points = tuple((self._rule(rule), steps) for rule, steps in score.points)
        node = self._node()
        self.gates.append(Total(node, points, test.meets))
        return node

    def _every(self, inputs: Sequence[int]) -> int:
        if len(inputs) == 1:
            return inputs[0]
        node = self._node()
        self.gates.append(Every(node, tuple(inputs)))
        return node

    def _node(self) -> int:
        self.count += 2
        return self.count - 2


def bits(lanes: int) -> Iterator[int]:
    """The numbers of some lanes."""
    while lanes:
        bit = lanes & -lanes
        yield bit.bit_length() - 1
        lanes ^= bit


def lanes_by(values: Sequence[int], times: int = 1) -> dict[int, int]:
    """For each of some values, none negative, the lanes that have it: of each value there is one lane, or so many in a
    row, a multiple of 8."""
    try:
        told = left = bytes(values)
    except ValueError:  # one is too large for a byte
        low, high = lanes_by([each & 255 for each in values], times), lanes_by([each >> 8 for each in values], times)
        return {value: low[value & 255] & high[value >> 8] for value in sorted(set(values))}
    told = told[::-1] if times == 1 else bytes(spread(bytearray(told), times // 8))
    found: dict[int, int] = {}
    while left:
        value = left[0]
        found[value] = int(told.translate(_DIGITS[value]), 2) if times == 1 else _from(told.translate(_BYTES[value]))
        left = left.translate(None, left[:1])
    return found


def spread(values: Numbers, times: int) -> Numbers:
    """Each of some values so many times in a row."""
    longer = values * times
    for each in range(times):
        longer[each::times] = values
    return longer


def touched(lanes: int, count: int, times: int = 1) -> bytes:
    """For each of so many values whether one of its lanes is among some, 0 where none is. Of each there is one lane, or
    so many in a row, a multiple of 8."""
    if times == 1:
        return f"{lanes:0{count}b}"[::-1].encode().translate(_TRUTHS)
    width = times // 8
    apart = lanes.to_bytes(count * width, "little")
    return reduce(or_, [_from(apart[each::width]) for each in range(width)]).to_bytes(count, "little")


def opposite(truths: bytes) -> bytes:
    """1 for each 0, and 0 for all others."""
    return truths.translate(_OPPOSITE)


def repeated(lanes: int, period: int, times: int) -> int:
    """So many times the same lanes, a multiple of 8, one after the other."""
    return _from(lanes.to_bytes(period // 8, "little") * times)


def _from(lanes: bytes) -> int:
    return int.from_bytes(lanes, "little")


def _before(outcomes: Sequence[str], result: str | None) -> Sequence[str]:
    return outcomes if result is None else outcomes[: outcomes.index(result)]


def _inputs(gate: Gate) -> Iterator[int]:
    yield from (each for each, _ in gate.points) if isinstance(gate, Total) else gate.inputs


def _at_least(n: int, inputs: Sequence[int], full: int) -> int:
    """The lanes in which at least `n` of the inputs are set."""
    counted = [full, *[0] * n]
    for each in inputs:
        for number in range(n, 0, -1):
            counted[number] |= counted[number - 1] & each
    return counted[n]
