"""Text with variables."""

import re

import pytest

from wheeltree.settings.template import Template, Unset


@pytest.mark.parametrize(
    ("text", "values", "expanded"),
    [
        ("plain", {}, "plain"),
        ("", {}, ""),
        ("${A}", {"A": "x"}, "x"),
        ("-I${A}/include -L${A}/lib", {"A": "/p"}, "-I/p/include -L/p/lib"),
        ("${A:-y}", {}, "y"),
        ("${A:-y}", {"A": ""}, "y"),
        ("${A:-}", {}, ""),
        ("${A:-http://h:1/x}", {}, "http://h:1/x"),
        ("${A}", {"A": ""}, ""),
        ("$$ORIGIN", {}, "$ORIGIN"),
        ("$${A}", {"A": "x"}, "${A}"),
        ("${__name__}-${__version__}", {"__name__": "a", "__version__": "1"}, "a-1"),
        ("${A}", {"A": "${B}", "B": "no second pass"}, "${B}"),
    ],
)
def test_variables_are_replaced_once(text: str, values: dict[str, str], expanded: str) -> None:
    assert Template.parse(text).expand(values) == expanded


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("$(id)", "settings run none"),
        ("x $ y", "a lone $"),
        ("cost $", "a lone $"),
        ("$HOME", "a lone $"),
        ("${A", "a lone $"),
        ("${A:=x}", "expected ${NAME} or ${NAME:-default}"),
        ("${A-x}", "expected ${NAME}"),
        ("${}", "expected ${NAME}"),
        ("${A:-${B}}", "expected ${NAME}"),
        ("${A:-$(id)}", "expected ${NAME}"),
        ("${__variant__}", "are built in"),
        ("a\0b", "NUL"),
    ],
)
def test_a_dollar_that_means_nothing_or_runs_a_command_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)):
        Template.parse(text)


def test_a_variable_without_value_and_default_is_named() -> None:
    with pytest.raises(Unset) as caught:
        Template.parse("${TOKEN}").expand({})

    assert caught.value.name == "TOKEN"


def test_the_names_that_a_text_reads_leave_out_built_in_ones() -> None:
    assert Template.parse("${A} ${B:-x} ${__version__}").names() == {"A", "B"}
