"""The language of a text: by its own words where English or the page's declaration calls for them, else by a model."""

from __future__ import annotations

import py3langid
import pytest

from pipelines.cleaning import metadata
from pipelines.cleaning.parse import parse

TEXTS = {
    "de": "Der Konvoi erreichte die Stadt im Tal noch vor dem Morgen, und niemand wurde auf dem Weg dorthin verletzt, "
    "sagte ein Fahrer. Vierzig Lastwagen brachten Mehl und Treibstoff über den Pass, der seit Tagen gesperrt war.",
    "nl": "Het konvooi bereikte de stad in het dal voor zonsopgang, en niemand raakte onderweg gewond, zei een van de "
    "chauffeurs. Veertig vrachtwagens brachten meel en brandstof over de pas, die al dagen was afgesloten of versperd.",
    "fr": "Le convoi a atteint la ville dans la vallée avant l'aube, et personne n'a été blessé en route, a déclaré un "
    "chauffeur. Quarante camions ont apporté de la farine et du carburant par le col, fermé depuis des jours.",
    "es": "El convoy llegó a la ciudad del valle antes del amanecer y nadie resultó herido en el camino, dijo uno de "
    "los conductores. Cuarenta camiones llevaron harina y combustible por el puerto, cerrado desde hacía días.",
    "id": "Konvoi itu tiba di kota di lembah sebelum fajar, dan tidak ada yang terluka dalam perjalanan, kata seorang "
    "pengemudi. Empat puluh truk membawa tepung dan bahan bakar melewati jalan yang sudah ditutup berhari-hari.",
    "ru": "Колонна прибыла в город в долине до рассвета, и никто не пострадал по дороге, сообщил один из водителей. "
    "Сорок грузовиков привезли муку и топливо через перевал, который был закрыт несколько дней подряд.",
}
ENGLISH = (
    "The convoy reached the town in the valley before dawn, and nobody was hurt on the way, one of the drivers said. "
    "Forty lorries brought flour and fuel over the pass, which had been closed for days."
)


def told(text: str, declared: str = "en") -> str | None:
    page = parse(f"<html lang='{declared}'><body><p>{text}</p></body></html>")
    assert page is not None
    return metadata.language(text, page.tree)


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_s_own_words_tell_its_language_whatever_the_page_declares(language: str) -> None:
    assert told(TEXTS[language]) == language


def test_english_is_told_without_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(py3langid, "classify", lambda text: pytest.fail("the model was asked"))
    assert told(ENGLISH, "de") == "en"


@pytest.mark.parametrize("language", ["de", "nl", "fr", "es"])
def test_the_declared_language_is_told_without_the_model_where_the_words_agree(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(py3langid, "classify", lambda text: pytest.fail("the model was asked"))
    assert told(TEXTS[language], f"{language}-XX") == language


@pytest.mark.parametrize("declared", ["de", "nl", "fr", "es", "it", "pt"])
def test_a_wrong_declaration_is_not_believed(declared: str) -> None:
    for language in TEXTS.keys() - {declared}:
        assert told(TEXTS[language], declared) == language


def test_english_quoted_in_another_language_is_not_its_language() -> None:
    assert told(TEXTS["de"] + " Er nannte es „the long way round“.") == "de"
