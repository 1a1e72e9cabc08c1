"""Pictures from the browser to X on the local AWS and the local X. All calls are within the policies."""

import json
import re
from io import BytesIO
from typing import Any

import requests
from PIL import Image

from tests.e2e.driver import MINUTE, Driver
from tests.e2e.test_the_console import Browser, signed_in

SECRET = b"GPS 37.5665"


def photo(size: tuple[int, int] = (800, 600)) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = SECRET.decode()
    written = BytesIO()
    Image.new("RGB", size, (20, 140, 80)).save(written, "JPEG", exif=exif)
    return written.getvalue()


def token(browser: Browser) -> str:
    page = browser.ask("GET", f"{browser.console}/write").text
    return str(re.findall(r'name="csrf" content="([^"]+)"', page)[0])


def uploaded(desk: Driver, browser: Browser, content: bytes, csrf: str) -> str:
    """Upload a file as the page's script does; the picture's id."""
    begun = browser.ask("POST", f"{browser.console}/pictures", type="image/jpeg", size=str(len(content)), csrf=csrf)
    form: dict[str, Any] = json.loads(begun.text)
    origin = browser.console.removesuffix("/console")
    headers = {"Origin": origin, "Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}
    sent = requests.post(form["url"], data=form["fields"], files={"file": content}, headers=headers, timeout=30)
    assert sent.status_code == 204, sent.text
    assert sent.headers["access-control-allow-origin"] in {"*", origin}
    told = browser.ask("POST", f"{browser.console}/pictures/{form['id']}/uploaded", csrf=csrf)
    assert told.status_code == 200, told.text
    desk.stage.settle()
    return str(form["id"])


def test_a_picture_goes_from_the_browser_to_x_upright_described_and_without_its_metadata(desk: Driver) -> None:
    browser = signed_in(desk.stage)
    csrf = token(browser)
    picture_id = uploaded(desk, browser, photo(), csrf)

    state = browser.ask("GET", f"{browser.console}/pictures/{picture_id}")
    (preview,) = re.findall(r'<img src="([^"]+)"', state.text)
    shown = requests.get(preview.replace("&amp;", "&"), headers={"Sec-Fetch-Site": "same-site"}, timeout=30)
    policy = browser.ask("GET", f"{browser.console}/write").headers["content-security-policy"]
    assert Image.open(BytesIO(shown.content)).size == (600, 800)
    assert SECRET not in shown.content
    assert desk.stage.deployed.aws.endpoint in policy

    page = browser.ask("GET", f"{browser.console}/write").text
    (post_id,) = re.findall(r'name="request" value="([^"]+)"', page)
    fields = {"csrf": csrf, "request": post_id, "kind": "announcement", "text": "새 매장을 열었습니다.", "when": "now"}
    sent = browser.ask(
        "POST", f"{browser.console}/write", picture=picture_id, **{f"alt.{picture_id}": "초록 간판의 매장"}, **fields
    )
    assert sent.is_redirect, sent.text
    desk.pass_time(MINUTE)
    browser.ask("POST", f"{browser.console}/write/send_now", csrf=csrf, post=post_id)
    desk.stage.settle()
    desk.sweep()

    on_x = next(post for post in desk.stage.x.state.posts.values() if post.text == "새 매장을 열었습니다.")
    (medium,) = on_x.media
    assert (medium.alt_text, medium.width, medium.height) == ("초록 간판의 매장", 600, 800)
    seen = requests.get(medium.url, timeout=30).content
    assert seen == shown.content


def test_a_reply_takes_a_picture_to_x_and_the_case_shows_it(desk: Driver) -> None:
    mention = desk.post("minji_haru", "청구서는 앱 어디에서 보나요? 요금 메뉴를 못 찾겠어요")
    desk.poll()
    browser = signed_in(desk.stage)
    csrf = token(browser)
    picture_id = uploaded(desk, browser, photo(), csrf)
    address = requests.compat.urljoin(
        browser.console, browser.ask("GET", f"{browser.console}/case/m{mention}").headers["location"]
    )
    page = browser.ask("GET", address).text
    (version,) = set(re.findall(r'id="reply-values"[^>]* data-version="([^"]+)"', page))
    (request,) = set(re.findall(r'id="reply-values"[^>]* data-request="([^"]+)"', page))
    text, pictures = "앱의 요금 메뉴에서 보실 수 있습니다.", json.dumps([[picture_id, "요금 메뉴"]])

    sent = browser.ask(
        "POST", f"{address}/send", csrf=csrf, version=version, request=request, text=text, pictures=pictures
    )
    assert sent.is_redirect, sent.text
    desk.pass_time(MINUTE)
    desk.sweep()
    desk.stage.settle()

    on_x = next(post for post in desk.stage.x.state.posts.values() if text in post.text)
    assert [medium.alt_text for medium in on_x.media] == ["요금 메뉴"]
    (shown,) = re.findall(r'<img src="([^"]+/file)" alt="요금 메뉴"', browser.ask("GET", address).text)
    leads_to = browser.ask("GET", requests.compat.urljoin(browser.console, shown)).headers["location"]
    seen = requests.get(leads_to, headers={"Sec-Fetch-Site": "same-site"}, timeout=30)
    assert Image.open(BytesIO(seen.content)).size == (600, 800)


def test_what_is_no_picture_is_refused_before_it_reaches_x(desk: Driver) -> None:
    browser = signed_in(desk.stage)
    csrf = token(browser)

    picture_id = uploaded(desk, browser, b"<svg onload=alert(1)>", csrf)

    state = browser.ask("GET", f"{browser.console}/pictures/{picture_id}")
    assert "사진 파일이 아니거나 손상되었어요." in state.text
    bucket = desk.stage.deployed.outputs["PicturesBucket"]
    listed = desk.stage.deployed.aws.client("s3").list_objects_v2(Bucket=bucket)
    assert picture_id not in json.dumps(listed.get("Contents", []), default=str)


def test_s3_takes_no_file_over_the_limit_and_pages_of_other_sites_get_nowhere(desk: Driver) -> None:
    browser = signed_in(desk.stage)
    csrf = token(browser)
    begun = browser.ask("POST", f"{browser.console}/pictures", type="image/jpeg", size="1000", csrf=csrf)
    form = json.loads(begun.text)

    too_large = requests.post(form["url"], data=form["fields"], files={"file": bytes(5_000_001)}, timeout=60)
    foreign = requests.post(
        form["url"],
        data=form["fields"],
        files={"file": photo()},
        headers={"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"},
        timeout=30,
    )

    assert too_large.status_code == 400
    assert foreign.status_code == 403
    huge = browser.ask("POST", f"{browser.console}/pictures", type="image/jpeg", size="100000000", csrf=csrf)
    assert (huge.status_code, "너무 커요" in huge.text) == (422, True)
