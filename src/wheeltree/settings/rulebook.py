"""The settings as functions of one version of one package."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from packaging.utils import NormalizedName
from packaging.version import Version

from wheeltree.model.platform import Interpreter
from wheeltree.model.source import Preparation
from wheeltree.model.spec import Recipe
from wheeltree.settings import evaluate, files
from wheeltree.settings.evaluate import Subject
from wheeltree.settings.patches import PatchFolder
from wheeltree.settings.schema import Settings


class Rulebook:
    """What settings and patches say for one interpreter and one variant.

    file: the settings file, beside which the patches lie; None for the working folder. environ:
    what `${NAME}` stands for. variant: "" where none is declared. SettingsError if the patches
    cannot be listed.
    """

    def __init__(
        self,
        settings: Settings,
        file: Path | None,
        python: Interpreter,
        environ: Mapping[str, str],
        variant: str = "",
    ) -> None:
        self._settings = settings
        self._patches = PatchFolder.listed(files.patch_folder(file))
        self._python = python
        self._variant = variant
        self._environ = dict(environ)  # os.environ itself is slow to read

    def recipe(self, name: NormalizedName, version: Version) -> Recipe:
        """How it is built; SettingsError if variables are not set."""
        made = evaluate.recipe(self._settings, self.subject(name, version), self._environ)
        if not made.variant and self._patches.special(name, version, self._variant):
            return replace(made, variant=self._variant)
        return made

    def asking(self, name: NormalizedName, version: Version) -> tuple[str, ...]:
        """What has it ask for the variant: places in settings, and folders of patches."""
        said = evaluate.treatments(self._settings, self.subject(name, version))
        places = (str(each.origin) for each in said if evaluate.asks_for_variant(each))
        folders = self._patches.special(name, version, self._variant)
        return (*places, *map(str, folders))

    def preparation(self, name: NormalizedName, version: Version) -> Preparation:
        """What is done to its source; SettingsError as for `recipe`, and for its patches."""
        subject = self.subject(name, version)
        return evaluate.preparation(self._settings, self._patches, subject, self._environ)

    def subject(self, name: NormalizedName, version: Version) -> Subject:
        """What settings are evaluated for."""
        marks = self._python.environment
        return Subject(
            name=name,
            version=version,
            python=self._python.python,
            platform=f"{marks['sys_platform']}-{marks['platform_machine']}",
            variant=self._variant,
        )
