"""Sentences for people go through `_`, whole, so that they can be translated."""

import ast
from pathlib import Path

ERRORS = {"FactorError", "SolveError", "Infeasible", "SolverStopped", "BatchError"}


def is_plain_sentence(node: ast.AST) -> bool:
    """Whether an expression is a literal of several words that no `_` has seen."""
    if isinstance(node, ast.JoinedStr):
        text = " ".join(part.value for part in node.values if isinstance(part, ast.Constant))
    else:
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return sum(word.isalpha() for word in text.split()) >= 2


def plain_sentences(source: str) -> list[int]:
    """Lines on which an error is told in a sentence that cannot be translated."""
    found: list[int] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            told = node.args[1:3] if node.func.id == "Problem" else node.args[:1] if node.func.id in ERRORS else []
            found += [node.lineno for one in told if is_plain_sentence(one)]
    return found


def test_the_test_sees_a_plain_sentence():
    assert plain_sentences(
        "Problem('x', 'is not good', '')\nInfeasible(f'no plan {a} here')\nProblem('', _('is so'))"
    ) == [1, 2]


def test_errors_are_told_in_sentences_that_can_be_translated(root: Path):
    found = {
        path.relative_to(root).as_posix(): lines
        for path in sorted((root / "src").rglob("*.py"))
        if (lines := plain_sentences(path.read_text(encoding="utf-8")))
    }
    assert found == {}


def early_messages(source: str) -> list[int]:
    """Lines on which a message is looked up while its module is imported, in nobody's language."""
    found: list[int] = []

    def visit(node: ast.AST, is_within: bool) -> None:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_" and not is_within:
            found.append(node.lineno)
        for name, value in ast.iter_fields(node):
            is_body = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and name == "body"
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, ast.AST):
                    visit(one, is_within or is_body)

    visit(ast.parse(source), False)
    return found


def test_the_test_sees_an_early_message():
    assert early_messages("A = _('x')\ndef f(a=_('y')):\n    return _('z')\nB = lambda: _('w')") == [1, 2]


def test_no_message_is_looked_up_before_it_is_known_who_listens(root: Path):
    found = {
        path.relative_to(root).as_posix(): lines
        for path in sorted((root / "src").rglob("*.py"))
        if (lines := early_messages(path.read_text(encoding="utf-8")))
    }
    assert found == {}
