"""The rules made of words, language by language: lines of our own wording that go, and story sentences that stay."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cleaning import phrases, residue
from pipelines.cleaning.rules import RULES, load
from pipelines.cleaning.text import key
from pipelines.demo.stories import load_stories
from warehouse.errors import SettingError

STORY = [
    "Two patrol boats exchanged fire for nearly an hour off the northern port on Tuesday, the coast guard said, "
    "the first such clash since the truce was signed in spring.",
    "The coast guard said four sailors were wounded and one vessel was towed back to harbour with a damaged engine.",
    "Negotiators were due to meet again on Friday in the capital, where both delegations have stayed since Sunday.",
]
NOTHING = residue.Hints(*[frozenset[str]()] * 5)

#: Language -> rule -> lines that go, under the story.
GOES: dict[str, dict[str, list[str]]] = {
    "en": {
        "teaser": [
            "Further reading: Harbour master resigns over dredging contract",
            "MUST READ » Ten walks on the coast",
        ],
        "heading": ["Latest Headlines", "More stories for you", "You might also like", "Other news from the coast"],
        "furniture": ["ADVERTISEMENT", "Tap to enlarge the map", "12 comments", "Share this via"],
        "newsletter": [
            "Sign up here for the evening newsletter and never miss a ship.",
            "Get our free newsletter",
        ],
        "app": ["Follow us on Telegram", "Download our app today"],
        "support": ["We need readers like you: please donate to keep this site free."],
        "comment-policy": ["Your email address will not be published.", "We moderate all comments on this site."],
        "corrections": ["Got a tip? Write to the night desk."],
        "copyright": ["Copyright 2026 Harbour Press. All rights reserved."],
    },
    "de": {
        "teaser": ["Lesen Sie auch: Hafenmeister tritt zurück", "Mehr zum Thema: So tief ist die Fahrrinne"],
        "heading": ["Weitere Nachrichten", "Das könnte Sie auch interessieren"],
        "furniture": ["Anzeige", "Artikel anhören", "3 Kommentare"],
        "newsletter": ["Unser Newsletter informiert Sie jeden Morgen kostenlos über den Hafen."],
        "app": ["Folgen Sie uns auf Instagram"],
        "comment-policy": [
            "Bitte bleiben Sie im Kommentar sachlich, wir prüfen alle Beiträge nach den Regeln unserer Redaktion.",
        ],
        "copyright": ["Alle Rechte vorbehalten."],
    },
    "fr": {
        "teaser": ["À lire aussi Le capitaine du port démissionne", "Voir aussi : Dix promenades sur la côte"],
        "heading": ["Les plus lus", "Articles similaires"],
        "furniture": ["Publicité", "La suite après cette publicité", "4 commentaires"],
        "newsletter": ["Recevez chaque soir notre newsletter, c'est gratuit."],
        "app": ["Téléchargez notre application", "Suivez-nous sur Facebook"],
        "comment-policy": ["Merci de respecter notre charte : nous supprimons les commentaires injurieux du site."],
        "copyright": ["Tous droits réservés."],
    },
    "es": {
        "teaser": ["Lee también: Dimite el capitán del puerto", "Te puede interesar | Diez paseos por la costa"],
        "heading": ["Noticias relacionadas", "Lo más leído"],
        "furniture": ["Publicidad", "El artículo continúa después", "Compartir en redes"],
        "newsletter": ["Suscríbete a nuestro boletín y recibe las noticias del puerto."],
        "app": ["Únete a nuestro canal de WhatsApp", "Síguenos en Facebook"],
        "comment-policy": ["Agradecemos sus comentarios, que moderamos según las normas de nuestro sitio."],
        "copyright": ["Todos los derechos reservados."],
    },
    "pt": {
        "teaser": ["Leia também: Capitão do porto renuncia", "Saiba mais – Dez passeios na costa"],
        "heading": ["Mais lidas", "Matérias relacionadas"],
        "furniture": ["Publicidade", "Continua após a publicidade", "Copiar link"],
        "newsletter": ["Assine a nossa newsletter e receba as notícias do porto."],
        "app": ["Siga o canal do jornal no WhatsApp", "Baixe o nosso aplicativo"],
        "comment-policy": ["Agradecemos os comentários, que moderamos segundo as regras do nosso site."],
        "copyright": ["Todos os direitos reservados."],
    },
    "it": {
        "teaser": ["Leggi anche: Si dimette il capitano del porto", "Per approfondire » Dieci passeggiate sulla costa"],
        "heading": ["Articoli correlati", "I più letti"],
        "furniture": ["Pubblicità", "Continua dopo la pubblicità", "Copia link"],
        "newsletter": ["Iscriviti alla newsletter del porto, è gratis."],
        "app": ["Scarica la nostra app", "Seguici su Facebook"],
        "comment-policy": ["Grazie per i commenti, che moderiamo secondo le regole del nostro sito."],
        "copyright": ["Tutti i diritti riservati."],
    },
    "nl": {
        "teaser": ["Lees ook: Havenmeester stapt op", "Bekijk ook » Tien wandelingen langs de kust"],
        "heading": ["Meest gelezen", "Gerelateerde artikelen"],
        "furniture": ["Advertentie", "Tekst gaat verder onder de foto", "Deel dit artikel"],
        "newsletter": ["Schrijf je in voor onze nieuwsbrief over de haven."],
        "app": ["Download onze app", "Volg ons op Instagram"],
        "comment-policy": ["Bedankt voor uw reactie: wij modereren volgens de huisregels van deze site."],
        "copyright": ["Alle rechten voorbehouden."],
    },
    "ar": {
        "teaser": ["اقرأ أيضا: استقالة مدير الميناء", "شاهد أيضاً عشرة مسارات على الساحل"],
        "heading": ["مواضيع ذات صلة", "الأكثر قراءة"],
        "furniture": ["إعلان", "تم نسخ الرابط", "اضغط هنا لمشاهدة الخريطة"],
        "newsletter": ["اشترك في النشرة البريدية لتصلك أخبار الميناء"],
        "app": ["انضموا إلى قناتنا لمتابعة الأخبار"],
        "comment-policy": ["نشكركم على تعليقاتكم، ويتم نشر ما يحترم قواعد الموقع"],
        "copyright": ["جميع الحقوق محفوظة"],
    },
    "ru": {
        "teaser": ["Читайте также: Капитан порта ушёл в отставку", "По теме: Десять прогулок по берегу"],
        "heading": ["Материалы по теме", "Самое читаемое"],
        "furniture": ["Реклама", "Скопировать ссылку", "5 комментариев"],
        "newsletter": ["Подпишитесь на нашу рассылку о порте."],
        "app": ["Подписывайтесь на наш канал", "Скачайте наше приложение"],
        "comment-policy": ["Спасибо за ваши комментарии, мы удаляем те, что нарушают правила сайта."],
        "copyright": ["Все права защищены."],
    },
    "uk": {
        "teaser": ["Читайте також: Капітан порту подав у відставку", "За темою: Десять прогулянок берегом"],
        "heading": ["Популярні новини", "Матеріали за темою"],
        "furniture": ["Реклама", "Скопіювати посилання", "5 коментарів"],
        "newsletter": ["Підпишіться на нашу розсилку про порт."],
        "app": ["Підписуйтесь на наш канал", "Завантажте наш застосунок"],
        "comment-policy": ["Дякуємо за ваші коментарі, ми видаляємо ті, що порушують правила сайту."],
        "copyright": ["Усі права захищені."],
    },
    "tr": {
        "teaser": ["Ayrıca okuyun: Liman müdürü istifa etti", "İlgili haber: Kıyıda on yürüyüş"],
        "heading": ["En çok okunanlar", "İlgili haberler", "İLGİLİ HABERLER"],
        "furniture": ["Reklam", "Bağlantıyı kopyala", "5 yorum"],
        "newsletter": ["Limandan haberler için bültenimize abone olun."],
        "app": ["Bizi sosyal medyada takip edin", "Telegram kanalımıza katılın"],
        "comment-policy": ["Lütfen yorumlarınızda saygılı olun, sitemizde kurallara uymayanları yayınlamıyoruz."],
        "copyright": ["Tüm hakları saklıdır."],
    },
    "zh": {
        "teaser": ["延伸阅读：港务局局长辞职", "看更多｜海岸十条步道"],
        "heading": ["相关新闻", "热门文章", "【延伸閱讀】"],
        "furniture": ["广告", "- 评论", "請繼續往下閱讀…", "扫码关注港口新闻"],
        "newsletter": ["欢迎订阅我们的港口邮件"],
        "app": ["下载我们的APP，随时看港口", "请关注我们的公众号"],
        "comment-policy": ["网友评论仅供表达个人看法"],
        "copyright": ["（责编：李海、王港）", "未经书面同意不得转载"],
    },
    "ja": {
        "teaser": ["関連記事：港湾局長が辞任", "あわせて読みたい▶海岸の散歩道十選"],
        "heading": ["関連ニュース", "この記事に関連するニュース", "人気記事ランキング"],
        "furniture": ["広告", "URLをコピー", "この記事は有料会員限定です"],
        "newsletter": ["ニュースレターに登録する"],
        "app": ["公式アカウントをフォロー", "港新聞のアプリをダウンロード"],
        "comment-policy": ["コメントを投稿するにはログインしてください"],
        "copyright": ["写真と記事の無断転載を禁じます。"],
    },
    "ko": {
        "teaser": ["관련기사: 항만청장 사임", "함께 읽으면 좋은 기사 | 해안 산책길"],
        "heading": ["관련 기사", "많이 본 뉴스", "이 시각 주요뉴스"],
        "furniture": ["광고", "기사 URL이 복사되었습니다", "글자 크기 조절"],
        "newsletter": ["뉴스레터를 무료로 구독하세요"],
        "app": ["네이버에서 항구신문 구독하기"],
        "corrections": ["제보하기 02-000-0000"],
        "comment-policy": ["로그인 후 댓글을 남길 수 있습니다"],
        "copyright": ["무단전재 및 재배포 금지"],
    },
}

#: Sentences that sound alike, between the paragraphs and at the end.
STAYS: dict[str, list[str]] = {
    "en": [
        "Hundreds of volunteers sign up daily at the barracks, and the army says it can train no more of them.",
        "The briefing was delivered by the general himself.",
        "Officials register refugees daily at the camp on the far bank.",
        "The union said its members would support an independent inquiry next month.",
        "Contributions from member states fund the mission's monthly work.",
        "Opinion is divided in the port over who fired first.",
        "Video from the scene showed smoke over the eastern pier.",
        "Share prices of both shipping lines fell on Tuesday.",
        "Readers of the newspaper found its website blocked on Monday.",
        "Our reporter was turned back at the harbour gate.",
        "The last independent newsroom in the north was raided in May.",
        "He was told to follow the convoy on foot.",
        "The rebels said they would share the prisoners' names.",
    ],
    "de": [
        "Hintergrund: Die Miliz kontrolliert den Hafen seit dem Frühjahr.",
        "Mehr zum Thema Fischerei wollte der Minister nicht sagen.",
        "Die Meinungen der Offiziere über den Vorfall gehen weit auseinander.",
        "Die Redaktion der Zeitung wurde am Montag durchsucht.",
        "Ihre Beiträge zur Mission zahlen beide Länder weiter.",
    ],
    "fr": [
        "La publicité de l'armée promettait aux recrues une solde double.",
        "Les avis des officiers divergent sur les faits.",
        "Le journal du port a été perquisitionné lundi.",
        "Sur le même sujet, le ministre a refusé de répondre.",
    ],
    "es": [
        "El ministro publicó su opinión en la página del ejército.",
        "Más información sobre los heridos no fue dada a conocer.",
        "El periódico del puerto fue allanado el lunes.",
        "Los usuarios de la terminal huyeron hacia la costa.",
    ],
    "pt": [
        "O ministro publicou a sua opinião na página do exército.",
        "Mais notícias do combate chegaram à capital na quinta-feira.",
        "O jornal do porto foi revistado na segunda-feira.",
    ],
    "it": [
        "Le opinioni degli ufficiali sull'accaduto sono diverse.",
        "Altre notizie dello scontro sono arrivate nella capitale giovedì.",
        "Il giornale del porto è stato perquisito lunedì.",
    ],
    "nl": [
        "De meningen van de officieren over het voorval lopen uiteen.",
        "Meer nieuws over de gewonden kwam er niet.",
        "De krant van de haven werd maandag doorzocht.",
    ],
    "ar": ["لم يصدر أي تعليق من قيادة الجيش على الحادث", "شارك مئات الجنود في العملية قرب الميناء"],
    "ru": ["Комментариев от командования флота не поступило.", "Мнения офицеров о случившемся разошлись."],
    "uk": ["Коментарів від командування флоту не надходило.", "Думки офіцерів про подію розійшлися."],
    "zh": [
        "当地居民在网上发表评论，关注伤者的情况。",
        "该公司未经许可进入了港口，海关下载了相关文件。",
        "舰队司令的评论引起广泛关注。",
    ],
    "ja": [
        "艦隊司令部はコメントしていない。",
        "市は関連記事の公開を求めたが、新聞社は応じなかった。",
        "更新された名簿には三人の名前がある。",
    ],
    "ko": [
        "해군은 댓글 조사에 대해 언급하지 않았다.",
        "수정 부두에서 3명이 다쳤다고 당국이 밝혔다.",
        "광고 회사 직원들이 현장에 있었다.",
    ],
    "tr": ["Subayların olayla ilgili görüşleri farklıydı.", "Donanmadan olayla ilgili bir yorum gelmedi."],
}


@pytest.mark.parametrize(
    ("rule", "line"), [(rule, line) for of in GOES.values() for rule, lines in of.items() for line in lines]
)
def test_residue_goes_by_its_rule_in_each_language(rule: str, line: str) -> None:
    kept, removed = residue.sift([*STORY, line], NOTHING)
    assert kept == STORY
    assert [(r.text, r.rule) for r in removed] == [(line, rule)]


@pytest.mark.parametrize("line", [line for lines in STAYS.values() for line in lines])
@pytest.mark.parametrize("place", [1, len(STORY)])
def test_a_sentence_of_the_story_that_sounds_alike_stays(line: str, place: int) -> None:
    lines = [*STORY[:place], line, *STORY[place:]]
    assert residue.sift(lines, NOTHING) == (lines, [])


#: Lines of languages of which little is known yet.
OTHERS = [
    ("teaser", "Lue myös: Satamajohtaja erosi"),
    ("teaser", "Citește și: Directorul portului a demisionat"),
    ("teaser", "Вижте още: Началникът на пристанището подаде оставка"),
    ("teaser", "Pročitajte još: Kapetan luke podneo ostavku"),
    ("teaser", "Baca juga: Kepala pelabuhan mundur"),
    ("teaser", "Xem thêm: Giám đốc cảng từ chức"),
    ("teaser", "بیشتر بخوانید: مدیر بندر استعفا داد"),
    ("teaser", "קראו גם: מנהל הנמל התפטר"),
    ("teaser", "यह भी पढ़ें: बंदरगाह प्रमुख ने इस्तीफ़ा दिया"),
    ("teaser", "Kapcsolódó cikk: Lemondott a kikötő igazgatója"),
    ("heading", "Najčitanije"),
    ("heading", "Berita terkait"),
    ("heading", "اخبار مرتبط"),
    ("heading", "כתבות נוספות"),
    ("furniture", "Hirdetés"),
    ("furniture", "Quảng cáo"),
    ("furniture", "פרסומת"),
    ("furniture", "विज्ञापन"),
    ("copyright", "Wszelkie prawa zastrzeżone."),
    ("copyright", "כל הזכויות שמורות"),
    ("copyright", "Toate drepturile rezervate."),
]


@pytest.mark.parametrize(("rule", "line"), OTHERS)
def test_further_languages_have_their_commonest_furniture(rule: str, line: str) -> None:
    kept, removed = residue.sift([*STORY, line], NOTHING)
    assert kept == STORY
    assert [r.rule for r in removed] == [rule]


#: Stamps over a story or under it, language by language.
STAMPS = [
    "Uppdaterad 15.59 | Publicerad 14.14", "Sist oppdatert 12.30", "Opdateret kl. 14.05",
    "Julkaistu 12.3.2026 klo 14.00",
    "Opublikowano: 12 maja 2026, 14:30", "Aktualizováno 12. 5. 2026 14:30", "Aktualisiert am 12. Mai 2026, 14:30 Uhr",
    "Mis à jour le 12 mai 2026 à 14h30", "Обновлено 12 мая 2026, 14:30", "آخر تحديث: 12 مايو 2026",
    "Ažurirano: 12.05.2026. 14:30", "Diperbarui 12 Mei 2026, 14.30", "עודכן 12.05.2026 14:30",
    "更新于 2026年5月12日 14:30", "最終更新：2026年5月12日 14時30分",
]  # fmt: skip


@pytest.mark.parametrize("line", STAMPS)
@pytest.mark.parametrize("place", [0, len(STORY)])
def test_a_stamp_goes_over_the_story_and_under_it(line: str, place: int) -> None:
    kept, removed = residue.sift([*STORY[:place], line, *STORY[place:]], NOTHING)
    assert kept == STORY
    assert [r.rule for r in removed] == ["dateline-furniture"]


def test_a_sentence_at_the_end_that_begins_like_a_stamp_stays() -> None:
    lines = [*STORY, "Published in 2019, the charter names 40 ports."]
    assert residue.sift(lines, NOTHING) == (lines, [])


@pytest.mark.parametrize("language", GOES)
def test_each_language_has_words_for_the_families_readers_meet(language: str) -> None:
    table = tomllib.loads((RULES / f"{language}.toml").read_text("utf-8"))
    wanted = {
        "teaser",
        "heading",
        "furniture",
        "newsletter",
        "app",
        "comment-policy",
        "copyright",
        "dateline-furniture",
    }
    assert wanted <= table.keys()
    assert set(GOES[language]) >= wanted - {"dateline-furniture"}
    assert STAYS[language]


VARIATIONS = [
    [
        "Recommended for you",
        "This space belongs to you: tell us and your neighbours how you see it.",
        "Not every contribution can be shown, and some may be quoted in our printed pages.",
        "We are grateful for your time and for your views.",
    ],
    [
        "Popular stories",
        "It is our pleasure to hear what you make of the day.",
        "Readers' letters on this article may be shortened by our editors.",
        "Thanks for joining the conversation.",
    ],
    [
        "In case you missed it",
        "You are welcome to add your opinions below.",
        "Our moderators remove what is offensive.",
        "Please keep to the topic and be polite.",
    ],
]
TEASERS = [
    "More stories: Ferry line to reopen with a single ship",
    "Related: Why the lighthouse went dark",
    "Don't miss: A cook who never measured anything",
    "Up next – Choir wins national prize",
]


@pytest.mark.parametrize("below", VARIATIONS)
@pytest.mark.parametrize("teaser", TEASERS)
def test_the_same_furniture_in_other_words_goes_from_plain_paragraphs(teaser: str, below: list[str]) -> None:
    kept, removed = residue.sift([STORY[0], teaser, *STORY[1:], *below], NOTHING)
    assert kept == STORY
    assert {line.text: line.rule for line in removed}[teaser] == "teaser"


#: Sentences of incident reports with the words that furniture is made of.
REPORTED = [
    "Reports of the shelling were published by both sides ahead of a debate at the assembly on Friday.",
    "The group shared a video of the attack and posted the names of nine prisoners on its website.",
    "Users of the road were told to leave their vehicles and continue on foot below the ridge.",
    "The general declined to comment on the newspaper's report that his guards had fired first.",
    "Rebels in the north support the truce, members of the commission said, and have handed over a bridge.",
    "The army said it would publish the rules under which its pilots had opened fire.",
    "More than 40 members of the community were registered as missing on the site of the landslide.",
    "Volunteers subscribe to the militia's channel to be told where the next convoy will pass.",
    "Police reviewed the footage, removed the bodies and sealed the page of the register.",
    "Three readers of the weekly were detained for sharing its account of the raid.",
    "The contract was cut short when gunmen boarded the tanker, the firm's lawyers said in a statement.",
    "Follow-up strikes on Thursday killed two rescuers at the same crossing.",
    "The last word came from a soldier at the gate: nobody would be let through before morning.",
    "Watch posts on the hill were abandoned overnight.",
    "Next to the school, a crater four metres wide had filled with water.",
]


@pytest.mark.parametrize("line", REPORTED)
def test_sentences_of_incident_reports_are_never_residue(line: str) -> None:
    for lines in ([*STORY, line], [STORY[0], line, *STORY[1:]], [line, *STORY], [*STORY, line, *VARIATIONS[1]]):
        kept, _ = residue.sift(lines, NOTHING)
        assert line in kept


def demo_lines() -> list[tuple[str, str]]:
    lines = [(story.slug, line) for story in load_stories() for line in story.body]
    assert len(lines) > 150
    return lines


def test_no_paragraph_or_sentence_of_the_demos_reports_is_residue() -> None:
    for slug, line in demo_lines():
        for text in {line, *re.split(r"(?<=[.!?])\s+", line)}:
            if len(text.split()) >= 4:
                kept, removed = residue.sift([*STORY, text], NOTHING)
                assert kept[-1] == text, (slug, removed)


@given(words=st.lists(st.sampled_from(" ".join(REPORTED).lower().replace(",", "").split()), min_size=6, max_size=30))
def test_words_of_reports_in_any_order_make_no_newsletter_or_share_bar(words: list[str]) -> None:
    text = " ".join(words).strip(".:").capitalize() + "."
    _, removed = residue.sift([*STORY[:2], text, STORY[2]], NOTHING)
    assert not [line for line in removed if line.rule in {"newsletter", "app", "teaser", "heading"}]


SEED = Path(__file__).resolve().parent.parent.parent / "shared" / "seed-article.txt"


@pytest.mark.skipif(not SEED.exists(), reason="the seed article is not beside this checkout (../shared)")
def test_no_phrase_of_the_rules_is_quoted_from_the_seed() -> None:
    seed = key(SEED.read_text("utf-8"))
    quoted = []
    for file in RULES.glob("*.toml"):
        for text in _strings(tomllib.loads(file.read_text("utf-8"))):
            words = key(text)
            if words.count(" ") >= 1 and re.search(rf"\b{words}\b", seed):
                quoted.append((file.name, text))
    assert not quoted


def _strings(value: object, key: str = "") -> list[str]:
    if isinstance(value, str):
        return [] if key in {"reason", "seen", "pattern", "language"} else [value]
    if isinstance(value, dict):
        return [text for name, inner in value.items() for text in _strings(inner, name)]
    return [text for inner in value for text in _strings(inner, key)] if isinstance(value, list) else []


@pytest.mark.parametrize(
    ("phrase", "fits", "not_fits"),
    [
        ("read also/more", ["read also", "READ  more"], ["reading more", "read", "read mores"]),
        ("editor's [own] picks", ["editor’s picks", "editor's own picks"], ["editors picks"]),
        ("subscri- ... <list>", ["subscribe now to our letter", "subscriptions: letter"], ["subscribe. Our letter"]),
        ("# comments", ["12 comments"], ["comments", "twelve comments"]),
        ("more on *", ["more on Marra"], ["more on"]),
        ("<list> end", ["a big end", "an old end"], ["a end"]),
        ("评论/评论区", ["评论", "评论区"], ["评", "论评"]),
        ("关注 ... 公众号", ["关注公众号", "关注我们的公众号", "关注 ABC 公众号"], ["关注。公众号", "公众号"]),
        ("what now ?", ["what now?", "what now ?"], ["what now"]),
    ],
)
def test_a_phrase_fits_what_its_marks_say(phrase: str, fits: list[str], not_fits: list[str]) -> None:
    made = phrases.compiled(phrase, {"list": ["letter", "evening letter", "a/an big/old"]})
    pattern = re.compile(made.source, re.I)
    for text in fits:
        assert pattern.fullmatch(text), text
        assert made.may_fit(frozenset(key(text).split()))
    for text in not_fits:
        assert not pattern.fullmatch(text), text


@pytest.mark.parametrize(
    ("phrase", "line", "there"),
    [
        ("关注我们/追蹤我們", "请关注我们", True),
        ("关注我们/追蹤我們", "ABC7追蹤我們", True),
        ("[请] 关注", "ABC关注", True),
        ("app下载", "我的app下载", False),  # no word begins there
        ("app下载", "我的 app下载", True),
        ("read more", "spread more", False),
    ],
)
def test_a_phrase_may_begin_where_a_word_does_and_signs_do_anywhere(phrase: str, line: str, there: bool) -> None:
    made = phrases.compiled(phrase, {})
    assert bool(re.search(made.start + made.source, line, re.I)) == there


def _all_phrases() -> list[phrases.Phrase]:
    tables = [tomllib.loads(file.read_text("utf-8")) for file in sorted(RULES.glob("*.toml"))]
    return [
        phrases.compiled(text, table.get("words", {}))
        for table in tables
        for name, family in table.items()
        if isinstance(family, dict) and name != "words"
        for text in _strings(family)
    ]


@given(
    st.sampled_from(_all_phrases()).flatmap(
        lambda phrase: st.tuples(st.just(phrase), st.from_regex(re.compile(phrase.source, re.I), fullmatch=True))
    )
)
def test_no_phrase_that_fits_a_line_is_passed_over_for_its_words(told: tuple[phrases.Phrase, str]) -> None:
    phrase, line = told
    for apostrophe in "’\u02bc`":  # the middle one counts as a letter
        assert phrase.may_fit(residue.Line.of(0, line.replace("'", apostrophe)).vocabulary)
    assert phrase.may_fit(residue.Line.of(0, line).vocabulary)


def test_phrases_are_sought_in_their_order_among_those_whose_words_are_there() -> None:
    told = phrases.Phrases(
        [phrases.compiled(text, {}) for text in ("read next/also", "more on *", "read also :")], "{}"
    )
    found = [pattern.pattern for pattern in told.among(frozenset(["read", "also"]))]
    assert found == [phrases.compiled(text, {}).source for text in ("read next/also", "read also :")]
    assert not list(told.among(frozenset(["read", "on"])))


def test_every_rule_says_why_it_is_right() -> None:
    assert len({rule.id for rule in load()}) >= 12
    for rule in load():
        assert rule.reason, rule.id


FAMILY = '[[family]]\nid = "x"\nwhere = "any"\nwords = 9\nreason = "r"\n'


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("families.toml", '[[family]]\nid = "x"\n', r"families\.toml, family 1 \(x\).*keys missing"),
        ("families.toml", FAMILY.replace("any", "up"), "where is any, head or tail"),
        ("de.toml", '[x]\nlines = ["a"]\n', "no language"),
        ("de.toml", 'language = "de"\n[y]\nlines = ["a"]\n', r"de\.toml.*no family is named \['y'\]"),
        (
            "de.toml",
            'language = "de"\n[x]\nseen = "s"\nlines = ["<a> b"]\n',
            r"de\.toml, x.*no list of words named 'a'",
        ),
        ("de.toml", 'language = "de"\n[x]\nlines = ["b"]\n', "keys missing.*seen"),
        ("de.toml", 'language = "de"\n[x]\nseen = "s"\nlinse = ["b"]\n', r"unknown keys \['linse'\]"),
        (
            "patterns.toml",
            '[[pattern]]\nid="p"\nwhere="any"\nwords=3\nreason="r"\nseen="s"\nmatch="full"\npattern="("\n',
            r"patterns\.toml, pattern 1 \(p\).*bad regular expression",
        ),
    ],
)
def test_a_wrong_table_is_named(tmp_path: Path, file: str, text: str, said: str) -> None:
    (tmp_path / "families.toml").write_text(FAMILY, "utf-8")
    (tmp_path / file).write_text(text, "utf-8")
    with pytest.raises(SettingError, match=said):
        load(tmp_path)


def test_a_phrase_added_to_a_table_takes_effect(tmp_path: Path) -> None:
    for file in RULES.glob("*.toml"):
        (tmp_path / file.name).write_text(file.read_text("utf-8"), "utf-8")
    line = "Ausklappen für Seebären"
    assert residue.sift([*STORY, line], NOTHING, load(tmp_path))[1] == []
    load.cache_clear()
    table = tmp_path / "de.toml"
    table.write_text(table.read_text("utf-8").replace('"anzeige",', '"anzeige", "ausklappen für *",', 1), "utf-8")
    assert [r.rule for r in residue.sift([*STORY, line], NOTHING, load(tmp_path))[1]] == ["furniture"]
