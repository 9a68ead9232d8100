"""Patches apply exactly or are an error that says which file and hunk."""

from pathlib import Path

import pytest
from plain_runner import never, run, without_patch

from wheeltree.errors import DigestMismatch, PatchError
from wheeltree.model.digest import digest_bytes
from wheeltree.model.source import Patch
from wheeltree.sources.patch import apply

TEXT = "".join(f"line {number}\n" for number in range(1, 31))
CHANGE = """\
--- a/code.py
+++ b/code.py
@@ -2,3 +2,3 @@
 line 2
-line 3
+LINE 3
 line 4
"""
SECOND = """\
@@ -20,3 +20,3 @@
 line 20
-line 21, which is not there
+LINE 21
 line 22
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    (root / "real").mkdir(parents=True)
    (root / "code.py").write_text(TEXT)
    (root / "odd.sql").write_text("-- a/../../x\n")
    (root / "real" / "x").write_text(TEXT)
    (root / "link").symlink_to("real")
    (root / "alias.py").symlink_to("code.py")
    return root


def patch(tree: Path, text: str | bytes, name: str = "1.patch") -> Patch:
    content = text.encode() if isinstance(text, str) else text
    path = tree.parent / name
    path.write_bytes(content)
    return Patch(name=name, digest=digest_bytes(content), path=str(path))


def applied(tree: Path, *texts: str) -> frozenset[str]:
    patches = [patch(tree, text, f"{number}.patch") for number, text in enumerate(texts)]
    return apply(patches, tree, package="demo 1.0", run=run)


def refusal(tree: Path, text: str | bytes) -> PatchError:
    """Of a patch that must not even be run."""
    with pytest.raises(PatchError) as caught:
        apply([patch(tree, text)], tree, package="demo 1.0", run=never)
    assert caught.value.message.startswith("demo 1.0: ")
    assert "1.patch" in caught.value.message
    return caught.value


def failure(tree: Path, text: str | bytes) -> PatchError:
    """Of a patch that was run."""
    with pytest.raises(PatchError) as caught:
        apply([patch(tree, text)], tree, package="demo 1.0", run=run)
    return caught.value


def test_a_patch_changes_the_tree_and_names_what_it_changed(tree: Path) -> None:
    assert applied(tree, CHANGE) == {"code.py"}
    assert "LINE 3" in (tree / "code.py").read_text()
    assert sorted(path.name for path in tree.iterdir()) == [
        "alias.py",
        "code.py",
        "link",
        "odd.sql",
        "real",
    ]


def test_patches_are_applied_in_their_order(tree: Path) -> None:
    back = CHANGE.replace("-line 3", "-LINE 3").replace("+LINE 3", "+Line three")
    applied(tree, CHANGE, back)
    assert "Line three" in (tree / "code.py").read_text()
    with pytest.raises(PatchError, match=r"0\.patch is already applied"):
        applied(tree, back, CHANGE)


GIT = {
    "new file": (
        "diff --git a/n/new.py b/n/new.py\nnew file mode 100755\n--- /dev/null\n+++ b/n/new.py\n@@ -0,0 +1 @@\n+new\n",
        {"n/new.py"},
    ),
    "deleted file": (
        "--- a/real/x\n+++ /dev/null\n@@ -1,30 +0,0 @@\n"
        + "".join(f"-{line}\n" for line in TEXT.splitlines()),
        {"real/x"},
    ),
    "renamed file": (
        "diff --git a/code.py b/moved.py\nsimilarity index 100%\nrename from code.py\nrename to moved.py\n",
        {"code.py", "moved.py"},
    ),
    "mode only": (
        "diff --git a/code.py b/code.py\nold mode 100644\nnew mode 100755\n",
        {"code.py"},
    ),
    "name with a space": (
        "diff --git a/a b b/a b\nnew file mode 100644\n--- /dev/null\n+++ b/a b\t\n@@ -0,0 +1 @@\n+new\n",
        {"a b"},
    ),
    "quoted name": (
        'diff --git "a/\\303\\244" "b/\\303\\244"\nnew file mode 100644\n--- /dev/null\n+++ "b/\\303\\244"\n@@ -0,0 +1 @@\n+new\n',
        {"ä"},
    ),
    "time stamps": (
        CHANGE.replace("code.py\n", "code.py\t2020-01-01 00:00:00.000000000 +0000\n"),
        {"code.py"},
    ),
    "mail around it": (
        f"From: me\nSubject: [PATCH] x\n\n---\n code.py | 2 +-\n\n{CHANGE}-- \n2.39\n",
        {"code.py"},
    ),
    "line that looks like a header": (
        "--- a/odd.sql\n+++ b/odd.sql\n@@ -1 +1 @@\n--- a/../../x\n+++ b/../../y\n",
        {"odd.sql"},
    ),
    "two files": (CHANGE + CHANGE.replace("code.py", "real/x"), {"code.py", "real/x"}),
}


@pytest.mark.parametrize(("text", "changed"), GIT.values(), ids=GIT)
def test_every_kind_of_text_patch_is_applied(tree: Path, text: str, changed: set[str]) -> None:
    assert applied(tree, text) == changed


def test_a_hunk_that_fails_is_named_with_its_text(tree: Path) -> None:
    error = failure(tree, CHANGE + SECOND)
    assert "does not apply to code.py, hunk in line 8 of the patch" in error.message
    assert "-line 21, which is not there" in error.details
    assert any("Hunk #2 FAILED" in line for line in error.details)


def test_fuzz_is_not_allowed(tree: Path) -> None:
    assert (
        "does not apply to code.py" in failure(tree, CHANGE.replace(" line 2", " line two")).message
    )


def test_a_patch_that_is_applied_already_says_so(tree: Path) -> None:
    applied(tree, CHANGE)
    before = (tree / "code.py").read_bytes()
    error = failure(tree, CHANGE)
    assert "is already applied (in code.py)" in error.message
    assert (tree / "code.py").read_bytes() == before


def test_a_patch_for_a_file_that_is_not_there_fails(tree: Path) -> None:
    error = failure(tree, CHANGE.replace("code.py", "none.py"))
    assert "does not apply" in error.message
    assert any("can't find file" in line for line in error.details)


REFUSED = {
    "empty": ("", "is empty"),
    "blank": ("\n \n", "is empty"),
    "prose": ("please change line 3\n", "no unified diff"),
    "ed script": ("3c\nLINE 3\n.\n", "no unified diff"),
    "absolute": (CHANGE.replace("a/code.py", "/etc/passwd"), "absolute path '/etc/passwd'"),
    "absolute after stripping": (CHANGE.replace("--- a/", "--- a/../"), "'..'"),
    "dot dot": (CHANGE.replace("b/code.py", "b/../code.py"), "'..'"),
    "dot dot in a rename": (
        "diff --git a/code.py b/x\nrename from code.py\nrename to ../x\n",
        "'..'",
    ),
    "dot dot in quotes": (CHANGE.replace("b/code.py", '"b/\\056./x"'), "'..'"),
    "dot dot in Index": ("Index: a/../../x\n" + CHANGE, "'..'"),
    "through a link": (CHANGE.replace("code.py", "link/x"), "through the link 'link'"),
    "at a link": (CHANGE.replace("code.py", "alias.py"), "through the link 'alias.py'"),
    "CRLF": (CHANGE.replace("\n", "\r\n"), "CRLF"),
    "binary": ("diff --git a/x b/x\nGIT binary patch\nliteral 3\n", "binary change in line 2"),
    "binary differs": (CHANGE + "Binary files a/x and b/x differ\n", "binary change in line 8"),
    "cut hunk": (CHANGE.replace("@@ -2,3 +2,3 @@", "@@ -2,9 +2,9 @@"), "damaged hunk in line 3"),
    "not UTF-8": (b"--- a/\xff\n+++ b/\xff\n@@ -1 +1 @@\n-a\n+b\n", "not UTF-8"),
}


@pytest.mark.parametrize(("text", "cause"), REFUSED.values(), ids=REFUSED)
def test_a_bad_patch_is_refused_before_anything_runs(
    tree: Path, text: str | bytes, cause: str
) -> None:
    assert cause in refusal(tree, text).message


def test_a_patch_that_changes_nothing_is_an_error(tree: Path) -> None:
    nothing = "--- a/code.py\n+++ b/code.py\n@@ -1,2 +1,2 @@\n line 1\n line 2\n"
    error = failure(tree, nothing)
    assert "changes nothing" in error.message or "does not apply" in error.message


def test_a_link_that_a_patch_makes_cannot_be_written_through(tree: Path) -> None:
    link = "diff --git a/out b/out\nnew file mode 120000\n--- /dev/null\n+++ b/out\n@@ -0,0 +1 @@\n+/tmp\n\\ No newline at end of file\n"
    through = CHANGE.replace("code.py", "out/x")
    patches = [patch(tree, link, "1.patch"), patch(tree, through, "2.patch")]
    with pytest.raises(PatchError, match="through the link 'out'"):
        apply(patches, tree, package="demo 1.0", run=run)


def test_a_patch_that_was_edited_meanwhile_is_refused(tree: Path) -> None:
    planned = patch(tree, CHANGE)
    Path(planned.path).write_text(CHANGE.replace("LINE", "EVIL"))
    with pytest.raises(DigestMismatch, match="not the one that was planned"):
        apply([planned], tree, package="demo 1.0", run=never)


def test_a_patch_that_cannot_be_read_is_an_error(tree: Path) -> None:
    planned = patch(tree, CHANGE)
    Path(planned.path).unlink()
    with pytest.raises(PatchError, match="cannot read"):
        apply([planned], tree, package="demo 1.0", run=never)


def test_a_machine_without_patch_says_what_to_install(tree: Path) -> None:
    with pytest.raises(PatchError) as caught:
        apply([patch(tree, CHANGE)], tree, package="demo 1.0", run=without_patch)
    assert "install" in caught.value.hint
