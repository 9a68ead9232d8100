"""Requirements and constraints files, as pip users write them."""

from pathlib import Path

import pytest

from wheeltree.errors import UsageError
from wheeltree.resolution.requirements import (
    LocalPath,
    RequirementsFile,
    Wanted,
    parse,
    read,
    read_constraints,
)

HASH = "ab" * 32
OTHER = "cd" * 32


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def reading(text: str, **environ: str) -> RequirementsFile:
    Path("requirements.txt").write_text(text, encoding="utf-8")
    return read(Path("requirements.txt"), environ)


def problems(text: str, **environ: str) -> list[str]:
    with pytest.raises(UsageError) as caught:
        reading(text, **environ)
    return list(caught.value.details)


def shown(file: RequirementsFile) -> list[str]:
    return [str(each.requirement) for each in file.wanted]


@pytest.mark.usefixtures("folder")
class TestLines:
    def test_each_requirement_knows_its_line(self) -> None:
        file = reading("\ufeff# tools\n\nFlask [async]>=3 ; python_version>'3'\n  click\n")
        assert [(each.name, each.origin) for each in file.wanted] == [
            ("flask", "requirements.txt:3"),
            ("click", "requirements.txt:4"),
        ]
        assert shown(file)[0] == 'Flask[async]>=3; python_version > "3"'

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a>=1 # why\nb#c\n", None),
            ("a  #x\n  # y\nb", ["a", "b"]),
            ("a>=1,\\\n<2\nb", ["a<2,>=1", "b"]),
            ("a \\\n# gone\nb", ["a", "b"]),
            ("a @ https://h.test/a-1.tar.gz#egg=a", ["a@ https://h.test/a-1.tar.gz#egg=a"]),
            ("a\\", ["a"]),
            ("a\r\nb\r\n", ["a", "b"]),
            ("", []),
        ],
    )
    def test_comments_and_joined_lines(self, text: str, expected: list[str] | None) -> None:
        if expected is None:
            assert len(problems(text)) == 1
        else:
            assert [each.replace(" @", "@") for each in shown(reading(text))] == expected

    def test_a_joined_line_is_named_by_its_first(self) -> None:
        file = reading(f"\na==1 \\\n  --hash=sha256:{HASH.upper()} \\\n  --hash sha256:{OTHER}\n")
        assert file.wanted[0].origin == "requirements.txt:2"
        assert file.wanted[0].hashes == {HASH, OTHER}

    def test_only_variables_in_capitals_are_expanded(self) -> None:
        file = reading("--index-url https://${USER_1}:${pw}@h.test/simple", USER_1="me")
        assert file.index_url == "https://me:${pw}@h.test/simple"

    def test_a_variable_that_is_not_set_is_a_problem_and_no_value_is_shown(self) -> None:
        found = problems("-i https://${TOKEN}@h.test/\nfoo ${SECRET} ==", SECRET="hunter2")
        assert found[0].startswith("requirements.txt:1: environment variable TOKEN is not set")
        assert "hunter2" not in "".join(found)


@pytest.mark.usefixtures("folder")
class TestOptions:
    def test_options_of_the_index(self) -> None:
        file = reading("-i https://one.test\n--extra-index-url=https://two.test\n--pre\n")
        assert (file.index_url, file.extra_index_urls, file.pre) == (
            "https://one.test",
            ("https://two.test",),
            True,
        )

    def test_the_last_index_url_counts(self) -> None:
        assert reading("-ihttps://a.test\n--index-url https://b.test").index_url == "https://b.test"

    @pytest.mark.parametrize(
        "line", ["--no-binary :all:", "--prefer-binary", "--trusted-host h", "--use-feature=x"]
    )
    def test_options_without_effect_are_noticed(self, line: str) -> None:
        (notice,) = reading(line).notices
        assert notice.startswith(
            f"requirements.txt:1: {line.split(' ', maxsplit=1)[0].split('=', maxsplit=1)[0]}"
        )

    @pytest.mark.parametrize(
        ("line", "hint"),
        [
            ("-e ./proj", "write it as a path"),
            ("--editable=./proj", "write it as a path"),
            ("--find-links wheels", "--extra-index-url"),
            ("-f wheels", "--extra-index-url"),
            ("--only-binary :all:", "from source"),
            ("--no-index", "--offline"),
            ("a --config-settings x=y", "settings.yaml"),
            (f"--hash=sha256:{HASH}", "behind its requirement"),
            ("--frobnicate", "not supported"),
            ("-i", "lacks its value"),
            ("a --hash=md5:abc", "write --hash=sha256:"),
            ("a --hash=sha256:abc", "64 hexadecimal digits"),
            ("a 'b", "not a requirement"),
            ("-r 'b", "cannot be read"),
            ("-r https://h.test/r.txt", "download"),
            ("-r gone.txt", "gone.txt cannot be read"),
            ("=1.0", "not a requirement"),
            ("https://h.test/a-1.tar.gz", "NAME @ URL"),
            ("./gone", "neither a folder nor an sdist"),
            ("file://elsewhere/x", "another machine"),
        ],
    )
    def test_what_would_change_its_meaning_is_refused(self, line: str, hint: str) -> None:
        (problem,) = problems(f"good\n{line}\n")
        assert problem.startswith("requirements.txt:2: ")
        assert hint in problem

    def test_all_problems_are_told_at_once(self) -> None:
        Path("more.txt").write_text("=2\n", encoding="utf-8")
        found = problems("=1\nfine\n-r more.txt\n-e .\n")
        assert [each.partition(": ")[0] for each in found] == [
            "requirements.txt:1",
            "more.txt:1",
            "requirements.txt:4",
        ]


@pytest.mark.usefixtures("folder")
class TestIncludes:
    def test_paths_are_relative_to_the_file_that_includes(self) -> None:
        Path("sub").mkdir()
        Path("sub/b.txt").write_text("b\n-c ../c.txt\n", encoding="utf-8")
        Path("c.txt").write_text("c<2\n", encoding="utf-8")
        file = reading("-r sub/b.txt\na")
        assert [str(each) for each in file.wanted] == ["b (sub/b.txt:1)", "a (requirements.txt:2)"]
        assert [str(each) for each in file.constraints] == ["c<2 (c.txt:1)"]

    def test_a_file_that_includes_itself_is_refused(self) -> None:
        Path("b.txt").write_text("-r requirements.txt\n", encoding="utf-8")
        (problem,) = problems("-r b.txt")
        assert problem.startswith("b.txt:1: the file includes itself: requirements.txt -> b.txt")

    def test_a_file_that_two_include_is_read_once(self) -> None:
        Path("b.txt").write_text("b\n", encoding="utf-8")
        assert shown(reading("-r b.txt\n-r ./b.txt\n")) == ["b"]

    def test_a_file_that_is_not_text_is_refused(self) -> None:
        Path("requirements.txt").write_bytes(b"\xff\xfe\x00")
        with pytest.raises(UsageError, match="not UTF-8"):
            read(Path("requirements.txt"), {})


@pytest.mark.usefixtures("folder")
class TestHashes:
    def test_one_hash_asks_for_all(self) -> None:
        (problem,) = problems(f"a==1 --hash=sha256:{HASH}\nb==2\n")
        assert problem.startswith("requirements.txt:2: b==2 has no hash")

    def test_the_fragment_of_a_url_is_a_hash_and_asks_for_no_others(self) -> None:
        file = reading(f"a @ https://h.test/a-1.tar.gz#sha256={HASH}\nb")
        assert file.wanted[0].hashes == {HASH}
        assert not file.require_hashes

    def test_hashes_may_be_in_the_constraints(self) -> None:
        Path("c.txt").write_text(f"a==1 --hash=sha256:{HASH}\n", encoding="utf-8")
        file = reading("--require-hashes\n-c c.txt\na\n")
        assert file.require_hashes
        assert file.constraints[0].hashes == {HASH}


@pytest.mark.usefixtures("folder")
class TestPaths:
    @pytest.mark.parametrize(
        "text", ["./proj", "proj/", ".//proj", "file:proj", "file:./proj", "../{here}/proj"]
    )
    def test_a_folder_needs_no_name(self, text: str, folder: Path) -> None:
        (folder / "proj").mkdir()
        (path,) = reading(text.format(here=folder.name)).paths
        assert path.path == folder / "proj"

    def test_extras_and_markers_of_a_path(self, folder: Path) -> None:
        (folder / "proj").mkdir()
        (path,) = reading('./proj[Fast, big] ; python_version > "3"').paths
        assert path.extras == {"fast", "big"}
        assert str(path.marker) == 'python_version > "3"'
        assert path.origin == "requirements.txt:1"

    @pytest.mark.parametrize("name", ["a-1.tar.gz", "a-1.zip"])
    def test_an_sdist_needs_no_name(self, name: str, folder: Path) -> None:
        (folder / name).touch()
        found = parse(name, "command line")
        assert isinstance(found, LocalPath)
        assert found.path == folder / name

    def test_a_file_url_with_a_name_is_a_requirement(self) -> None:
        found = parse("proj @ file:///somewhere/proj", "command line")
        assert isinstance(found, Wanted)
        assert found.requirement.url == "file:///somewhere/proj"

    def test_a_url_with_an_egg_has_a_name(self) -> None:
        found = parse("https://h.test/x.zip#egg=proj[fast]", "command line")
        assert isinstance(found, Wanted)
        assert (found.name, found.requirement.extras) == ("proj", {"fast"})

    def test_what_is_neither_is_a_usage_error(self) -> None:
        with pytest.raises(UsageError, match="command line: not a requirement"):
            parse("what is this", "command line")

    def test_credentials_of_a_url_are_not_shown(self) -> None:
        found = parse("a @ https://me:secret@h.test/a-1.tar.gz#x", "command line")
        assert str(found) == "a @ https://h.test/a-1.tar.gz (command line)"


@pytest.mark.usefixtures("folder")
class TestConstraints:
    def test_a_constraint_has_a_name_and_a_bound_or_url(self) -> None:
        Path("c.txt").write_text("a<2\nb @ https://h.test/b-1.tar.gz\n", encoding="utf-8")
        file = read_constraints(Path("c.txt"), {})
        assert [each.text for each in file.constraints] == ["a<2", "b @ https://h.test/b-1.tar.gz"]
        assert file.wanted == ()

    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            ("a[x]<2", "cannot have extras"),
            ("./proj", "needs a name"),
            ("-r b.txt", "cannot include requirements"),
        ],
    )
    def test_what_no_constraint_can_be(self, line: str, problem: str, folder: Path) -> None:
        (folder / "proj").mkdir()
        (folder / "c.txt").write_text(line, encoding="utf-8")
        with pytest.raises(UsageError, match="1 problem") as caught:
            read_constraints(Path("c.txt"), {})
        assert problem in caught.value.details[0]
