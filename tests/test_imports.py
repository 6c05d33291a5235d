"""Facts that another guideline decides: where their value comes from, how old it is, and what a status may claim."""

import pickle
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit.replay import differences, replay
from candor.envelope import envelope_of
from engine.deciding import decide
from engine.errors import GuidelineRejected, InputRejected
from engine.facts import read_facts
from engine.guideline import Guideline
from engine.loading import load
from engine.trace import CautionKind, FactTrace, Origin, Status, Trace
from engine.trace_json import as_json, canonical
from explain.answers import account_of
from explain.asking import questions
from explain.plain_text import as_text
from explain.reading import reading_of
from explain.vocabulary import decision_view

AT = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
HEAD = """
guideline: {name}
version: {version}
status: {status}
title: {name}
purpose: To test.
population: Roads.
limits: None.
sources:
  book: {{title: The book of {name}, kind: definition}}
"""
FROST = {
    "facts.yaml": """
facts:
  surface: {title: surface temperature, type: integer, range: [-20, 20], unit: Cel}
  wet: {title: wet road, type: yes_no}
impossible:
  - {when: {surface: "> 15", wet: yes}, because: "At {surface} the road dries: {wet}."}
""",
    "danger.yaml": """
decision: danger
question: How dangerous is frost?
outcomes: {high: {title: High}, low: {title: Low}}
rules:
  icy: {title: Icy, when: {surface: "<= 0", wet: yes}, then: high, because: "{surface} and wet: {wet}.",
        source: {cite: book, basis: stated}, caution: Ice is slippery.}
  warm: {title: Warm, when: {surface: "> 0"}, then: low, because: "{surface} is above zero.", source: {basis: added}}
  dry: {title: Dry, when: {wet: no}, then: low, because: "Wet: {wet}.", source: {basis: added}}
""",
}
ROADS = {
    "facts.yaml": """
facts:
  road_surface: {title: temperature of the road, type: integer, range: [-20, 20], unit: Cel, max_age: 3 days}
  danger:
    title: danger of frost
    question: How dangerous is frost here?
    type: choice
    choices: {low: low, high: high}
    max_age: 10 days
    from: {guideline: frost, version: 1.0.0, decision: danger, facts: {surface: road_surface}}
  bridge: {title: bridge, type: yes_no}
""",
    "closing.yaml": """
decision: closing
question: Is the road to be closed?
outcomes: {close: {title: Close}, open: {title: Open}}
rules:
  dangerous: {title: Dangerous, when: {danger: high}, then: close, because: "Danger: {danger}.", source: {basis: added}}
  harmless: {title: Harmless, when: {danger: low}, then: open, because: "Danger: {danger}.", source: {basis: added}}
""",
    "salting.yaml": """
decision: salting
question: Is the road to be salted?
outcomes: {salt: {title: Salt}, leave: {title: Leave}}
beside: [danger]
rules:
  cold: {title: Cold, when: {road_surface: "<= 3"}, then: salt, because: "{road_surface}.", source: {basis: added}}
  mild: {title: Mild, when: {road_surface: "> 3"}, then: leave, because: "{road_surface}.", source: {basis: added}}
""",
    "both.yaml": """
decision: both
question: Do both agree?
outcomes: {strange: {title: Strange}, fine: {title: Fine}}
rules:
  strange: {title: Strange, when: {danger: high, road_surface: "> 0"}, then: strange, because: "{danger}",
            source: {basis: added}}
  fine: {title: Fine, when: {not: {danger: high}}, then: fine, because: "{danger}", source: {basis: added}}
  cold: {title: Cold, when: {road_surface: "<= 0"}, then: fine, because: "{road_surface}", source: {basis: added}}
""",
}


def written(folder: Path, name: str, files: Mapping[str, str], version: str = "1.0.0", status: str = "active") -> Path:
    home = folder / name
    home.mkdir(parents=True)
    (home / "guideline.yaml").write_text(HEAD.format(name=name, version=version, status=status), "utf-8")
    for file, text in files.items():
        (home / file).write_text(text, "utf-8")
    return home


@pytest.fixture
def roads(tmp_path: Path) -> Guideline:
    written(tmp_path, "frost", FROST)
    return load(written(tmp_path, "roads", ROADS))


def decided(guideline: Guideline, decision: str, facts: dict[str, object]) -> Trace:
    return decide(guideline, decision, read_facts(guideline, facts), at=AT)


def fact(trace: Trace, name: str) -> FactTrace:
    return next(each for each in trace.facts if each.fact == name)


def test_the_imported_decision_gives_the_value_and_its_trace_is_kept(roads: Guideline) -> None:
    trace = decided(roads, "closing", {"road_surface": "-2", "wet": True})
    told = fact(trace, "danger")
    assert (trace.outcome, told.value, told.origin) == ("close", "high", Origin.DERIVED)
    assert told.derivation == "frost/danger 1.0.0"
    inner = told.imported[0].trace
    assert (inner.guideline, inner.decision, inner.outcome, inner.fired) == ("frost", "danger", "high", ("icy",))
    assert [(each.fact, each.value) for each in inner.facts] == [("surface", -2), ("wet", True)]
    assert inner.sha256 == roads.facts["danger"].imports[0].guideline.sha256 != roads.sha256
    told_aloud = as_text(account_of(roads, trace))
    assert "-2 Cel and wet: yes. [frost/danger#icy; stated: The book of frost]" in told_aloud
    assert "frost/danger 1.0.0: Ice is slippery." in told_aloud


def test_an_import_whose_title_says_by_is_told_with_one(tmp_path: Path) -> None:
    titled = ROADS["facts.yaml"].replace("from: {", "from: {title: by frost, ")
    written(tmp_path, "frost", FROST)
    titled_roads = load(written(tmp_path, "roads", {**ROADS, "facts.yaml": titled}))
    known, part = ({"road_surface": "-2", "wet": True}, {"road_surface": "-2"})
    told = as_text(account_of(titled_roads, decided(titled_roads, "closing", dict(known))))
    assert "Danger of frost: high (by frost)" in told
    asked = as_text(account_of(titled_roads, decided(titled_roads, "closing", dict(part))))
    assert "Or give the facts that decide it by frost: wet road" in asked
    beside = as_text(account_of(titled_roads, decided(titled_roads, "salting", dict(part))))
    assert "still possible: High or Low (by frost)" in beside
    notes = [note for each in decision_view(titled_roads, "closing").tested for note in each.notes]
    assert "decided by frost from temperature of the road and wet road where it is not given" in notes


def test_what_the_imported_decision_cannot_say_is_unknown(roads: Guideline) -> None:
    trace = decided(roads, "closing", {"road_surface": "-2"})
    told = fact(trace, "danger")
    assert (told.value, told.origin, trace.status) == (None, Origin.UNKNOWN, Status.NEEDS_INFORMATION)
    assert told.imported[0].trace.possible_outcomes == ("high", "low")


def test_the_fact_stands_for_what_matters_through_it_alone(roads: Guideline) -> None:
    closing, both = decided(roads, "closing", {}), decided(roads, "both", {"wet": True})
    assert [each.fact.id for each in questions(reading_of(roads, closing))] == ["danger"]
    assert both.status is Status.CONCLUDED


def test_one_value_feeds_both_guidelines(roads: Guideline) -> None:
    """Frost is only dangerous where the road is cold, so nobody is strange: the solver has to know this."""
    trace = decided(roads, "both", {})
    assert (trace.status, trace.outcome) == (Status.CONCLUDED, "fine")


def test_a_given_value_goes_first_and_a_difference_is_a_caution(roads: Guideline) -> None:
    trace = decided(roads, "closing", {"road_surface": "-2", "wet": True, "danger": "low"})
    assert (trace.outcome, fact(trace, "danger").origin) == ("open", Origin.GIVEN)
    cautions = [each.text for each in trace.cautions if each.kind is CautionKind.DISAGREEMENT]
    (told,) = cautions
    assert told.startswith("The values of danger of frost differ: given low, frost/danger 1.0.0 high.")
    assert told.endswith(" The first counts; another could change the answer.")


def test_a_given_value_that_agrees_raises_no_caution(roads: Guideline) -> None:
    trace = decided(roads, "closing", {"road_surface": "-2", "wet": True, "danger": "high"})
    assert CautionKind.DISAGREEMENT not in {each.kind for each in trace.cautions}


def test_what_is_impossible_there_is_impossible_here_in_our_words(roads: Guideline) -> None:
    with pytest.raises(InputRejected) as rejected:
        decided(roads, "closing", {"road_surface": "18", "wet": True})
    assert [each.code for each in rejected.value.diagnostics] == ["patient.contradictory"]
    assert "At 18 the road dries: yes." in str(rejected.value)


def test_an_import_is_as_old_as_the_oldest_of_its_facts(roads: Guideline) -> None:
    def with_wet_on(day: str) -> FactTrace:
        facts = {"road_surface": {"value": "-2", "at": "2026-02-27"}, "wet": {"value": True, "at": day}}
        return fact(decided(roads, "closing", facts), "danger")

    assert (with_wet_on("2026-02-19").origin, with_wet_on("2026-02-19").at) == (Origin.DERIVED, "2026-02-19")
    assert (with_wet_on("2026-02-18").origin, with_wet_on("2026-02-18").imported[0].stale) == (Origin.STALE, True)


def test_a_stale_fact_of_ours_is_unknown_there_too(roads: Guideline) -> None:
    trace = decided(roads, "closing", {"road_surface": {"value": "5", "at": "2026-02-01"}, "wet": True})
    assert fact(trace, "road_surface").origin is Origin.STALE
    assert (trace.status, fact(trace, "danger").value) == (Status.NEEDS_INFORMATION, None)


def test_a_partly_known_import_that_is_too_old_binds_nothing(roads: Guideline) -> None:
    trace = decided(roads, "closing", {"wet": {"value": False, "at": "2026-01-01"}})
    assert trace.counted_free == ("danger",)
    assert trace.possible_outcomes == ("close", "open")


def test_a_fact_beside_the_answer_is_shown_and_changes_nothing(roads: Guideline) -> None:
    trace = decided(roads, "salting", {"road_surface": "-2", "wet": True})
    envelope = envelope_of(roads, trace, None)
    assert (envelope["outcome"], envelope["beside"]) == ("salt", {"danger": "high"})
    assert "For context\n  Danger of frost: high (by frost/danger 1.0.0)" in as_text(account_of(roads, trace))
    unknown = decided(roads, "salting", {"road_surface": "-2"})
    assert (unknown.outcome, envelope_of(roads, unknown, None)["ask"]) == ("salt", [])
    assert "Danger of frost: not known; still possible: High or Low (by frost/danger 1.0.0)" in as_text(
        account_of(roads, unknown)
    )


def test_a_trace_with_an_import_is_decided_again_from_itself(roads: Guideline) -> None:
    trace = decided(roads, "closing", {"road_surface": "-2", "wet": True})
    recorded = as_json(trace)
    assert differences(recorded, as_json(replay(roads, recorded))) == ()


def test_the_hash_covers_what_is_imported(tmp_path: Path) -> None:
    hashes = set()
    for name, rule in (("one", "Icy"), ("two", "Very icy")):
        files = {**FROST, "danger.yaml": FROST["danger.yaml"].replace("title: Icy", f"title: {rule}")}
        written(tmp_path / name, "frost", files)
        hashes.add(load(written(tmp_path / name, "roads", ROADS)).sha256)
    assert len(hashes) == 2


def test_a_guideline_beside_goes_before_one_of_the_library(tmp_path: Path) -> None:
    written(tmp_path / "library", "frost", FROST)
    alone = load(written(tmp_path / "alone", "roads", ROADS), library=[tmp_path / "library"])
    written(tmp_path / "pair", "frost", FROST, status="retired")
    pair = load(written(tmp_path / "pair", "roads", ROADS), library=[tmp_path / "library"])
    assert alone.facts["danger"].imports[0].guideline.status == "active"
    assert pair.facts["danger"].imports[0].guideline.status == "retired"


def test_an_answer_of_a_retired_guideline_carries_a_caution(tmp_path: Path) -> None:
    written(tmp_path, "frost", FROST, status="retired")
    roads = load(written(tmp_path, "roads", ROADS))
    trace = decided(roads, "closing", {"road_surface": "-2", "wet": True})
    retired = "frost/danger 1.0.0: This guideline is retired: it must not guide a new decision."
    slippery = "frost/danger 1.0.0: Ice is slippery."
    assert [each.text for each in trace.cautions if each.kind is CautionKind.IMPORTED] == [slippery, retired]
    given = decided(roads, "closing", {"road_surface": "-2", "wet": True, "danger": "high"})
    assert [each.text for each in given.cautions if each.kind is CautionKind.IMPORTED] == []


def test_a_guideline_with_imports_survives_pickling(roads: Guideline) -> None:
    facts: dict[str, object] = {"road_surface": "-2", "wet": True}
    before = canonical(decided(roads, "closing", facts))
    assert canonical(decided(pickle.loads(pickle.dumps(roads)), "closing", facts)) == before


CREW = {
    "facts.yaml": """
facts:
  frost_danger:
    title: danger as the crew sees it
    type: choice
    choices: {low: low, high: high}
    assume: low
    from: {guideline: frost, version: 1.0.0, decision: danger, OPTIONS}
  bridge: {title: bridge, type: yes_no}
""",
    "calling.yaml": """
decision: calling
question: Is the crew called?
outcomes: {call: {title: Call}, rest: {title: Rest}}
rules:
  danger: {title: Danger, when: {frost_danger: high}, then: call, because: "{frost_danger}", source: {basis: added}}
  none: {title: None, when: {frost_danger: low}, then: rest, because: "{frost_danger}", source: {basis: added}}
""",
}


def crew(folder: Path, options: str = "title: frost", more: str = "") -> Path:
    files = {**CREW, "facts.yaml": CREW["facts.yaml"].replace("OPTIONS", options) + more}
    written(folder, "frost", FROST)
    return written(folder, "crew", files)


def codes_of(folder: Path) -> list[str]:
    with pytest.raises(GuidelineRejected) as rejected:
        load(folder)
    return [each.code for each in rejected.value.diagnostics]


def test_an_assumption_that_the_import_rules_out_is_not_made(tmp_path: Path) -> None:
    guideline = load(crew(tmp_path))
    cold, warm = (decided(guideline, "calling", {"surface": steps, "wet": None}) for steps in ("-2", "5"))
    assert (fact(cold, "frost_danger").origin, cold.outcome) == (Origin.ASSUMED, "rest")
    assert (fact(warm, "frost_danger").origin, warm.outcome) == (Origin.DERIVED, "rest")
    high = load(crew(tmp_path / "high", "outcomes: {low: high}", ""))
    trace = decided(high, "calling", {"wet": True})
    assert (fact(trace, "frost_danger").origin, trace.outcome) == (Origin.UNKNOWN, "call")


def test_a_given_value_that_the_import_rules_out_raises_a_caution(tmp_path: Path) -> None:
    high = load(crew(tmp_path, "outcomes: {low: high}"))
    trace = decided(high, "calling", {"wet": True, "frost_danger": "low"})
    text = "frost/danger 1.0.0 leaves no room for this value of danger as the crew sees it: low."
    assert text in [each.text for each in trace.cautions if each.kind is CautionKind.DISAGREEMENT]


def test_a_patient_that_is_impossible_there_is_refused_and_no_fault(tmp_path: Path) -> None:
    warm = FROST["danger.yaml"].replace(
        'warm: {title: Warm, when: {surface: "> 0"}', 'warm: {title: Warm, when: {surface: "(0..15]"}'
    )
    gapless_only_by_impossible = {**FROST, "danger.yaml": warm}
    written(tmp_path, "frost", gapless_only_by_impossible)
    roads = load(written(tmp_path, "roads", ROADS))
    with pytest.raises(InputRejected) as rejected:
        decided(roads, "closing", {"road_surface": "18", "wet": True})
    assert [each.code for each in rejected.value.diagnostics] == ["patient.contradictory"]


def test_a_fixed_value_that_is_impossible_there_is_a_mistake(tmp_path: Path) -> None:
    impossible = {**FROST, "facts.yaml": FROST["facts.yaml"] + '  - {when: {wet: no}, because: "It rains: {wet}."}\n'}
    written(tmp_path, "frost", impossible)
    roads = {
        **ROADS,
        "facts.yaml": ROADS["facts.yaml"].replace("decision: danger,", "decision: danger, values: {wet: no},"),
    }
    assert codes_of(written(tmp_path, "roads", roads)) == ["import.value"]


def test_the_reason_of_an_impossible_names_the_fixed_value(tmp_path: Path) -> None:
    roads = {
        **ROADS,
        "facts.yaml": ROADS["facts.yaml"].replace("decision: danger,", "decision: danger, values: {wet: yes},"),
    }
    written(tmp_path, "frost", FROST)
    guideline = load(written(tmp_path, "roads", roads))
    with pytest.raises(InputRejected) as rejected:
        decided(guideline, "closing", {"road_surface": "18"})
    assert "At 18 the road dries: yes." in str(rejected.value)


def test_only_facts_of_our_own_can_be_named(tmp_path: Path) -> None:
    more = """
  again:
    title: danger again
    type: choice
    choices: {low: low, high: high}
    from: {guideline: frost, version: 1.0.0, decision: danger, title: again, facts: {surface: surface}}
"""
    assert set(codes_of(crew(tmp_path, more=more))) == {"import.unknown_fact"}


def test_equal_instants_of_different_days_are_kept_apart(tmp_path: Path) -> None:
    written(tmp_path, "frost", FROST)
    head = tmp_path / "frost" / "guideline.yaml"
    head.write_text(head.read_text("utf-8") + "review_by: 2026-01-01\n", "utf-8")
    roads = load(written(tmp_path, "roads", ROADS))
    facts = read_facts(roads, {"road_surface": "-2", "wet": True})
    days = (datetime.fromisoformat(day) for day in ("2026-01-01T23:30:00+00:00", "2026-01-02T00:30:00+01:00"))
    traces = [decide(roads, "salting", facts, at=at) for at in days]
    assert [fact(trace, "danger").imported[0].trace.at for trace in traces] == [trace.at for trace in traces]
    due = ["due for review" in " ".join(each.text for each in trace.cautions) for trace in traces]
    assert due == [False, True]
