"""What is tried of a finished wheel: whether it can be imported where its requirements are."""

from functools import cached_property

from wheeltree.model.digest import Key, key_of
from wheeltree.model.frozen import Frozen
from wheeltree.model.spec import BuildSpec, Input


class Trial(Frozen, dict=True):
    """One wheel with everything that an installer would install for it."""

    spec: BuildSpec
    closure: tuple[Input, ...]
    """The wheels that are installed together, sorted by name; its own is one of them."""

    @property
    def subject(self) -> str:
        """What people and logs call it."""
        return self.spec.subject

    def __hash__(self) -> int:
        return hash(self.key)

    @cached_property
    def key(self) -> Key:
        """By the spec keys of what is installed, and the modules that are asked for."""
        keys = tuple(each.key for each in self.closure)
        return key_of("import", self.spec.key, keys, self.spec.recipe.imports.modules)


class Imported(Frozen):
    """What came of a trial that ended well."""

    modules: tuple[str, ...]
    starts: tuple[str, ...] = ()
    """The programs that were started meanwhile, each as `module: command`."""
