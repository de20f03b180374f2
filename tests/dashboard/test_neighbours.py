"""From the page of a task to those before and after it in the list one came from."""

import json
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import event

from tests.dashboard.forms import read_page
from tests.factories import add_task


def read_neighbours(response):
    """Read what the links to the neighbours in the list say, and where they lead."""
    links = {
        v["rel"]: (v["title"], v["href"])
        for _, v in read_page(response).tags
        if v.get("rel") in ("prev", "next") and "#history" not in v["href"]
    }
    return {rel: title for rel, (title, _) in links.items()}, links


def test_it_leads_to_its_neighbours_in_the_whole_list(client, cursor):
    first, second, third = (add_task(cursor, f"{n}.jpg") for n in (1, 2, 3))
    titles, links = read_neighbours(client.get(f"/admin/tasks/{second}/"))
    assert titles == {"prev": "3.jpg", "next": "1.jpg"}
    assert read_neighbours(client.get(links["prev"][1]))[0] == {"next": "2.jpg"}
    assert read_neighbours(client.get(f"/admin/tasks/{first}/"))[0] == {"prev": "2.jpg"}
    assert str(third) in links["prev"][1]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"status": "PROCESSING"}, {"prev": "5-b.jpg", "next": "1-b.jpg"}),
        ({"search": "a.jpg"}, {"prev": "4-a.jpg", "next": "2-a.jpg"}),
        ({"result": "n > 3"}, {"prev": "4-a.jpg"}),
        ({"sort": "updated"}, {"prev": "1-b.jpg", "next": "5-b.jpg"}),
        ({"status": "PROCESSING", "search": "nowhere"}, {}),
        ({"status": "nonsense"}, {}),
        ({"page_size": "50", "older_than": "nonsense"}, {}),
    ],
)
def test_it_leads_on_in_the_list_that_one_came_from(client, cursor, query, titles):
    ids = []
    for n in range(6):
        result = json.dumps({"n": n})
        ids.append(add_task(cursor, f"{n}-{'ab'[n % 2]}.jpg", result=result))
    cursor.execute("UPDATE tasks SET status = 'PROCESSING' WHERE filename LIKE '%-b.jpg'")
    for number in (3, 1):
        cursor.execute("UPDATE tasks SET result = '{}' WHERE id = %s", [str(ids[number])])
    back = urlencode(query)
    found, links = read_neighbours(
        client.get(f"/admin/tasks/{ids[3]}/?{urlencode({'back': back})}")
    )
    assert found == titles
    assert all(quote(back, safe="") in quote(href, safe="%") for _, href in links.values())


def test_a_search_that_takes_too_long_for_them_is_given_up(client, cursor, app):
    task_id = add_task(cursor, "1.jpg")
    add_task(cursor, "2.jpg")

    @event.listens_for(app.extensions["vision_tasks"].engine, "before_cursor_execute", retval=True)
    def delay(_connection, _cursor, statement, parameters, *_rest):
        if "FROM tasks" in statement and "ORDER BY" in statement:
            statement = statement.replace("SELECT", "SELECT pg_sleep(60),", 1)
        return statement, parameters

    page = client.get(f"/admin/tasks/{task_id}/")
    assert page.status_code == 200
    assert read_neighbours(page)[0] == {}
