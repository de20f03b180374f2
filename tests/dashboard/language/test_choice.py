"""The language is the browser's, until somebody chooses another; it changes words and no form."""

from dashboard.language.choice import COOKIE, PSEUDO
from tests.dashboard.forms import read_form, read_page, read_text
from tests.dashboard.language.pages import HISTORY, KEYS, STAFF, TASKS
from tests.factories import add_task

SPANISH = {"Accept-Language": "es-ES,es;q=0.9,en;q=0.5"}
LIST = {"en": "Tasks", "es": "Tareas"}


def read_language(page):
    (html,) = [values for tag, values in read_page(page).tags if tag == "html"]
    (main,) = [values for tag, values in read_page(page).tags if tag == "main"]
    assert html["lang"] == main["lang"]
    assert f"<h1>{LIST[html['lang']]}" in page.text
    return html["lang"]


PREFERENCES = [
    ("es", "es"), ("es-MX,es;q=0.8", "es"), ("ca,es;q=0.5", "es"), ("en-GB,es;q=0.5", "en"),
    ("fr", "en"), ("*", "en"), ("", "en"), ("es-419", "es"), ("ES_mx", "es"),
    ("es;q=0", "en"), ("%", "en"), ("x-pseudo", "en"),
]  # fmt: skip


def test_it_is_the_one_that_the_browser_prefers(client):
    for header, language in PREFERENCES:
        page = client.get(TASKS, headers={"Accept-Language": header})
        assert read_language(page) == language, header


def test_the_menu_and_the_page_before_signing_in_are_spanish_too(client, anonymous):
    page = read_text(client.get(TASKS, headers=SPANISH))
    assert all(name in page for name in ("Resumen", "Historial", "Claves de API", "Personal"))
    assert "Contraseña" in read_text(anonymous.get("/admin/login", headers=SPANISH))


def test_what_is_chosen_is_kept_whatever_the_browser_prefers(client):
    page = client.get(f"{TASKS}?language=en", headers=SPANISH)
    assert read_language(page) == "en"
    assert read_language(client.get(TASKS, headers=SPANISH)) == "en"
    client.get(f"{TASKS}?language=es")
    assert read_language(client.get(TASKS)) == "es"
    cookie = client.get_cookie(COOKIE)
    assert (cookie.value, cookie.http_only, cookie.same_site) == ("es", True, "Lax")
    assert cookie.max_age == 365 * 86_400


def test_it_can_be_chosen_before_signing_in(anonymous):
    anonymous.get("/admin/login?language=es")
    assert "Contraseña" in read_text(anonymous.get("/admin/login"))


def test_what_is_no_language_of_ours_is_not_chosen(client):
    for asked in ("fr", "", "x" * 3000, "es\x00", "../es", "ES"):
        page = client.get(TASKS, query_string={"language": asked})
        assert read_language(page) == "en"
        assert client.get_cookie(COOKIE) is None
        client.set_cookie(COOKIE, asked)
        assert read_language(client.get(TASKS)) == "en"
        client.delete_cookie(COOKIE)


def test_a_form_that_is_sent_chooses_nothing(client):
    client.post(f"{TASKS}new?language=es", data={})
    assert client.get_cookie(COOKIE) is None


def test_the_language_of_tests_is_for_tests(app, client):
    client.set_cookie(COOKIE, PSEUDO)
    assert "⟦" in client.get(TASKS).text
    app.testing = False
    assert "⟦" not in client.get(TASKS).text


def test_the_links_of_the_languages_keep_the_rest_of_the_address(client):
    page = client.get(f"{TASKS}?status=FAILED&language=es")
    links = {v["hreflang"]: v["href"] for tag, v in read_page(page).tags if "hreflang" in v}
    assert sorted(links) == ["en", "es"]
    assert "status=FAILED" in links["en"]
    assert links["en"].count("language=") == 1


def test_numbers_are_written_as_in_spanish(client):
    for language, number in (("en", "1 to 3,650"), ("es", "De 1 a 3.650")):
        assert number in read_text(client.get(f"{KEYS}new?language={language}"))


def test_forms_send_the_same_in_both_languages(client, cursor):
    task_id = add_task(cursor)
    volatile = ("csrf_token", "id")
    for url in (
        f"{TASKS}{task_id}/edit", f"{TASKS}{task_id}/delete", f"{TASKS}new", f"{KEYS}new",
        f"{STAFF}new",
    ):  # fmt: skip
        forms = [read_form(client.get(f"{url}?language={language}")) for language in ("en", "es")]
        for form in forms:
            form.fields = {name: v for name, v in form.fields.items() if name not in volatile}
        assert forms[0] == forms[1]
    filters = [
        [
            form
            for form in read_page(client.get(f"{place}?language={language}")).forms
            if form.method == "get"
        ]
        for place in (TASKS, HISTORY)
        for language in ("en", "es")
    ]
    assert filters[0] == filters[1]
    assert filters[2] == filters[3]


def test_what_goes_wrong_is_said_in_spanish_and_noted_in_english(client, caplog):
    client.get(f"{TASKS}?language=es")
    page = client.get(f"{TASKS}{'0' * 8}-0000-4000-8000-{'0' * 12}/")
    assert page.status_code == 404
    assert "No existe esa tarea" in read_text(page)
    page = client.get("/admin/nowhere")
    assert (page.status_code, "No existe esa página" in read_text(page)) == (404, True)
    assert caplog.text.isascii()
