"""The language of a text: by its own words, whatever the page declares, or its script; else by a model."""

from __future__ import annotations

import py3langid
import pytest

from pipelines.cleaning import judge, metadata
from pipelines.cleaning.limits import TOLD_BY_MODEL, WARM_UP
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


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(py3langid, "classify", lambda text: pytest.fail("the model was asked"))


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_s_own_words_tell_its_language_whatever_the_page_declares(language: str) -> None:
    assert told(TEXTS[language]) == language


@pytest.mark.usefixtures("no_model")
def test_english_is_told_without_the_model() -> None:
    assert told(ENGLISH, "de") == "en"


@pytest.mark.usefixtures("no_model")
@pytest.mark.parametrize("language", TEXTS)
def test_the_declared_language_is_told_without_the_model_where_the_words_agree(language: str) -> None:
    assert told(TEXTS[language], f"{language}-XX") == language


@pytest.mark.usefixtures("no_model")
@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "ko",
            "트럭 마흔 대가 밀가루와 연료를 싣고 새벽에 골짜기 마을에 도착했다고 운전사가 말했다. ",
        ),
        (
            "ja",
            "夜明け前に車列が谷の町に着き、途中でけがをした人はいなかったと運転手の一人が話した。四十台のトラックが小麦粉を運んだ。",
        ),
        ("zh", "黎明前车队抵达山谷中的小镇，一名司机说途中无人受伤。四十辆卡车翻过关闭多日的山口，运来面粉和燃料。"),
        ("el", "Το κονβόι έφτασε στην πόλη της κοιλάδας πριν από την αυγή και κανείς δεν τραυματίστηκε στη διαδρομή. "),
    ],
)
def test_a_script_of_one_language_tells_it_without_the_model(language: str, text: str) -> None:
    assert told(3 * text) == language


def test_neighbours_that_share_most_words_are_left_to_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(py3langid, "classify", lambda text: ("asked", 0.0))
    croatian = (
        "Konvoj je stigao u grad u dolini prije zore i nitko nije ozlijeđen na putu, rekao je jedan od vozača. "
        "Četrdeset kamiona dovezlo je brašno i gorivo preko prijevoja koji je bio zatvoren danima."
    )
    assert told(croatian, "en") == "asked"
    assert told(croatian, "hr") == "hr"


def test_few_words_of_one_language_alone_tell_it_in_a_long_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Zulu and Xhosa have few words that stand alone, and their papers declare English."""
    monkeypatch.setattr(py3langid, "classify", lambda text: ("asked", 0.0))
    names = [f"umlungelani{letter}{other}" for letter in "abcdefghi" for other in "mnopqrstuvw"]
    zulu = ["ukuthi", "futhi", "uma", "noma", "kanye", "ngoba", "lapho", "kanti", "lokhu", "lokho", "bathi", "manje"]
    xhosa = ["kunye", "okanye", "kwaye", "kuba", "apho", "ngoku", "kwakhona", "malunga"]
    assert told(" ".join(names + zulu), "en") == "zu"
    assert told(" ".join(names + zulu[:8]), "en") == "asked"
    assert told(" ".join(names + zulu + xhosa), "en") == "asked"


@pytest.mark.parametrize("declared", ["de", "nl", "fr", "es", "it", "pt"])
def test_a_wrong_declaration_is_not_believed(declared: str) -> None:
    for language in TEXTS.keys() - {declared}:
        assert told(TEXTS[language], declared) == language


def test_english_quoted_in_another_language_is_not_its_language() -> None:
    assert told(TEXTS["de"] + " Er nannte es „the long way round“.") == "de"


def test_what_warms_a_worker_up_leaves_the_model_to_the_page_that_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def classify(text: str) -> tuple[str, float]:
        asked.append(text)
        return "cy", 0.0

    monkeypatch.setattr(py3langid, "classify", classify)
    for page in WARM_UP:
        judge(page, "")
    assert not asked
    judge(TOLD_BY_MODEL, "")
    assert asked
