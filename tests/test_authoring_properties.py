"""Whatever guideline the loader takes, the schemas take its files, and the layout keeps its hash."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from candor.authoring.files import file_shape, kind_of_file
from candor.authoring.json_schema import schema_of
from candor.authoring.layout.formatting import laid_out, layout_of
from candor.authoring.names import names_of
from engine.loading import load
from engine.loading.nodes import Node
from tests.random_guidelines import RandomGuideline, guidelines, importing_guidelines, write
from tests.random_layouts import Layout
from tests.test_knowledge_schemas import validator
from tests.yaml_readings import READINGS, document_of, node_of

ANY = st.one_of(guidelines(), importing_guidelines())


def read(path: Path) -> tuple[Node, str]:
    node = node_of(path)
    assert node is not None
    kind = kind_of_file(path, node)
    assert kind is not None
    return node, kind


@settings(max_examples=25, deadline=None)
@given(guideline=ANY)
def test_every_file_of_a_guideline_that_loads_is_valid(guideline: RandomGuideline) -> None:
    with TemporaryDirectory() as place:
        folder = write(guideline, Path(place))
        names = names_of(load(folder))
        for path in sorted(folder.glob("*.yaml")):
            node, kind = read(path)
            own = Draft202012Validator(schema_of(kind, names, guideline.name))
            for typed in READINGS.values():
                document = document_of(node, typed)
                assert [error.message for error in validator(kind).iter_errors(document)] == []
                assert [error.message for error in own.iter_errors(document)] == []


@settings(max_examples=20, deadline=None)
@given(guideline=ANY, seed=st.integers(0, 2**32))
def test_every_layout_of_a_guideline_is_laid_out_with_the_same_hash(guideline: RandomGuideline, seed: int) -> None:
    with TemporaryDirectory() as place:
        folder = write(guideline, Path(place))
        before = load(folder).sha256
        for path in sorted(folder.glob("*.yaml")):
            node, kind = read(path)
            path.write_text(layout_of(Layout(Random(seed)).written(node), file_shape(kind), path), "utf-8")
            assert not laid_out(path).is_changed
        assert load(folder).sha256 == before
