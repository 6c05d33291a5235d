"""The matcher's contract with durable-rules: what was measured of the library, held for good.

Decisions come from `tests.matcher_oracle` and `tests.random_decisions`; counts and scores have `test_matcher_scores`
to themselves. What could crash the interpreter runs in one of its own.
"""

import gc
import hashlib
import os
import random
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import durable_rules_engine
import pytest

from engine.conditions import AllOf, AnyOf, Condition, FindingTest, NotThis
from engine.errors import EngineFault
from engine.guideline import Decision, Fact
from engine.matcher import Matcher, limits
from engine.matcher.compiling import compiled
from engine.matcher.layout import program_of
from engine.matcher.limits import colliding
from tests.matcher_oracle import decision, expected, fact, facts_of, meets, rule
from tests.random_decisions import SMALL, answers, random_decision, random_values

ROOT = Path(__file__).resolve().parent.parent
DURABLE = "engine.matcher.ruleset._durable"
SPLIT = "split the decision in two, or write fewer and larger conditions"
ROAD = facts_of(fact("cold", -20, 20), fact("wet", 0, 1))
XY = facts_of(fact("x"), fact("y"))


def digest() -> str:
    """What fifty random decisions and their definitions come to."""
    hashed = hashlib.sha256()
    for seed in range(50):
        hashed.update(answers(seed, 8, 3, SMALL, 10, scores=2).encode())
        made = random_decision(random.Random(seed), 8, 3, SMALL, scores=2)
        hashed.update(program_of(compiled(made, facts_of(*SMALL)), facts_of(*SMALL)).definition.encode())
    return hashed.hexdigest()


def python(code: str, **environment: str) -> str:
    """What a fresh interpreter prints; it must end well."""
    run = subprocess.run(
        [sys.executable, "-c", f"from tests.test_matcher import *\n{code}"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


@pytest.mark.parametrize("batch", range(6))
def test_random_stratified_decisions_agree_with_the_oracle(batch: int) -> None:
    for seed in range(batch * 100, batch * 100 + 100):
        answers(seed, rules=8, findings=4, facts=SMALL, patients=12)


@pytest.mark.parametrize(("rules", "depth"), [(200, 2), (800, 0)])
def test_large_decisions_agree_with_the_oracle(rules: int, depth: int) -> None:
    facts = [fact(f"fact_{place}", 0, 9) for place in range(40)]
    answers(rules, rules, findings=20, facts=facts, patients=60, depth=depth)


@pytest.mark.parametrize(
    "intervals",
    [
        ((26, 44),),
        ((0, 25),),
        ((52, 100),),
        ((26, 26),),
        ((0, 25), (52, 100)),
        ((0, 30), (32, 50), (60, 60)),
        ((0, 100),),
    ],
)
def test_intervals_are_exact_at_every_step(intervals: tuple[tuple[int, int], ...]) -> None:
    matcher = Matcher(decision(rule("r", meets("x", *intervals)), rule("n", NotThis(meets("x", *intervals)))), XY)
    for steps in range(101):
        inside = any(low <= steps <= high for low, high in intervals)
        assert matcher.fired({"x": steps}, ()) == {"r" if inside else "n"}
    assert matcher.fired({}, ()) == matcher.fired({"y": 3}, ()) == frozenset()


def test_a_value_below_zero_is_compared_as_a_number() -> None:
    matcher = Matcher(decision(rule("icy", meets("cold", (-20, -5)))), ROAD)
    assert [steps for steps in (-20, -10, -5, -4, 0, 5, 10) if matcher.fired({"cold": steps}, ())] == [-20, -10, -5]


def test_facts_that_no_rule_tests_are_ignored() -> None:
    matcher = Matcher(decision(rule("icy", meets("cold", (-20, 0)))), ROAD)
    assert matcher.fired({"cold": -1, "wet": 1, "altitude": 7}, ["no_such_finding"]) == {"icy"}


def test_an_any_with_two_true_branches_and_a_finding_concluded_twice_are_told_once() -> None:
    either = AnyOf((meets("cold", (-20, 0)), meets("wet", (1, 1))))
    decided = decision(
        rule("top", either, "slippery"),
        rule("nested", AllOf((meets("cold", (-20, 20)), either)), "slippery"),
        rule("slow", FindingTest("slippery", True)),
        findings=["slippery"],
    )
    # told twice, durable-rules answers that it has observed the message: a fault
    assert Matcher(decided, ROAD).fired({"cold": -3, "wet": 1}, ()) == {"top", "nested", "slow"}


def test_a_finding_that_is_unknown_is_neither_held_nor_absent() -> None:
    decided = decision(
        rule("icy", meets("cold", (-20, 0)), "ice"),
        rule("grip", FindingTest("ice", False)),
        rule("slow", FindingTest("ice", True)),
        findings=["ice"],
    )
    matcher = Matcher(decided, ROAD)
    assert matcher.fired({}, ()) == frozenset()
    assert matcher.fired({"cold": 5}, ["ice"]) == {"grip"}
    assert matcher.fired({"cold": -5}, ()) == {"icy", "slow"}


def test_a_rule_that_can_never_be_true_is_left_out() -> None:
    never = AllOf((meets("cold", (-20, 0)), meets("cold", (1, 20))))
    decided = decision(rule("never", never), rule("other", AnyOf((never, meets("wet", (1, 1))))))
    assert [each.rule for each in compiled(decided, ROAD)] == ["other"]
    assert Matcher(decided, ROAD).fired({"cold": 0, "wet": 1}, ()) == {"other"}


def test_a_rule_may_test_many_findings_facts_and_intervals() -> None:
    facts = facts_of(*(fact(f"f{place}", 0, 200) for place in range(300)))
    names = [f"g{place:03}" for place in range(30)]
    givers = [rule(f"r{name}", meets(f"f{place}", (1, 200)), name) for place, name in enumerate(names)]
    comb = tuple((steps, steps) for steps in range(0, 200, 4))
    every: list[Condition] = [FindingTest(name, True) for name in names]
    every += [meets(name, (1, 200)) for name in facts]
    made = [
        *givers,
        rule("every", AllOf(tuple(every))),
        rule("comb", meets("f0", *comb)),
        rule("gaps", NotThis(meets("f0", *comb))),
    ]
    matcher = Matcher(decision(*made, findings=names), facts)
    full = dict.fromkeys(facts, 4)
    assert matcher.fired(full, ()) == {"every", "comb", *(each.id for each in givers)}
    assert matcher.fired({**full, "f0": 5}, ()) == {"every", "gaps", *(each.id for each in givers)}
    assert matcher.fired({**full, "f299": 0}, ()) == {"comb", *(each.id for each in givers)}
    assert matcher.fired({**full, "f29": 0}, ()) == {"comb", *(each.id for each in givers[:-1])}


def test_many_rules_may_hold_at_once_also_with_equal_conditions() -> None:
    same = [rule(f"same{place}", meets("cold", (-20, 0)), "ice") for place in range(300)]
    waiting = [rule(f"wait{place}", FindingTest("ice", True)) for place in range(300)]
    negative = [rule(f"none{place}", FindingTest("ice", False)) for place in range(300)]
    matcher = Matcher(decision(*same, *waiting, *negative, findings=["ice"]), ROAD)
    assert matcher.fired({"cold": -1}, ()) == {each.id for each in (*same, *waiting)}
    assert matcher.fired({"cold": 1}, ["ice"]) == {each.id for each in negative}


def test_seventy_different_tests_that_hold_at_once_all_fire() -> None:
    rules = [rule(f"r{place}", meets("x", (place, 100))) for place in range(70)]
    assert Matcher(decision(*rules), XY).fired({"x": 99}, ()) == {each.id for each in rules}


def texts(decided: Decision, facts: Mapping[str, Fact] = ROAD) -> list[tuple[str | None, str, str]]:
    with pytest.raises(EngineFault):
        Matcher(decided, facts)
    return list(limits(decided, facts))


def test_a_decision_that_is_too_large_is_told_in_what() -> None:
    rules = [rule(f"r{place}", meets("cold", (-20, 0))) for place in range(1000)]
    message = "the decision comes to 1,001 rules with its `any` parts, 1,000 can be run"
    assert texts(decision(*rules)) == [(None, message, SPLIT)]

    names = [f"g{place}" for place in range(398)]
    rules = [rule(f"r{name}", meets("cold", (-20, 0)), name) for name in names]
    rules += [rule(f"t{name}", FindingTest(name, True)) for name in names]
    message = "the rules test 406 different findings, `any` parts and groups of facts, 400 can be run"
    assert texts(decision(*rules, findings=names)) == [(None, message, SPLIT)]

    ten = AllOf(tuple(FindingTest(name, True) for name in names[:10]))
    message = "the rules make 4,011 tests on findings, `any` parts and groups of facts, 4,000 can be run"
    rules = [rule(f"r{place}", ten) for place in range(401)]
    assert texts(decision(*rules, findings=names)) == [(None, message, SPLIT)]


def test_a_range_beyond_what_a_number_holds_is_a_limit() -> None:
    wide = facts_of(fact("wide", 0, 2**53), fact("unused", 0, 2**60))
    message = "the range of `wide` reaches beyond 9,007,199,254,740,992 steps of its last decimal"
    help = "declare a narrower range or fewer decimals"
    assert texts(decision(rule("r", meets("wide", (0, 1)))), wide) == [(None, message, help)]
    nearly = facts_of(fact("wide", 1 - 2**53, 2**53 - 1))
    matcher = Matcher(decision(rule("r", meets("wide", (2**53 - 2, 2**53 - 2)))), nearly)
    assert [len(matcher.fired({"wide": 2**53 - off}, ())) for off in (1, 2, 3)] == [0, 1, 0]


def test_names_that_durable_rules_cannot_tell_apart_are_found_and_never_used() -> None:
    twins = ("grit_drift_276", "grit_depth_2799")
    assert colliding(("other", *twins)) == (twins,)
    assert colliding([f"f{place}" for place in range(20_000)]) == ()
    facts = facts_of(*map(fact, twins))
    matcher = Matcher(decision(rule("r", meets(twins[0], (1, 100))), rule("s", meets(twins[1], (1, 100)))), facts)
    assert matcher.fired({twins[1]: 5}, ()) == {"s"}


def test_a_decision_in_which_nothing_fires_is_deleted_safely() -> None:
    code = """
for _ in range(50):
    matcher = Matcher(decision(rule("icy", meets("cold", (-20, 0)))), ROAD)
    for values in ({}, {"cold": 5}, {"wet": 1}, {"cold": 9}):
        assert matcher.fired(values, ()) == frozenset()
print("alive")
"""
    assert python(code) == "alive"


def one_rule() -> Matcher:
    decided = decision(
        rule("icy", meets("cold", (-20, 0)), "ice"), rule("slow", FindingTest("ice", True)), findings=["ice"]
    )
    return Matcher(decided, ROAD)


@pytest.mark.parametrize("primitive", ["assert_fact", "start_action_for_state", "complete_and_start_action"])
def test_after_a_failure_inside_durable_rules_the_next_decision_is_right(
    primitive: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    matcher = one_rule()
    for failure in (durable_rules_engine.error("error code: 303"), MemoryError(), KeyboardInterrupt()):

        def fail(*_: object, failure: BaseException = failure) -> None:
            raise failure

        with monkeypatch.context() as patched:
            patched.setattr(f"{DURABLE}.{primitive}", fail)
            kind = KeyboardInterrupt if isinstance(failure, KeyboardInterrupt) else EngineFault
            with pytest.raises(kind):
                matcher.fired({"cold": -1}, ())
        assert matcher.fired({"cold": 1}, ()) == frozenset()
        assert matcher.fired({"cold": -1}, ()) == {"icy", "slow"}


def test_a_state_that_an_interrupt_left_behind_is_deleted_first(monkeypatch: pytest.MonkeyPatch) -> None:
    grip = rule("grip", AllOf((meets("wet", (1, 1)), FindingTest("ice", False))))
    matcher = Matcher(decision(grip, findings=["ice"]), ROAD)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(f"{DURABLE}.delete_state", interrupted)
        with pytest.raises(KeyboardInterrupt):
            matcher.fired({}, ["ice"])
    assert matcher.fired({"wet": 1}, ()) == frozenset()


def test_firings_without_end_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    matcher = one_rule()
    with monkeypatch.context() as patched:
        patched.setattr(f"{DURABLE}.complete_and_start_action", lambda *_: '{"0":{}}')
        with pytest.raises(EngineFault, match="more than 22 firings in one decision"):
            matcher.fired({"cold": -1}, ())
    assert matcher.fired({"cold": -1}, ()) == {"icy", "slow"}


@pytest.mark.parametrize("primitive", ["create_ruleset", "assert_fact", "start_action_for_state"])
def test_a_failure_while_building_is_a_fault(primitive: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise durable_rules_engine.error("error code: 106")

    monkeypatch.setattr(f"{DURABLE}.{primitive}", fail)
    with pytest.raises(EngineFault, match="cannot be built: error code: 106"):
        one_rule()


def test_a_message_that_is_refused_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    matcher = one_rule()
    monkeypatch.setattr(f"{DURABLE}.assert_fact", lambda *_: (2, 1))
    with pytest.raises(EngineFault, match="answered 2"):
        matcher.fired({"cold": -1}, ())


def test_closing_is_final_and_harmless_twice() -> None:
    matcher = one_rule()
    matcher.close()
    matcher.close()
    other = one_rule()
    with pytest.raises(EngineFault, match="closed"):
        matcher.fired({"cold": -1}, ())
    assert other.fired({"cold": -1}, ()) == {"icy", "slow"}


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_memory_stays_flat_over_decisions_and_matchers() -> None:
    matcher = one_rule()
    patients = [({"cold": steps, "wet": steps % 2}, ()) for steps in range(-20, 20)]
    for _ in range(2):
        before = resident_mb()
        for turn in range(25_000):
            matcher.fired(*patients[turn % 40])
        for _ in range(500):
            one_rule()
        gc.collect()
    assert resident_mb() - before < 3


def test_answers_are_the_same_twice_and_under_every_hash_seed() -> None:
    digests = {python("print(digest())", PYTHONHASHSEED=seed) for seed in ("0", "1", "4242")}
    assert digests == {digest()}


def test_no_thread_is_started_and_no_host_is_loaded() -> None:
    code = """
matcher = one_rule()
matcher.fired({"cold": -1}, ())
print(len(threading.enumerate()), "durable.engine" in sys.modules)
"""
    assert python(code) == "1 False"


def test_eight_threads_may_share_a_matcher() -> None:
    rng = random.Random(7)
    decided = random_decision(rng, 12, 4, SMALL)
    matcher = Matcher(decided, facts_of(*SMALL))
    patients = [random_values(rng, SMALL) for _ in range(200)]
    wanted = [expected(decided, values) for values in patients]

    def wrong(start: int) -> int:
        turns = [(start + turn) % 200 for turn in range(1000)]
        return sum(matcher.fired(patients[turn], wanted[turn][1]) != wanted[turn][0] for turn in turns)

    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(wrong, range(0, 200, 25))) == [0] * 8
    finally:
        sys.setswitchinterval(switch)
    assert threading.active_count() == 1


@pytest.mark.skipif(shutil.which("localedef") is None, reason="a locale is made with localedef")
def test_a_locale_with_decimal_commas_changes_nothing(tmp_path: Path) -> None:
    subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", tmp_path / "de_DE.UTF-8"], capture_output=True)
    if not (tmp_path / "de_DE.UTF-8").exists():
        pytest.skip("there is no source to make a German locale from")
    code = """
import locale
locale.setlocale(locale.LC_ALL, "de_DE.UTF-8")
assert locale.localeconv()["decimal_point"] == ","
print(digest())
"""
    assert python(code, LOCPATH=str(tmp_path), LC_ALL="de_DE.UTF-8") == digest()


def test_durable_rules_is_pinned_to_the_version_that_was_measured() -> None:
    assert version("durable_rules") == "2.0.28"
    project = ROOT / "pyproject.toml"
    if project.exists():
        required = tomllib.loads(project.read_text())["project"]["dependencies"]
        assert [each.replace("_", "-").replace(" ", "") for each in required if "durable" in each] == [
            "durable-rules==2.0.28"
        ]
