"""How every question about a patient is answered: an account, in the form that was asked for."""

import json
from typing import Annotated

import typer

from candor.accounts import account_json
from candor.cli.choices import Form
from candor.cli.terminal import say, show_account
from explain.account import Account
from explain.plain_text import as_text
from explain.rendering.html import account_html
from explain.rendering.markdown import account_markdown

AnswerForm = Annotated[Form, typer.Option("--format", help="text (for people), html, markdown or json.")]


def answer(account: Account, form: Form, *, no_color: bool) -> None:
    """Prints an account: as text a tree on a terminal, and the same everywhere else."""
    if form is Form.TEXT:
        show_account(account, no_color=no_color)
    else:
        say(account_written(account, form))


def account_written(account: Account, form: Form) -> str:
    """An account in one of its forms."""
    match form:
        case Form.HTML:
            return account_html(account)
        case Form.MARKDOWN:
            return account_markdown(account)
        case Form.JSON:
            return json.dumps(account_json(account), ensure_ascii=False, indent=2) + "\n"
    return as_text(account)
