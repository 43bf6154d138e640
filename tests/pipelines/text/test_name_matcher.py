"""Names are found with the borders of their script, however they are spelled, and not inside other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text.name_matcher import NameMatcher, Spelling, clean, longest


def found(names: str | list[str], text: str, *, cased: bool = False) -> list[str]:
    """Return the words of a text that some names were found in."""
    spellings = [names] if isinstance(names, str) else names
    matcher = NameMatcher(Spelling(name, (number,), cased) for number, name in enumerate(spellings))
    cleaned = clean(text)
    matches = matcher.find(cleaned)
    # The quick look may find more, and misses nothing.
    assert {match.form for match in matches} <= set(matcher.may_find(cleaned))
    return [cleaned[match.start : match.end] for match in longest(matches)]


# -- the Latin alphabet -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("Tromsø", "Fiskerne i Tromsø venter på svar.", ["Tromsø"]),
        ("Tromsø", "TROMSØ: Fiskerne venter.", ["TROMSØ"]),
        ("Tromsø", "Fishermen in Tromso are waiting.", ["Tromso"]),
        ("Tromsø", "Office in Tromsoe (Norway)", ["Tromsoe"]),
        ("Ålesund", "Torsken landes i Aalesund.", ["Aalesund"]),
        ("Ålesund", "The cod is landed in Alesund.", ["Alesund"]),
        ("Łódź", "Fabryka w mieście Łódź zatrudni 300 osób.", ["Łódź"]),
        ("Łódź", "A plant in Lodz will hire 300.", ["Lodz"]),
        ("Wałęsa", "Lech Walesa praised the deal.", ["Walesa"]),
        ("Đà Nẵng", "A yard in Da Nang builds it.", ["Da Nang"]),
        ("Müller", "Ministerin Mueller reist ab.", ["Mueller"]),
        ("Müller", "Ministerin Müller reist ab.", ["Müller"]),
        ("Müller", "Minister Muller leaves.", ["Muller"]),
        ("Strauß", "Der Strauss-Konzern meldet Verluste.", ["Strauss"]),
        ("Strauss", "Der Strauß-Konzern meldet Verluste.", ["Strauß"]),
        ("Strauß", "DER STRAUẞ-KONZERN", ["STRAUẞ"]),
        ("Straße*", "Die Strassenbahn fährt.", ["Strassenbahn"]),
        ("São Paulo", "Greve em Sao Paulo e no Rio.", ["Sao Paulo"]),
        ("A Coruña", "El buque salió de A CORUÑA ayer.", ["A CORUÑA"]),
        ("bœuf", "Le boeuf de l’Ouest", ["boeuf"]),
        ("boeuf", "Le bœuf de l’Ouest", ["bœuf"]),
        ("Færøyene", "Laks fra Faeroyene", ["Faeroyene"]),
        ("İstanbul", "ISTANBUL’dan gelen gemi", ["ISTANBUL"]),
        ("Diyarbakır", "The pipeline ends at Diyarbakir.", ["Diyarbakir"]),
        ("Izmir", "İZMİR limanı", ["İZMİR"]),
        ("Québec", "Que\u0301bec veut vendre", ["Qu\u00e9bec"]),
        ("Oslo", "Ｏｓｌｏ 2026", ["Ｏｓｌｏ"]),
    ],
)
def test_a_latin_name_is_found_however_its_letters_are_written(
    name: str, text: str, words: list[str]
) -> None:
    assert found(name, text) == words


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("China", "Das Chinageschäft schrumpft."),
        ("Stahl", "Der Edelstahlpreis fällt."),
        ("Oslo", "Oslofjorden er islagt."),
        ("Bern", "Der Bernstein wird teurer."),
        ("Ålesund", "Der Sund bei Malesund"),
        ("Lodz", "Łodzianie protestują."),
        ("Soer", "De sær kunden"),
        ("Muller", "Die Muelleranlage steht still."),
    ],
)
def test_a_latin_name_is_not_found_inside_a_longer_word(name: str, text: str) -> None:
    assert found(name, text) == []


def test_a_hyphen_parts_the_words_of_a_compound() -> None:
    assert found("China", "Das China-Geschäft von VW") == ["China"]


# -- Cyrillic ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("Норвегия", "Сегодня НОРВЕГИЯ закрыла порты.", ["НОРВЕГИЯ"]),
        ("Королёв", "Завод в городе Королев остановлен.", ["Королев"]),
        ("Королев", "Завод в городе Королёв остановлен.", ["Королёв"]),
        ("Нью-Йорк", "Рейс Москва — Нью-Йорк отменён.", ["Нью-Йорк"]),
        ("В’єтнам", "Угоду з країною В'єтнам підписано.", ["В'єтнам"]),
        ("В'єтнам", "Угоду з країною Вʼєтнам підписано.", ["Вʼєтнам"]),
        ("Київ", "КИЇВ і Осло домовилися.", ["КИЇВ"]),
        ("Ґданськ", "Порт Ґданськ відкрито.", ["Ґданськ"]),
        ("Роснефть", "«Роснефть» отчиталась за год", ["Роснефть"]),
        ("БРИКС", "Саммит БРИКС-2026", ["БРИКС"]),
    ],
)
def test_a_cyrillic_name_is_found_as_a_whole_word(name: str, text: str, words: list[str]) -> None:
    assert found(name, text) == words


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Иран", "Тираны приходят и уходят."),
        ("Рим", "Он римовал стихи в Риме"),
        ("Бий", "Он был бии по роду"),
        ("Київ", "Киев"),
        ("Мир", "Всемирный банк"),
    ],
)
def test_a_cyrillic_name_is_not_found_in_another_word(name: str, text: str) -> None:
    assert found(name, text) == []


def test_a_cyrillic_name_that_needs_a_capital_is_no_common_word() -> None:
    assert found("Мир", "Станция «Мир» и мир на земле", cased=True) == ["Мир"]


# -- Arabic -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("الصين", "وصل الوفد إلى الصين أمس", ["الصين"]),
        ("كندا", "وقعت الصين وكندا اتفاقا جديدا", ["كندا"]),
        ("الصين", "صادرات النفط للصين تراجعت", ["لصين"]),
        ("الصين", "وبالصين ثلاثة مصانع", ["الصين"]),
        ("كندا", "زيارة لكندا في يناير", ["كندا"]),
        ("قطر", "القطريون وقطر", ["قطر"]),
        ("الصين", "الصِّينُ تعلن", ["الصين"]),
        ("الصين", "الصـــين تعلن", ["الصين"]),
        ("أستراليا", "ميناء في استراليا", ["استراليا"]),
        ("القاهرة", "قمة القاهره", ["القاهره"]),
        ("وزارة الخارجية", "قالت وزارة الخارجية ووزارة الدفاع", ["وزارة الخارجية"]),
        ("وزارة الخارجية", "من الرئاسة ووزارة الخارجية", ["وزارة الخارجية"]),
        ("أرامكو", "سهم ﺃﺭﺍﻣﻜﻮ يرتفع", ["أرامكو"]),
        ("بوينغ 737", "طائرة بوينغ ٧٣٧ هبطت", ["بوينغ ٧٣٧"]),
    ],
)
def test_an_arabic_name_is_found_behind_what_is_written_with_it(
    name: str, text: str, words: list[str]
) -> None:
    assert found(name, text) == words


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("عمان", "الشاعر عمانوئيل"),
        ("الصين", "هذا حصين منيع"),
        ("مصر", "المصرف المركزي"),
        ("الهند", "هند بنت خالد"),
    ],
)
def test_an_arabic_name_is_not_found_in_another_word(name: str, text: str) -> None:
    assert found(name, text) == []


def test_a_name_without_capitals_may_ask_for_one() -> None:
    assert found("كندا", "CBC: فازت كندا", cased=True) == ["كندا"]


# -- Japanese ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "text", "words"),
    [
        (["トヨタ", "トヨタ自動車"], "トヨタ自動車は17日、新工場を発表した。", ["トヨタ自動車"]),
        (["トヨタ", "トヨタ自動車"], "トヨタの新工場", ["トヨタ"]),
        (["ノルウェー"], "日本とノルウェーの漁業交渉", ["ノルウェー"]),
        (["ノルウェー"], "ﾉﾙｳｪｰ産サバ", ["ノルウェー"]),
        (["ガーナ"], "ｶﾞｰﾅ大統領が来日", ["ガーナ"]),
        (["アジア"], "アジア・太平洋地域", ["アジア"]),
        (["ヴェトナム"], "ベトナム政府は", ["ベトナム"]),
        (["ヴェトナム"], "ヴェトナム政府は", ["ヴェトナム"]),
        (["みずほ"], "大手のみずほは利上げを見込む", ["みずほ"]),
        (["NTTドコモ"], "NTTドコモが値下げ", ["NTTドコモ"]),
        (["ＮＴＴドコモ"], "NTTドコモが値下げ", ["NTTドコモ"]),
        (["佐々木"], "佐々木農相は述べた", ["佐々木"]),
        (["日本"], "日本政府は遺憾の意", ["日本"]),
        (["ソニー"], "ソニーグループの決算", ["ソニー"]),
    ],
)
def test_a_japanese_name_needs_no_spaces(names: list[str], text: str, words: list[str]) -> None:
    assert found(names, text) == words


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("アジア", "マレーシアジアスタン"),
        ("タイ", "タイヤの輸出"),
        ("タイ", "スタイルを変える"),
        ("インド", "インドネシアの首都"),
        ("ロシア", "ベラロシアー"),
        ("ミー", "ミーティング"),
        ("ドコモ", "NTTドコモショップ"),
        ("NTTドコモ", "XNTTドコモ"),
    ],
)
def test_a_katakana_name_is_not_found_inside_a_longer_word(name: str, text: str) -> None:
    assert found(name, text) == []


# -- Korean -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "text", "words"),
    [
        (["삼성전자"], "삼성전자가 17일 실적을 발표했다.", ["삼성전자"]),
        (["삼성전자"], "삼성전자에서만은 다르다", ["삼성전자"]),
        (["삼성", "삼성전자"], "삼성전자의 주가", ["삼성전자"]),
        (["독일", "뮌헨"], "독일 뮌헨에서 열린 회의", ["독일", "뮌헨"]),
        (["독일"], "주한독일대사관은 밝혔다", ["독일"]),
        (["독일"], "독일산 부품과 독일인 기술자", ["독일", "독일"]),
        (["중국"], "대중국 수출이 줄었다", ["중국"]),
        (["LG"], "LG는 부인했다", ["LG"]),
        (["LG전자"], "LG전자와 협력", ["LG전자"]),
        (["SK하이닉스"], "sk하이닉스, 투자 확대", ["sk하이닉스"]),
        (["한국 전력"], "한국 전력이 공시했다", ["한국 전력"]),
        (["한국 전력"], "한국전력이 공시했다", ["한국전력"]),
        (["현대차"], "현대차그룹이", ["현대차"]),
        (["이재명"], "이재명 대통령은 '이재명이다'", ["이재명", "이재명"]),
        (["서울"], "\u1109\u1165\u110b\u116e\u11af에서", ["서울"]),
        (["Siemens"], "지멘스(Siemens)가 Siemens의", ["Siemens", "Siemens"]),
        (["관세*"], "관세율을 올렸다", ["관세율을"]),
    ],
)
def test_a_korean_name_is_found_before_its_particles(names: list[str], text: str, words: list[str]) -> None:
    assert found(names, text) == words


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("인도", "인도주의 단체와 인도네시아"),
        ("가나", "가나다순으로"),
        ("삼성", "삼성동 무역센터"),
        ("독일", "독일어 수업"),
        ("이란", "이란성 쌍둥이"),
        ("한국", "대한국민"),
    ],
)
def test_a_korean_name_is_not_found_inside_another_word(name: str, text: str) -> None:
    assert found(name, text) == []


# -- of every script once more, -----------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("España", "La ESPANA que viene", ["ESPANA"]),
        ("Baden-Württemberg", "in Baden-Wuerttemberg", ["Baden-Wuerttemberg"]),
        ("Bodø", "BODØ/GLIMT vant", ["BODØ"]),
        ("L'Aquila", "terremoto a L’Aquila", ["L’Aquila"]),
        ("'s-Hertogenbosch", "in ’s-Hertogenbosch", ["s-Hertogenbosch"]),
        ("Санкт-Петербург", "в САНКТ-ПЕТЕРБУРГ", ["САНКТ-ПЕТЕРБУРГ"]),
        ("Йод", "И\u0306од", ["Йод"]),
        ("الإمارات العربية المتحدة", "وللإمارات العربية المتحدة", ["لإمارات العربية المتحدة"]),
        ("السعودية", "في السعوديه", ["السعوديه"]),
        ("إيران", "بإيران", ["إيران"]),
        ("آبل", "شركة ابل", ["ابل"]),
        ("ジャスティン・トルドー", "ジャスティン･トルドー首相", ["ジャスティン・トルドー"]),
        ("ヴォルフスブルク", "フォルクス、ボルフスブルク工場", ["ボルフスブルク"]),
        ("ファーウェイ", "華為（ファーウェイ）が", ["ファーウェイ"]),
        ("サムスン", "サムスン電子の", ["サムスン"]),
        ("サムスン", "ＳＡＭＳＵＮＧ（ｻﾑｽﾝ）", ["サムスン"]),
        ("東京", "東京都と中東京", ["東京", "東京"]),
        ("한화", "㈜한화·한화솔루션, (주)한화는", ["한화", "한화"]),
        ("삼성전자", "'삼성전자'가 \"삼성전자\"라고", ["삼성전자", "삼성전자"]),
        ("미국", "미국발 관세, 미국측은, 미국인들도, 미국처럼만", ["미국", "미국", "미국", "미국"]),
        ("미국", "미국계 기업", ["미국"]),
        ("현대", "현대적 건물", []),
        ("기아", "기아차와 기아 문제", ["기아"]),
        ("한국", "주한국제학교", []),
        ("포스코", "포스코홀딩스", []),
        ("Ñuñoa", "en Nunoa", ["Nunoa"]),
        ("Açores", "nos ACORES", ["ACORES"]),
        ("Þórshöfn", "í Thorshofn", ["Thorshofn"]),
        ("Łukasz", "ŁUKASZ, Lukasz", ["ŁUKASZ", "Lukasz"]),
        ("ジャスティン・トルドー", "ジャスティントルドー首相", ["ジャスティントルドー"]),
    ],
)
def test_a_name_is_found_where_papers_print_it(name: str, text: str, words: list[str]) -> None:
    assert found(name, text) == words


# -- Chinese, as ever -------------------------------------------------------------------------------------


def test_a_chinese_name_is_found_anywhere() -> None:
    assert found(["加拿大", "中国"], "中国商务部与加拿大外长会谈") == ["中国", "加拿大"]


def test_words_of_every_script_are_found_in_one_text() -> None:
    names = ["Norway", "Норвегия", "النرويج", "ノルウェー", "노르웨이", "挪威"]
    text = "Norway, Норвегия, والنرويج، ノルウェー・노르웨이는 挪威"
    assert found(names, text) == ["Norway", "Норвегия", "النرويج", "ノルウェー", "노르웨이", "挪威"]


def test_a_name_of_han_that_begins_with_latin_letters_or_has_a_space_is_found() -> None:
    assert found(["BC省", "贾斯汀 特鲁多"], "BC省 BC、贾斯汀 特鲁多") == ["BC省", "贾斯汀 特鲁多"]


def test_a_quick_look_leaves_out_names_of_which_a_word_is_missing() -> None:
    names = ["Bank of China", "Bank of Montreal", "中国银行"]
    matcher = NameMatcher(Spelling(name, (number,)) for number, name in enumerate(names))
    forms = matcher.may_find("China has a bank, of course, 中国的")
    assert [form.spelling for form in forms] == ["Bank of China"]


@pytest.mark.parametrize("text", ["C-919客机", "新c-919客机", "c-\u3000919客机", "a·“C-919客机”b"])
def test_a_quick_look_finds_a_name_of_han_with_marks_in_it(text: str) -> None:
    matcher = NameMatcher([Spelling("C-919客机", (0,))])
    assert {match.form for match in matcher.find(text)} <= set(matcher.may_find(text))


@given(st.text(alphabet="aßæœøÅヴカﾞｶーй의는가보الوبلصين 中- '", max_size=40))
def test_every_match_lies_inside_the_text(text: str) -> None:
    names = ["a", "ß", "ヴカ", "カ", "й", "가", "الصين", "中", "ae", "o", "보의", "a-中", "보의*"]
    matcher = NameMatcher(Spelling(name, (number,)) for number, name in enumerate(names))
    cleaned = clean(text)
    perhaps = set(matcher.may_find(cleaned))
    for match in matcher.find(cleaned):
        assert match.form in perhaps
        assert 0 <= match.start < match.end <= len(cleaned)


def test_a_latin_abbreviation_is_not_found_inside_a_korean_name() -> None:
    assert found(["LG", "서울"], "LG전자는 서울에서 LG가") == ["서울", "LG"]
