"""Bot walls and walls of consent, and articles that look a little like them."""

from __future__ import annotations

import pytest

from crawlers.challenges import find_wall

ASKED = "https://daily.example/canola"


def wall_in(source: str, url: str = ASKED, **headers: str) -> str:
    """Return what was found, "" for an article."""
    found = find_wall(ASKED, url, {name.replace("_", "-"): value for name, value in headers.items()}, source)
    return str(found) if found else ""


def a_document(title: str, body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


#: Pages of our own in the shape of those that services send, by the name that is told.
WALLS = {
    "Cloudflare": a_document(
        "Just a moment...",
        "<noscript>Enable JavaScript and cookies to continue</noscript>"
        "<script>(function(){window._cf_chl_opt = {cvId: '3', cZone: 'daily.example'};})();</script>",
    ),
    "“attention required!”": a_document(
        "Attention Required! | Cloudflare",
        "<h1>Sorry, you have been blocked</h1><h2>You are unable to access "
            "daily.example</h2><p>This website is "
        "using a security service to protect itself from online attacks.</p><p>Ref. 8f1</p>",
    ),
    "AWS WAF": a_document(
        "", '<script>window.awsWafCookieDomainList = [];\nwindow.gokuProps = {"key":"AQ"};</script>'
        "<script src='https://1.token.awswaf.com/1/2/challenge.js'></script><noscript><h1>JavaScript is "
        "disabled</h1>In order to continue, we need to verify that you're not a robot.</noscript>",
    ),
    "“human verification”": a_document("Human Verification", "<div id='captcha-container'></div>"),
    "Akamai": a_document(
        "Access Denied",
        "<h1>Access Denied</h1>You don't have permission to access "
            "\"http&#58;&#47;&#47;daily&#46;example\" on this "
        "server.<p>Reference&#32;&#35;18&#46;d8</p><p>https&#58;//errors.edgesuite.net/18.d8</p>",
    ),
    "Imperva": a_document(
        "", '<iframe id="main-iframe" src="/_Incapsula_Resource?CWUDNSAI=9&xinfo=1" frameborder=0>Request '
        "unsuccessful. Incapsula incident ID: 1-2</iframe>",
    ),
    "“pardon our interruption”": a_document(
        "Pardon Our Interruption",
        "<h1>Pardon Our Interruption</h1><p>As you were browsing something about your browser made "
            "us think you "
        "were a bot. There are a few reasons this might happen:</p><ul><li>You're a power user "
            "moving through this "
        "website with super-human speed.</li><li>You've disabled JavaScript in your web browser.</li></ul>",
    ),
    "DataDome": a_document(
        "daily.example", "<p id='cmsg'>Please enable JS and disable any ad blocker</p><script>var "
            "dd={'rt':'c',"
        "'host':'geo.captcha-delivery.com'}</script><script "
            "src='https://ct.captcha-delivery.com/c.js'></script>",
    ),
    "HUMAN": a_document(
        "Access to this page has been denied.", '<p>Press &amp; Hold to confirm you are a human '
            '(and not a bot).'
        '</p><div id="px-captcha"></div>',
    ),
    "Sucuri": a_document(
        "You are being redirected...",
        "<noscript>Javascript is required. Please enable javascript before you are allowed to see "
            "this page."
        "</noscript><script>var s={},u,c,U,r,i,l=0,a,e=eval,w=String.fromCharCode,sucuri_cloudproxy_js=''"
        "</script>",
    ),
    "Anubis": a_document(
        "Making sure you&#39;re not a bot!", '<script id="anubis_version">1</script><script '
            'id="anubis_challenge">'
        "{}</script><p>Loading...</p><p>Protected by Anubis from Techaro.</p>",
    ),
    "Aliyun WAF": a_document("", "<script>var arg1='A1';function setCookie(n,v){document.cookie=n+v}"
                             "setCookie('acw_sc__v2',x);document.location.reload()</script>"),
    "Baidu": a_document("百度安全验证", "<p>网络不给力，请稍后重试</p><div class=timeout>返回首页</div>"),
    "“访问验证”": a_document("访问验证", "<p>别离开，请进行验证，通过后即可继续访问网页</p>"),
    "“您的访问被拦截”": a_document("405", "<p>很抱歉，您访问的网址有可能造成威胁，您的访问被拦截。</p>"),
    "Ruishu": a_document("", "<script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=1;</script>"),
    "Jiasule": "<script>document.cookie=('_')+('_jsl_clearance')+'=1';location.href=location.pathname"
    "</script><!-- __jsl_clearance_s -->",
    "a script that sets a cookie and loads the page again":
        "<html><body><script>document.cookie='guard=1; path=/';"
    "window.location.reload(true);</script></body></html>",
    "“nur einen moment”": a_document("Nur einen Moment…", "<p>zeitung.example muss die Sicherheit "
        "Ihrer Verbindung "
                                     "überprüfen, bevor Sie fortfahren können.</p>"),
    "“un instant”": a_document("Un instant…", "<p>Vérifiez que vous êtes humain en effectuant "
        "l’action ci-dessous."
                               "</p>"),
}  # fmt: skip


@pytest.mark.parametrize("name", WALLS)
def test_wall_is_known_and_named(name: str) -> None:
    told = wall_in(WALLS[name])
    assert told.startswith("a bot wall stands in its place (")
    assert name in told


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Un momento…", "Verificando que usted es un ser humano. Esto puede tardar unos segundos."),
        ("Um momento…", "Verificando se você é humano. Isso pode levar alguns segundos."),
        ("Un attimo…", "Verifica di essere umano completando l’azione di seguito."),
        ("しばらくお待ちください…", "あなたが人間であることを確認しています。"),
        ("잠시만 기다리십시오…", "사람인지 확인하는 중입니다."),
        ("Один момент…", "Проверяем, что вы человек. Это может занять несколько секунд."),
    ],
)
def test_wall_is_known_in_other_languages(title: str, text: str) -> None:
    assert wall_in(a_document(title, f"<p>{text}</p>")).startswith("a bot wall stands in its place (")


CLOSED = {
    "region": a_document(
        "Not available",
        "<h1>Our website is unavailable in your region</h1><p>We recognize you are attempting to access this "
        "website from a country belonging to the European Economic Area (EEA) including the EU and therefore "
        "access cannot be granted at this time.</p>",
    ),
    "maintenance": a_document(
        "Maintenance", "<h1>We will be back soon</h1><p>Our site is being maintained.</p>"
    ),
    "chinese": a_document("网站维护中", "<p>系统正在维护，请稍后访问。</p>"),
    "french": a_document("Site en maintenance", "<p>Nous serons bientôt de retour.</p>"),
}


@pytest.mark.parametrize("name", CLOSED)
def test_site_that_is_closed_is_no_article(name: str) -> None:
    assert wall_in(CLOSED[name]).startswith("the site is closed, for now or from here (")


def test_report_of_a_closed_site_is_an_article() -> None:
    text = "The portal of the customs service is undergoing maintenance, officials said on Monday. "
    more = "Traders who sell canola to China wait for papers, and some of them went to the office in person. "
    assert not wall_in(a_document("Customs portal down for two days", f"<p>{text}{more}</p>"))


@pytest.mark.parametrize(
    ("header", "value"),
    [("cf_mitigated", "challenge"), ("x_amzn_waf_action", "captcha"), ("x_vercel_mitigated", "challenge")],
)
def test_answer_that_says_itself_that_it_is_a_wall_is_believed(header: str, value: str) -> None:
    assert "a bot wall" in wall_in("<p>" + "word " * 500, **{header: value})


CONSENT = {
    "german": a_document(
        "Zustimmung",
        "<h2>Willkommen bei der Zeitung</h2><p>Mit Werbung weiterlesen. Besuchen Sie uns wie "
            "gewohnt mit Werbung und "
        "Tracking. Ihre Zustimmung können Sie jederzeit widerrufen.</p><button>Akzeptieren und "
            "weiter</button>"
        "<p>Oder werbefrei für 4,99 Euro im Monat.</p><a>Datenschutz</a> <a>Impressum</a>",
    ),
    "french": a_document(
        "Le Quotidien",
        "<p>Avec votre accord, nous et nos 843 partenaires utilisons des cookies pour stocker et/ou "
            "accéder à des "
        "informations sur votre appareil.</p><button>Continuer sans accepter</button><button>Tout "
            "accepter</button>",
    ),
    "english": a_document(
        "Before you continue",
        "<h1>Before you continue to the news</h1><p>We use cookies and data to deliver services.</p>"
        "<button>Reject all</button><button>Accept all</button>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CONSENT)
def test_wall_of_consent_is_known(name: str) -> None:
    assert wall_in(CONSENT[name]).startswith("a page that asks for consent stands in its place")


@pytest.mark.parametrize(
    "url",
    [
        "https://consent.google.com/ml?continue=https://daily.example/canola",
        "https://consent.daily.example/?return=canola",
        "https://guce.yahoo.com/consent?sessionId=1",
        "https://www.zeitung.example/zustimmung?url=%2Fcanola",
        "https://myprivacy.dpgmedia.nl/consent?siteKey=1",
        "https://daily.example/privacygate/?returnUrl=canola",
    ],
)
def test_being_led_away_to_where_consent_is_asked_is_known(url: str) -> None:
    assert "asks for consent" in wall_in(a_document("Hello", "<p>Hello</p>"), url=url)


def test_article_that_lies_where_an_address_speaks_of_consent_is_no_wall() -> None:
    url = "https://daily.example/consent/new-law"
    article = a_document("A law on consent", "<p>" + "The house passed the bill on Monday. " * 20 + "</p>")
    assert find_wall(url, url, {}, article) is None


MENU = "<nav><a>Home</a> <a>Politics</a> <a>World</a> <a>Business</a> <a>Sports</a></nav>"
BRIEF = (
    "<p>OTTAWA - Canada and China will talk about canola in May, the trade minister said on Monday. "
    "Growers in "
    "Saskatchewan welcomed the news.</p>"
)
BANNER = (
    "<div class=cookie><p>We value your privacy. We and our partners store and/or access "
    "information on a device, "
    "such as cookies.</p><button>Reject all</button><button>Accept all</button></div>"
)
ABOUT_WALLS = (
    "<p>“Just a moment...”, “Verifying you are human”, “Please enable JavaScript and cookies to "
    "continue”: readers of "
    "half the web see these words of Cloudflare now.</p><p>Engineers in Toronto counted how often "
    "people are asked to "
    "confirm that they are human. The answer is once a day, and mostly for nothing, said the study, "
    "which looked at "
    "nine thousand visits of four hundred people in two months.</p><p>Why do I have to complete a "
    "CAPTCHA? Because "
    "programs that copy whole sites come in the name of readers, a spokeswoman of the company said.</p>"
)
ARTICLES = {
    "a brief": a_document("Talks on canola - Daily", MENU + BRIEF),
    "a brief under a banner": a_document("Talks on canola", MENU * 3 + BRIEF + BANNER),
    "a declared brief under a banner": a_document(
        "Talks on canola", BRIEF + BANNER, '<meta property="og:type" content="article">'
    ),
    "about walls": a_document("The wall that asks whether you are human", ABOUT_WALLS),
    "about walls, declared, with the title of one": a_document(
        "Just a moment...", ABOUT_WALLS, '<script type="application/ld+json">{"@type": '
            '"NewsArticle"}</script>'
    ),
    "about cookies": a_document(
        "Brussels on cookies",
        MENU + "<p>The commission wants fewer banners. “We value your privacy” has become a joke, "
            "said a member. "
        "The plan lets a browser answer for its owner, and fines of four percent of sales wait for "
            "whoever asks all "
        "the same. Publishers warned that free news cannot live without advertising.</p>" * 3,
        '<meta property="og:type" content="article">',
    ),
    "with a script of a wall": a_document(
        "Talks on canola",
        BRIEF * 4 + "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"
        "<script src='/_Incapsula_Resource?SWJIYLWA=7'></script><script>window._pxAppId='x'</script>",
    ),
    "a shell of scripts": a_document(
        "Daily",
        "<div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript><script "
        "src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>",
    ),
    "in Chinese": a_document(
        "验证码越来越难", "<p>" + "很多网站要求用户完成安全验证，专家说这样做并不总是有用。" * 6 + "</p>"
    ),
    "nothing": "",
}  # fmt: skip


@pytest.mark.parametrize("name", ARTICLES)
def test_article_is_no_wall(name: str) -> None:
    assert wall_in(ARTICLES[name]) == ""


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<!--",
        "<!-->",
        "<script",
        "<script></scripts>",
        "<title",
        "<p>a",
        "<p",
        "<b<!-->",
        "\x1f",
        "&amp;",
        "<a href='",
        '"@type" : ',
    ],
)
def test_page_made_to_harm_is_looked_at_in_time(piece: str) -> None:
    wall_in(piece * (2_000_000 // len(piece)))


SENTENCE = "Please complete the security check to access"


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{SENTENCE}</p>",
        f"<P>{SENTENCE.upper()}</P>",
        SENTENCE.replace("security", "<b>security</B>"),
        SENTENCE.replace("security", "sec<!-- <p> -->urity"),
        f"<script>a < b</scripts></script>{SENTENCE}",
        f"<!--><p>{SENTENCE}<!-- never closed",
        f"<noscript>{SENTENCE.replace(' ', '&nbsp;')}</noscript>",
        SENTENCE.replace(" ", "\x1f\n"),
    ],
)
def test_sentence_is_read_as_a_reader_sees_it(body: str) -> None:
    assert wall_in(a_document("", body))


@pytest.mark.parametrize(
    "body",
    [
        f"<script>{SENTENCE}</script>",
        f"<TEMPLATE>{SENTENCE}</templates>",
        f"<!-- {SENTENCE} -->",
        f"<style>p {{}}<p>{SENTENCE}",
        SENTENCE.replace("security", "<p>security</p>"),
        f'<a title="{SENTENCE}">Home</a>',
    ],
)
def test_what_is_not_shown_or_stands_in_two_blocks_is_no_sentence(body: str) -> None:
    assert not wall_in(a_document("", body))


@pytest.mark.parametrize("text", ["word ", "字字，", "élan "])
def test_long_page_is_no_wall_whatever_its_words(text: str) -> None:
    assert wall_in(a_document("", f"<p>{SENTENCE}</p>"))
    assert not wall_in(a_document("", f"<p>{SENTENCE}</p><p>{text * 300}</p>"))


def test_hidden_text_does_not_make_a_wall_long() -> None:
    menu = "".join(f"<option>place {number}</option>" for number in range(2_000))
    assert wall_in(a_document("", f"<p>{SENTENCE}</p><select>{menu}</select>"))


@pytest.mark.parametrize(
    "padding",
    [
        "<SCRIPT>" + "word " * 2_000 + "</SCRIPT >",
        "<!-- " + "word " * 2_000 + "-->",
        "<textarea>" + "word " * 2_000 + "</textarea>",
        '<p title="' + "word " * 2_000 + '">',
        "<b>a</b>" * 2_000,
        "<i>a</I>" * 2_000,
        "&eacute;a" * 2_000,
        "e\u0301" * 2_000,
        "<p>字</p>" * 2_000,
        "<p>–</p>" * 2_000,
        "<p>&amp;</p>" * 2_000,
        "<p> . | _ - </p>" * 2_000,
        "<p" * 2_000,
    ],
)
@pytest.mark.parametrize("encoding", ["", "utf-8"])
def test_what_makes_no_words_does_not_make_a_wall_long(padding: str, encoding: str) -> None:
    source = a_document("", f"{padding}<p>{SENTENCE}</p>")
    assert find_wall(ASKED, ASKED, {}, source.encode(encoding) if encoding else source)


@pytest.mark.parametrize("text", ["word ", "字字，", "élan ", "mot</p><p>", "l’un ", "a<b>b</b> ", "&amp;a "])
def test_article_of_whatever_words_is_none_as_bytes_too(text: str) -> None:
    source = a_document("", f"<p>{SENTENCE}</p><p>{text * 900}</p>")
    assert find_wall(ASKED, ASKED, {}, source) is None
    assert find_wall(ASKED, ASKED, {}, source.encode()) is None


@pytest.mark.parametrize("name", WALLS)
def test_wall_is_the_same_as_bytes(name: str) -> None:
    assert find_wall(ASKED, ASKED, {}, WALLS[name].encode()) == find_wall(ASKED, ASKED, {}, WALLS[name])


def test_bytes_that_are_no_utf_8_hide_no_wall() -> None:
    source = a_document("", f"<p>\x80\xff</p><p>{SENTENCE}</p>").encode("latin-1")
    assert find_wall(ASKED, ASKED, {}, source)
