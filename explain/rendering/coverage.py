"""Coverage as one HTML page over the author's own text; it needs nothing else: no script, no other file."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from explain.coverage_page import SYMBOLS, CoveragePage, Mark


def coverage_html(page: CoveragePage) -> str:
    """The page as an HTML document. Every text is escaped."""
    return _template().render(page=page, symbols=SYMBOLS, marks=tuple(Mark))


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("explain", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("coverage.html")
