"""Hold the quizzes to their grammar: a few questions a lesson, and an answer to whatever is chosen."""

from refresh import LESSONS
from rules import PAGES, ROOT, RULES, counted, fault

from course_lib import quizzes
from course_lib.quizzes import Choice

QUIZZES = ROOT / "course_lib" / "quizzes"
CHOSEN = RULES["quizzes"]
ENDS = (".", "!", ")", "`")


def faults():
    """Everything wrong with the quizzes."""
    lessons = [path.stem for path in LESSONS if path.stem not in PAGES]
    for name in lessons:
        path = QUIZZES / f"{name}.toml"
        if not path.exists():
            yield fault(path, "the lesson has no quiz; write one, as in another lesson's file")
            continue
        yield from (fault(path, says, at=at) for at, says in quiz_faults(name))
    for name in quizzes.names():
        if name not in lessons:
            yield fault(QUIZZES / f"{name}.toml", f"there is no lesson {name}; name the quiz as its lesson")


def quiz_faults(name):
    """Everything wrong with one quiz, as pairs: a piece of the text at the place, and what is wrong."""
    try:
        questions = quizzes.load(name)
    except Exception as error:  # whatever a file may hold
        form = "its form is that of course_lib/quizzes/questions.py"
        yield "", f"it cannot be read, {type(error).__name__}: {error}; {form}"
        return
    if says := counted(len(questions), CHOSEN["questions"], "questions"):
        yield "", f"{says}; add or leave out some"
    for question in questions:
        yield from ((question.text[:40], says) for says in question_faults(question))
    choices = [question for question in questions if isinstance(question, Choice)]
    places = [question.options.index(question.right) for question in choices]
    if len(places) > 2 and len(set(places)) == 1:
        yield choices[0].text[:40], "every right option has the same place; change the words of an option"


def question_faults(question):
    """What is wrong with one question."""
    if isinstance(question, Choice):
        replies, right = question.replies, question.replies[question.right]
        wrong = [reply for option, reply in replies.items() if option != question.right]
        if len(replies) < CHOSEN["options"]:
            yield f"{len(replies)} options; give {CHOSEN['options']} or more"
    else:
        right, wrong = question.why, [question.hint]
        if question.tolerance <= 0:
            yield "no tolerance; say how far off is still right, such as tolerance = 0.01"
    if not right.endswith(ENDS):
        yield f"what is said to the right answer is no sentence, {right!r}; end it with a full stop"
    if any(len(reply) <= 10 or reply == right for reply in wrong):
        yield "a wrong answer is told too little; say why it is wrong"
