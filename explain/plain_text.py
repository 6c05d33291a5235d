"""An account as plain text: stable, indented by two spaces a level, without colour, the same on every terminal."""

from collections.abc import Iterator
from dataclasses import replace

from explain.account import Account, Section
from explain.justification import Line


def as_text(account: Account) -> str:
    """The account as lines of text; every line of the account is one line here."""
    account = on_one_line(account)
    lines = [account.guideline, account.question, "", account.answer]
    for section in account.sections:
        lines += ["", section.title]
        for line in section.lines:
            lines += indented(line, 1)
    return "\n".join(lines) + "\n"


def on_one_line(account: Account) -> Account:
    """The account with each of its texts on one line."""
    return replace(
        account,
        guideline=one_line(account.guideline),
        question=one_line(account.question),
        answer=one_line(account.answer),
        sections=tuple(
            Section(one_line(each.title), tuple(map(_on_one_line, each.lines))) for each in account.sections
        ),
    )


def one_line(text: str) -> str:
    """A text from a file on one line, without characters that could move a terminal's cursor."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def rule_and_sources(line: Line) -> str:
    """What stands behind a line: the rule's address and its sources, in brackets; empty where there is none."""
    behind = [*([line.rule] if line.rule else []), *line.sources]
    return f"[{'; '.join(behind)}]" if behind else ""


def indented(line: Line, depth: int) -> Iterator[str]:
    """A line and what stands below it, two spaces deeper."""
    yield "  " * depth + " ".join(part for part in (line.text, rule_and_sources(line)) if part)
    for below in line.below:
        yield from indented(below, depth + 1)


def _on_one_line(line: Line) -> Line:
    below = tuple(map(_on_one_line, line.below))
    return replace(line, text=one_line(line.text), sources=tuple(map(one_line, line.sources)), below=below)
