"""Texts of the settings with their variables put in."""

from collections.abc import Mapping

from wheeltree.settings.problems import Origin, Problem, refuse
from wheeltree.settings.template import Template, Unset


class Expander:
    """Expands templates; notes variables without a value instead of stopping at the first."""

    def __init__(self, *, values: Mapping[str, str]) -> None:
        self._values = values
        self._problems: list[Problem] = []

    def text(self, template: Template, origin: Origin, key: str) -> str:
        """What a template comes to; "" where it comes to nothing, which is noted."""
        try:
            return template.expand(self._values)
        except Unset as error:
            text = f"{error.name} is not set; export it, or write ${{{error.name}:-default}}"
            self._problems.append(origin.problem(key, text))
            return ""

    def note(self, problem: Problem) -> None:
        """Have one more problem in the error that `finish` raises."""
        self._problems.append(problem)

    def url(self, template: Template, origin: Origin, key: str = "url") -> str:
        """The same where it must be a URL."""
        url = self.text(template, origin, key)
        if url and not url.lower().startswith(("https://", "http://", "file://")):
            self._problems.append(origin.problem(key, "expected an https, http or file URL"))
        return url

    def finish(self) -> None:
        """SettingsError if something was noted."""
        if self._problems:
            raise refuse(self._problems)
