"""How texts are said: values put in safely, numbers as the language writes them."""

import pytest
from flask import Flask
from markupsafe import Markup

from dashboard.given_reasons import format_reason
from dashboard.language import Lazy, gettext, make_template_texts, ngettext, say_word, translate
from dashboard.language.choice import PSEUDO, choose_ourselves
from dashboard.language.texts import format_number
from vision_tasks.errors import IllegalMoveError, InvalidFieldError
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.sentences import Amount, sentence, sentences


@pytest.fixture
def speak():
    """Enter a request in a language; nothing but that is set up."""
    app = Flask("alone")
    app.testing = True
    choose_ourselves(app)
    contexts = []

    def enter(language):
        contexts.append(app.test_request_context(f"/?language={language}"))
        contexts[-1].push()

    yield enter
    for context in reversed(contexts):
        context.pop()


def test_outside_of_a_request_everything_is_english():
    assert gettext("Tasks") == "Tasks"
    assert str(Lazy("Tasks")) == "Tasks"
    assert ngettext("%(num)s task", "%(num)s tasks", 12_345) == "12,345 tasks"


def test_in_spanish_it_is_spanish(speak):
    speak("es")
    assert gettext("Tasks") == "Tareas"
    assert str(Lazy("Tasks")) == "Tareas"
    assert ngettext("%(num)s task", "%(num)s tasks", 1) == "1 tarea"
    assert ngettext("%(num)s task", "%(num)s tasks", 12_345) == "12.345 tareas"
    assert format_number(12_345.5) == "12.345,5"


def test_a_text_without_a_translation_is_said_in_english(speak):
    speak("es")
    assert gettext("Nobody has %(what)s.", what="this") == "Nobody has this."
    assert gettext("") == ""


def test_errors_are_said_with_their_values(speak):
    speak("es")
    assert translate(
        str(InvalidFieldError("filename", sentence("must not be empty or blank.")))
    ) == ("«nombre de archivo» no debe estar vacío ni en blanco.")
    move = IllegalMoveError(TaskStatus.PROCESSING, TaskStatus.PROCESSING)
    assert "COMPLETADA o FALLIDA o PENDIENTE" in translate(str(move))
    assert str(move).isascii()


def test_numbers_in_sentences_are_written_as_the_language_does(speak):
    speak("es")
    size = sentence(
        "has %(size)s bytes; at most %(most)s are accepted here.", size=Amount(12_345), most=9
    )
    assert "12.345 bytes" in translate(size)
    late = sentences(
        "Too many tries have failed. The next one can be made in %(num)s second.",
        "Too many tries have failed. The next one can be made in %(num)s seconds.",
        num=1_000,
    )
    assert "1.000 segundos" in translate(late)


def test_what_is_no_sentence_stays_as_it_is(speak):
    speak(PSEUDO)
    assert translate("Tasks") == "Tasks"
    assert translate(None) == "None"


@pytest.mark.parametrize("name", ["", "%", "%(x)s", "no such field", "Language: es"])
def test_a_field_of_any_name_can_be_said(speak, name):
    speak("es")
    assert translate(str(InvalidFieldError(name, "is wrong."))) == f"«{name}» is wrong."


def test_a_word_of_a_newer_version_stays_as_it_is(speak):
    speak("es")
    assert [say_word("PENDING"), say_word("IN_REVIEW"), say_word(None)] == [
        "PENDIENTE", "IN_REVIEW", "None",
    ]  # fmt: skip


def test_in_templates_markup_is_of_the_message_and_never_of_a_value(speak):
    speak("en")
    say = make_template_texts()["_"]
    said = say("It is <b>%(name)s</b>.", name="<script>")
    assert said == Markup("It is <b>&lt;script&gt;</b>.")
    assert say("%(one)s", one=Markup("<time>now</time>")) == Markup("<time>now</time>")
    assert say("%(one)s", one=sentence("<b>%(name)s</b>", name="x")) == "&lt;b&gt;x&lt;/b&gt;"


def test_in_templates_many_are_said_too(speak):
    speak("es")
    say = make_template_texts()["ngettext"]
    assert say("%(action)s: %(num)s task", "%(action)s: %(num)s tasks", 2, action="<i>") == (
        "&lt;i&gt;: 2 tareas"
    )


def test_a_reason_of_the_program_is_said_and_one_of_a_person_is_kept(speak):
    own = (
        "Undo of change 12",
        "Undo of run again",
        "Undo of change 12 and 13",
        "Undo of Ana's",
        "",
    )
    assert tuple(map(format_reason, own)) == own
    speak("es")
    assert list(map(format_reason, own)) == [
        "Deshacer el cambio 12", "Deshacer «ejecutar de nuevo»", *own[2:],
    ]  # fmt: skip
