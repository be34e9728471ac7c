"""What the check of the tree finds in a file; and that the tree itself is clean."""

import pytest

from portal.operations.code_checks import check_tree, faults_of


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("cd /" + "root/portal", "a path of one machine"),
        ("see /" + "home/ana/slrt", "a path of one machine"),
        ("-----BEGIN " + "PRIVATE KEY-----", "a private key"),
        ("AKIA" + "ABCDEFGHIJKLMNOP", "an access token"),
        ("postgres://slrt:" + "hunter2@10.0.0.3/slrt", "a password in an address"),
        ("--index-" + "url https://packages.example/simple", "a package index"),
    ],
)
def test_finds(text, what):
    assert faults_of("a.md", f"first line\n{text}\n") == [f"a.md:2: {what}"]


@pytest.mark.parametrize(
    "text",
    [
        "postgres://user:password@host/name",
        "postgres://slrt@localhost/slrt",
        "https://slrt.example.go.id/daftar/kasus-baru",
        "path('admin/', ...)",
        "f'{server}:{port}@{name}'",
    ],
)
def test_leaves_alone(text):
    assert faults_of("a.md", text) == []


def test_a_lock_file_names_no_host():
    assert faults_of("requirements.txt", "a==1 # https://x") == ["requirements.txt: a lock file names a host"]


def test_the_tree_is_clean():
    assert check_tree() == ""
