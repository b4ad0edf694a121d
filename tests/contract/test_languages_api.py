"""`Accept-Language`: errors and answers in the client's language, a job in that of who asked for it."""

import pytest


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        ("pt", "pt"),
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt-BR"),
        ("de, pt;q=0.5", "pt"),
        ("en;q=0.4, pt;q=0.5", "pt"),
        ("pt;q=0", "en"),
        ("pt;q=x", "en"),
        ("*", "en"),
        ("de", "en"),
        ("", "en"),
        (",;q=1,;;", "en"),
    ],
)
def test_the_language_that_is_wanted_most_is_spoken(client, accepted, spoken):
    answer = client.get("/v1/jobs/none", headers={"Accept-Language": accepted})
    assert answer.headers["content-language"] == spoken
    assert answer.json()["detail"] == ("there is no job none" if spoken == "en" else "não há tarefa none")


def test_a_problem_is_told_in_the_language_of_the_client(client, body):
    given = {**body, "processing": {**body["processing"], "ore": "1 ton/year"}}
    english = client.post("/v1/footprints", json=given).json()["problems"][0]
    told = client.post("/v1/footprints", json=given, headers={"Accept-Language": "pt"}).json()["problems"][0]
    assert (english["where"], english["what"][:5]) == (told["where"], "'ton'")
    assert told["what"].startswith("'ton' difere entre países; escreva")


def test_a_job_speaks_the_language_in_which_it_was_asked_for(client, ended, body):
    told = ended(client.post("/v1/plans", json=body, headers={"Accept-Language": "pt"}))
    assert told["job"]["status"] == "done"
    result = told["result"]
    assert result["language"] == result["footprint_today"]["language"] == "pt"
    assert any(note.startswith("sem mudança de uso da terra") for note in result["footprint_today"]["notes"])
