"""What sources and backends say, as the edits of a recipe leave it."""

from wheeltree.model.frozen import replace
from wheeltree.model.source import Metadata, SourceTree
from wheeltree.model.spec import BackendAnswer, Recipe


def edited_tree(tree: SourceTree, recipe: Recipe) -> SourceTree:
    """A source whose declared requirements are the edited ones; its files are what they were."""
    if not (recipe.build_requires or recipe.requires_dist):
        return tree
    system, metadata = tree.build_system, tree.metadata
    return replace(
        tree,
        build_system=replace(system, requires=recipe.build_requires.apply(system.requires)),
        metadata=None if metadata is None else edited_metadata(metadata, recipe),
    )


def edited_metadata(metadata: Metadata, recipe: Recipe) -> Metadata:
    """What a wheel requires of which its source or its backend says `metadata`."""
    return replace(metadata, requires_dist=recipe.requires_dist.apply(metadata.requires_dist))


def edited_answer(answer: BackendAnswer, recipe: Recipe) -> BackendAnswer:
    """A backend's answer as planning goes by it."""
    metadata = answer.metadata
    return BackendAnswer(
        requires=recipe.build_requires.apply_to_more(answer.requires),
        metadata=None if metadata is None else edited_metadata(metadata, recipe),
    )
