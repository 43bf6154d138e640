"""A busy day: reports and their copies among forms filled in again.

They are in three languages. No story mixes two reports.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.stories.text_file import cluster_lines

TOWNS = {
    "en": (
        "Rosetown",
        "Kindersley",
        "Assiniboia",
        "Nipawin",
        "Cranbrook",
        "Antigonish",
        "Timmins",
        "Yorkton",
    ),
    "fr": ("Rimouski", "Matane", "Roberval", "Lachute", "Granby", "Gaspé", "Hearst", "Montmagny"),
    "zh": ("青岛", "漳州", "衡阳", "宝鸡", "遵义", "湛江", "洛阳", "保定"),
}
PEOPLE = {
    "en": (
        "Alice Harrow",
        "Walter Quillan",
        "Ruth Osgood",
        "Gordon Brandt",
        "Irene Venning",
        "Lloyd Bexley",
        "Edith Corwin",
        "Norman Farrow",
    ),
    "fr": (
        "Margaux Tessier",
        "Rémi Fortin",
        "Colette Caron",
        "Yvan Boivin",
        "Odile Simard",
        "Lucien Rivard",
        "Armand Sauvé",
        "Ginette Lavoie",
    ),
    "zh": ("程学军", "许素珍", "沈海燕", "傅立新", "曹文斌", "彭永福", "袁春梅", "谢景山"),
}
COUNTRIES = {
    "en": ("Kenya", "Peru", "Norway", "Jordan", "Estonia", "Ghana", "Uruguay", "Fiji"),
    "fr": ("Kenya", "Pérou", "Norvège", "Jordanie", "Estonie", "Ghana", "Uruguay", "Fidji"),
    "zh": ("肯尼亚", "秘鲁", "挪威", "约旦", "爱沙尼亚", "加纳", "乌拉圭", "斐济"),
}
FIRMS = {
    "en": ("Tamarack", "Longspur", "Kestrel", "Ironwood", "Redvers", "Halden", "Bluffton", "Marlow"),
    "fr": ("Boréalis", "Cascapédia", "Valmont", "Clairval", "Hautmont", "Estuaire", "Nordest", "Laurentis"),
    "zh": ("远洋", "华岳", "东辰", "恒通", "天衡", "瑞禾", "金石", "蓝湾"),
}  # fmt: skip
FORMS: dict[str, tuple[str, str, str]] = {
    "weather": ("en", "Weather: {town}", """
The weather service expects flurries in {town} by noon, with wind from the northwest at {2} kilometres an \
hour gusting to {2}. The high will be minus {2} and the low minus {2}, and with the wind it will feel like \
minus {2} before sunrise.
Cover exposed skin, keep an emergency kit in the car and look in on neighbours who live alone. The normal \
high on this day is minus {2}. The next bulletin appears this evening, sooner if the outlook changes.
"""),
    "obituary": ("en", "Obituary: {person}", """
With sadness and thankful for a long life, the family announces that {person} died peacefully on {day} at \
the age of {2}, in the hospice at {town}, with everybody at the bedside. Left to mourn are {1} children, {2} \
grandchildren and many nieces and nephews.
A celebration of that life will be held at the community hall with lunch to follow. The family thanks the \
nurses for their gentle care. In lieu of flowers, donations may be made to the hospice, and condolences may \
be left in the book.
"""),
    "readout": ("en", "Minister Calloway speaks with counterpart of {country}", """
Today, the Honourable Erin Calloway, Minister of Foreign Affairs, spoke with {person}, Minister of Foreign \
Affairs of {country}. The ministers discussed the strong ties between the two countries and the importance \
of an order based on rules.
Minister Calloway underscored support for Ukraine and thanked her counterpart for the cooperation of \
{country} at the United Nations. The ministers exchanged views on the Middle East and on ways to diversify \
trade, and agreed to remain in close contact.
"""),
    "tender": ("en", "Call for tenders in {town}", """
Sealed tenders for contract {3}-{2} in the Town of {town} will be received until two o'clock on March {2}. \
Documents may be obtained for a fee of {2} dollars which is not refunded.
Bids must be submitted through the electronic system before the closing time shown on the cover; bids sent \
by fax or left at the front desk are not opened. The lowest or any bid will not necessarily be accepted, and \
a bidder has no claim for compensation of any kind as a result of taking part. Each bid must be accompanied \
by a bond issued by a surety licensed in the province and by an undertaking to provide a performance bond.
The successful bidder shall hold liability insurance in the amounts stated in the general conditions, and a \
clearance letter is required before work begins and again before the final payment is released. Questions \
must be sent in writing; no explanation given by telephone or at the site is binding.
"""),
    "recall": ("en", "{firm} brand heaters recalled", """
The department and {firm} Ltd. have announced a recall of {firm} brand heaters, model {3}-{2}, because of a \
fire hazard. About {4} units were sold and {1} incidents have been reported.
Consumers should immediately stop using the recalled product and ask for a refund or a replacement; a \
receipt is helpful and not required. It is illegal to redistribute, sell or even give away a recalled \
product. The department would like to hear about any incident that is related to the use of this product, by \
way of the form on its site.
"""),
    "package": ("en", "Council adopts {ordinal} package of sanctions", """
The Council today adopted the {ordinal} package of restrictive measures. It includes {2} new listings and \
adds {2} vessels to the list of those that may not call at ports, which brings their number to {3}.
Those designated are subject to a freeze of their assets, and citizens and companies are forbidden to make \
funds available to them. Natural persons may not enter the territory of the member states or travel through \
it. The acts have been published in the Official Journal and are in force from the day after.
"""),
    "advice": ("en", "Advice for travellers: {country}", """
The department of foreign affairs has changed its advice for people who travel to {country}. They are asked \
to take more care than usual, to leave a copy of their passport with a friend, to keep away from crowds and \
to tell the embassy where they will stay.
Roads in {country} may be closed without notice after heavy rain, and telephones may fail for days. Those \
who are there now should carry water and enough cash for a week, and follow what is said on the radio.
"""),
    "closure": ("en", "Schools closed in {town}", """
All schools in {town} are closed today and no buses are running, the school division said shortly before six \
in the morning, after talks with the bus contractor and the highways department.
Parents who have already dropped off a child are asked to call the school. Staff who can reach the building \
safely will look after those who are there until somebody comes for them, and lunch will be served. Report \
cards go home next week instead.
People in {town} can follow the state of the roads by telephone. A decision about tomorrow is made tonight.
"""),
    "access_zh": ("zh", "海关总署：允许{country}大麦进口", """
海关总署日前发布公告，根据我国相关法律法规和双方签署的议定书，即日起，允许符合要求的{country}大麦进口。\
公告要求，上述产品的生产、加工、存放企业应当经当地官方审查合格，并在中国海关注册登记，\
未经注册的企业不得对华出口。
产品应当符合我国食品安全国家标准，不得带有检疫性有害生物。每批{country}大麦应当随附植物检疫证书，\
包装上注明产地和批号。进境时海关实施检验检疫，不合格的作退回或者销毁处理。
"""),
    "obituary_fr": ("fr", "Avis de décès : {person}", """
C'est avec tristesse que la famille annonce le décès de {person}, survenu à l'hôpital de {town} à l'âge de \
{2} ans. Outre {1} enfants et {2} petits-enfants, laissent dans le deuil de nombreux neveux et nièces, \
cousins, cousines et amis.
La famille recevra les condoléances au salon {day} de 14 h à 17 h. Les funérailles auront lieu le lendemain \
à l'église paroissiale. La famille remercie le personnel soignant pour son dévouement et ses bons soins.
"""),
    "readout_fr": ("fr", "La ministre s'entretient avec son homologue : {country}", """
La ministre des Affaires étrangères, Erin Calloway, s'est entretenue aujourd'hui avec {person}, qui dirige \
la diplomatie du pays ami ({country}). Les ministres ont discuté des liens solides entre les deux pays et de \
l'importance d'un ordre fondé sur des règles.
Elles ont échangé sur la situation au Moyen-Orient et sur la diversification du commerce, notamment dans \
l'agriculture et la pêche, et ont convenu de rester en contact avant le sommet de l'automne.
"""),
    "notice_fr": ("fr", "Avis d'ébullition à {town}", """
La municipalité de {town} demande à ses citoyens de faire bouillir l'eau du robinet pendant une minute au \
moins avant de la consommer, à la suite d'une analyse faite {day} au réservoir {2}.
Il est possible d'utiliser de l'eau bouillie ou embouteillée pour boire, préparer des aliments, laver des \
fruits et se brosser les dents. L'eau peut servir au bain et à la lessive. Un avis sera publié dès que l'eau \
sera de nouveau bonne à boire.
"""),
    "readout_zh": ("zh", "外长林恩同{country}外长通电话", """
外交部长林恩今日应约同{country}外交部长{person}通电话。林恩表示，双方是全面合作伙伴，\
愿同{country}方一道落实两国领导人达成的共识，深化经贸、能源、农业等领域合作，维护多边主义。
{person}表示，{country}方愿密切各层级往来，扩大贸易和投资规模，加强在多边框架内的协调配合，\
推动双边关系迈上新台阶。双方还就共同关心的国际和地区问题交换了意见。
"""),
    "obituary_zh": ("zh", "{person}同志逝世", """
水利战线的老干部{person}同志，因病医治无效，于{2}日在{town}逝世，享年{2}岁。{person}同志长期从事基层工作，\
几十年如一日，坚持原则，顾全大局，勤勤恳恳，任劳任怨，深受干部群众的尊敬和爱戴。
遵照本人生前遗愿，丧事从简，不举行告别仪式。家属对关心和帮助过他的医护人员表示感谢，来信来电恕不一一答复。
"""),
    "tender_zh": ("zh", "{town}市图书馆设备采购招标公告", """
受采购人委托，就{town}市图书馆设备采购进行公开招标，项目编号{4}-{3}，预算{3}万元，\
投标截止时间为{2}日上午九时三十分。
投标人应当具有独立承担民事责任的能力，具有良好的商业信誉和健全的财务会计制度，有依法缴纳税收的良好记录，\
前三年内在经营活动中没有重大违法记录。本项目不接受联合体投标，逾期送达的投标文件不予受理。
"""),
    "warning_zh": ("zh", "{town}发布大雾黄色预警", """
气象台发布大雾黄色预警信号：预计未来{2}小时内将出现能见度小于五百米的雾，局部地区能见度更低，请注意防范。\
机场、高速公路、轮渡码头等单位应当加强交通管理，保障安全。
驾驶人员注意雾的变化，小心驾驶；老人、儿童和患有呼吸道疾病的人员应当减少外出。预警解除之前，\
{town}市民可以通过电视和客户端了解最新信息。
"""),
}  # fmt: skip
"""Forms filled in again: language, headline, text. {2} is a number of two digits."""
WORDS = {
    "en": (
        "letters divers harbour crates quay map bell ferry gravel bill apple trees stove minutes honey jars "
        "train thaw river judge quarrel well grandmother bank lights barber wedding dog cake school film "
        "radio club pier neighbours choir clerk pilot council skis counted hid carried mislaid painted kept "
        "found closed opened talked slept because while before after without under near against until behind"
    ),
    "fr": (
        "lettres plongeurs port caisses quai carte cloche traversier gravier facture pommiers poêle séance "
        "miel train dégel rivière juge querelle puits banque panne barbier noce chien gâteau école film "
        "radio club jetée voisins chorale douane pilote conseil skis comptait cachait emportait égarait "
        "peignait gardait trouvait fermait ouvrait parlait dormait pendant avant après sans sous contre "
        "jusque derrière"
    ),
    "zh": (
        "信件 潜水 港务 木箱 码头 地图 铜钟 渡轮 沙石 账单 苹果 火炉 记录 蜂蜜 列车 冰雪 河水 劝告 争执 "
        "水井 外婆 存款 停电 剃头 婚礼 黄狗 蛋糕 课堂 电影 电台 散伙 栈桥 邻居 合唱 报关 飞行 选举 滑雪 "
        "清点 藏起 抬走 弄丢 粉刷 保存 找到 关门 开放 谈论 睡着 因为 期间 以前 以后 没有 底下 附近 反对 "
        "直到 背后"
    ),
}
"""What reports tell is drawn from these in any order, so that no two share a passage by chance."""
LEADS = {
    "en": "By evening a desk in the capital had taken {3} calls about it, and there was no end in sight.",
    "fr": "En soirée, un bureau de la capitale avait reçu {3} appels à ce sujet, et ce n'était pas fini.",
    "zh": "到傍晚，首都的一间办公室已经接到{3}个来电询问，而且还在不断增加。",
}
DAYS = {
    "en": ("Monday", "Tuesday", "Thursday"),
    "fr": ("lundi", "mardi", "jeudi"),
    "zh": ("星期一", "星期二", "星期四"),
}
ORDINALS = ("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth")
MIDNIGHT = datetime(2026, 1, 16, tzinfo=UTC)
FORMS_A_DAY, REPORTS = 6, 210


@dataclass(frozen=True)
class Printed:
    """One page of the day, and the report that it prints."""

    report: str
    title: str
    paragraphs: tuple[str, ...]
    copy: str = ""


def filled(text: str, lang: str, rng: random.Random, which: int | None = None) -> str:
    """Return a text with its slots filled.

    `which` of the names a form is about, or others for every slot.
    """

    def of(slot: re.Match[str]) -> str:
        kind = slot[1]
        if kind.isdigit():
            return str(rng.randrange(10 ** (int(kind) - 1) + 1, 10 ** int(kind)))
        pool = {
            "town": TOWNS[lang],
            "person": PEOPLE[lang],
            "country": COUNTRIES[lang],
            "firm": FIRMS[lang],
            "day": DAYS[lang],
            "ordinal": ORDINALS,
            "year": tuple(map(str, range(1905, 1990))),
        }[kind]
        return pool[which % len(pool)] if which is not None and kind != "day" else rng.choice(pool)

    return re.sub(r"\{(\w+)\}", of, text)


def reports(rng: random.Random) -> Iterator[Printed]:
    for name, (lang, title, text) in FORMS.items():
        for n in range(FORMS_A_DAY):
            paragraphs = tuple(filled(p, lang, rng, n) for p in text.strip().splitlines())
            yield Printed(f"{lang} {name} {n}", filled(title, lang, rng, n), paragraphs)
    for n in range(REPORTS):
        lang = ("en", "fr", "zh")[n % 3]
        told = tuple(sentence(lang, rng) for _ in range(7))
        yield Printed(f"{lang} report {n}", told[0][:40], told)


def sentence(lang: str, rng: random.Random) -> str:
    words = rng.sample(WORDS[lang].split(), 14)
    words.insert(rng.randrange(3, 9), filled("{person}", lang, rng))
    return "".join(words) + "。" if lang == "zh" else " ".join(words) + "."


def rewritten(paragraph: str, lang: str, rng: random.Random) -> str:
    """Return a paragraph with up to five words changed, and no name or number."""
    for word in rng.sample(WORDS[lang].split(), 5):
        paragraph = paragraph.replace(word, rng.choice(WORDS[lang].split()))
    return paragraph


def copies(report: Printed, rng: random.Random) -> Iterator[Printed]:
    """Yield pages with its text, half of them under another headline.

    A form cut short keeps its own, which may be all that tells it from the next.
    """
    lang = report.report[:2]
    lead = filled(LEADS[lang], lang, rng)
    kinds = {
        "verbatim": report.paragraphs,
        "shortened": report.paragraphs[: max(1, len(report.paragraphs) * 2 // 3)],
        "with a new lead": (lead, *report.paragraphs),
        "embedded": (lead, *report.paragraphs, filled(LEADS[lang], lang, rng)),
        "rewritten": tuple(rewritten(p, lang, rng) for p in report.paragraphs),
    }
    for kind in rng.sample(sorted(kinds), rng.choice((0, 1, 1, 2))):
        is_cut_form = kind == "shortened" and " report " not in report.report
        title = report.title if is_cut_form or rng.random() < 0.5 else lead[:40]
        yield Printed(report.report, title, kinds[kind], kind)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_story_of_a_busy_day_mixes_two_reports_and_copies_are_joined(seed: int) -> None:
    rng = random.Random(seed)
    pages: list[Printed] = []
    for report in reports(rng):
        pages.append(report)
        pages.extend(copies(report, rng))
    lines = [
        {
            "id": str(n),
            "title": page.title,
            "body": "\n\n".join(page.paragraphs),
            "source": f"Paper {rng.randrange(40)}",
            "published": (
                MIDNIGHT + timedelta(minutes=rng.randrange(1_000) + 300 * bool(page.copy))
            ).isoformat(),
        }
        for n, page in enumerate(pages)
    ]
    stories: defaultdict[str, list[Printed]] = defaultdict(list)
    for page, line in zip(pages, cluster_lines(lines), strict=True):
        stories[line["cluster"]].append(page)
    mixed = [sorted({page.report for page in story}) for story in stories.values()]
    assert [reports_ for reports_ in mixed if len(reports_) > 1] == []
    home: dict[object, str] = {}
    for story_id, story in stories.items():
        home |= {page.report: story_id for page in story if not page.copy}
    joined = [page in stories[home[page.report]] for page in pages if page.copy]
    assert len(joined) > 150
    assert sum(joined) >= 0.97 * len(joined)
