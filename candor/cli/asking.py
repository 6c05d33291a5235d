"""What `candor ask` says: a question, why it is asked, what its answers would settle, and what may be given instead."""

import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator

from candor.cli.terminal import complain
from engine.diagnostics import MAX_NAMED
from engine.guideline import Fact, FactType
from engine.trace import Origin, Status
from explain.account import answer_in_words, settling_lines, waiting_in_words
from explain.asking import Question
from explain.interview import Interview, waiting_cautions
from explain.plain_text import one_line
from explain.preferred import as_long_as_in_words, preferred_lines
from explain.reading import Reading
from explain.vocabulary import answers_in_words
from explain.ways import lacking_ways, outdated_above, outdated_in_words
from explain.wording import sentence, stale_in_words

OPENING = """Type an answer, or nothing if it is not known. NAME=VALUE gives any other fact.
? explains the question, back takes the last answer back, stop ends."""


def tell(text: str) -> None:
    """Something that is no answer: on a terminal its lines are broken between words, with their indents."""
    if sys.stderr.isatty():
        width = max(shutil.get_terminal_size().columns, 40)
        text = "\n".join(_broken(line, width) for line in text.split("\n"))
    complain(text)


def _broken(line: str, width: int) -> str:
    """A line, broken where it is too long; a word that is longer than a line stays whole, so that it can be copied."""
    indent = " " * (len(line) - len(line.lstrip(" ")))
    wrapper = textwrap.TextWrapper(width, subsequent_indent=f"{indent}  ")
    wrapper.break_long_words = wrapper.break_on_hyphens = False
    return "\n".join(wrapper.wrap(line)) if len(line) > width else line


def nothing_to_ask_in_words(reading: Reading) -> str:
    """That the answer stays whatever is still unknown, and which values would be replaced once more is known."""
    stays = f"Nothing needs to be asked: no fact that is missing can change the answer{as_long_as_in_words(reading)}."
    return _told([stays, *(f"  {line.text}" for line in preferred_lines(reading))])


def offer_in_words(reading: Reading) -> str:
    """What was decided, and whether to go on with the facts that cautions wait for. While it is open, they may also be
    inputs of what is not known."""
    offer = "The facts that are left may hold a warning. Ask for them?"
    if reading.trace.status is not Status.NEEDS_INFORMATION:
        so_far = as_long_as_in_words(reading)
        offer = f"The facts that are left cannot change the outcome{so_far}, but they may hold a warning. Ask for them?"
    return f"\n{_told([answer_in_words(reading), offer, '  yes, or nothing for no'])}"


def question_in_words(reading: Reading, fact: Fact) -> Iterator[str]:
    """A question, the answers it takes, and what may be given in their place."""
    yield f"{fact.id}: {one_line(fact.question)}"
    day = f"; a day may follow, such as {reading.trace.at[:10]}" if fact.max_age_days is not None else ""
    if fact.type is FactType.CHOICE:
        width = len(str(len(fact.choices)))
        for number, choice in enumerate(fact.choices, 1):
            yield f"  {number:>{width}}  {choice.id}: {one_line(choice.title)}"
        if day:
            yield f"  a choice or its number{day}"
    else:
        yield f"  {answers_in_words(fact)}{day}"
    for lacking in lacking_ways(reading, fact):
        names = [*lacking.unknown, *(f"{name} (too old)" for name in lacking.too_old)]
        more = f" and {len(names) - MAX_NAMED} more (? lists them)" if len(names) > MAX_NAMED else ""
        yield f"  or, as NAME=VALUE, what {lacking.way.title} needs: {', '.join(names[:MAX_NAMED])}{more}"
    for name in outdated_above(reading, fact):
        yield f"  or {name}=VALUE: {outdated_in_words(reading, name)}"
    traced = reading.facts.get(fact.id)
    if traced is not None and traced.origin is Origin.STALE:
        yield f"  There is a value, but it does not count: {stale_in_words(fact, traced)}."


def why_asked(reading: Reading, question: Question) -> str:
    """Which outcomes are still possible, what each answer would settle, and what the fact could come from instead."""
    settling = [f"  {line.text}" for line in settling_lines(reading, question)]
    if len(question.answers) == 1 and not question.may_settle_more:
        settling = ["  No answer to this alone settles it."]
    settling += [f"  {line.text}" for line in preferred_lines(reading)]
    return _told([answer_in_words(reading), *settling, *_inputs(reading, question.fact)])


def why_offered(interview: Interview, fact: Fact | None) -> str:
    """The cautions that wait for a fact, or, where none is named, all that wait, and what the fact could come from."""
    reading, waiting = interview.reading, waiting_cautions(interview)
    names = waiting if fact is None else [fact.id]
    cautions = dict.fromkeys(caution for name in names for caution in waiting[name])
    lines = [f"  {waiting_in_words(reading, caution)}: {caution.text}" for caution in cautions]
    return _told([*lines, *(_inputs(reading, fact) if fact is not None else ())])


def about_input(interview: Interview, fact: Fact) -> str:
    """How to give a fact that was named but not asked for."""
    return _told([f"{fact.id}: {fact.question}", f"  Give it as {fact.id}=VALUE: {answers_in_words(fact)}."])


def _told(lines: Iterable[str]) -> str:
    """Lines for the terminal, their indents kept."""
    return "\n".join(f"{' ' * (len(line) - len(line.lstrip(' ')))}{one_line(line)}" for line in lines)


def _inputs(reading: Reading, fact: Fact) -> Iterator[str]:
    for lacking in lacking_ways(reading, fact):
        yield f"  {sentence(lacking.way.title)} needs, as NAME=VALUE:"
        for name in (*lacking.unknown, *lacking.too_old):
            too_old = "; what there is, is too old" if name in lacking.too_old else ""
            input = reading.fact(name)
            yield f"    {name}: {input.question} ({answers_in_words(input)}{too_old})"
