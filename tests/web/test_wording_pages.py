"""The administrator's pages of wording: a text is checked and seen beside the present one before any letter bears it."""

import re

import pytest
import world
from visitors import SignIn, Visitor, words_of

from claims.desk import Desk
from claims.letters import wordings
from claims.models import WordingVersion
from notifications.templating.in_use import templates_in_use
from states.stages import Stage

OURS = (
    "{% block subject %}收件回执{% endblock %}\r\n{% block body %}\r\n"
    "已收到{{ addressee }}的材料，将于{{ answer_by | deadline }}前告知结果。\r\n{% endblock %}\r\n"
)
WORDING = "/admin/wording/receipt"


@pytest.fixture
def guo(sign_in: SignIn) -> Visitor:
    return sign_in("guo")


def plain(page: str) -> str:
    """A page with its marks of difference taken out."""
    return words_of(re.sub("</?(?:ins|del)>", "", page))


def claim(desk: Desk) -> str:
    with desk.transaction() as tx:
        return world.bring_to(tx, Stage.SUBMITTED)


def use(
    visitor: Visitor, text: str = OURS, *, seen: int = 0, reason: str = "统一用语", claim: str = ""
) -> object:
    return visitor.post(WORDING, {"text": text, "seen": seen, "reason": reason, "claim": claim})


def test_all_letters_are_listed_with_who_changed_what_and_when(guo: Visitor) -> None:
    assert "标准化奖补申报材料收讫回执 receipt 程序自带 未改过" in guo.read("/admin/wording")
    answer = use(guo)
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/wording?done=receipt")
    page = guo.read("/admin/wording?done=receipt")
    assert "标准化奖补申报材料收讫回执 receipt 县级 第 1 版 guo 2025年3月10日 09:30 统一用语" in page
    assert "的文字已启用" in page
    assert "county, version 1" in guo.read("/admin/wording?lang=en")


def test_a_kinds_page_tells_what_can_be_written_and_how(guo: Visitor) -> None:
    page = guo.read(WORDING)
    assert "告知受理与否的期限 {{ answer_by | deadline }}" in page
    assert "程序自带的文字 现用" in page
    assert guo.get("/admin/wording/love_letter").status_code == 404


def test_a_text_is_seen_beside_the_present_one_with_a_real_claim(rehearsal_desk: Desk, guo: Visitor) -> None:
    number = claim(rehearsal_desk)
    answer = guo.post(f"{WORDING}/trial", {"text": OURS, "claim": number, "seen": 0})
    page = words_of(answer.text)
    assert f"以 {number} 试写" in page
    assert "本局已于2025年3月10日收到" in page
    assert "已收到嵊泗县海洋科技研究所的材料，将于2025年3月17日前告知结果。" in plain(answer.text)
    assert "<ins>" in answer.text
    assert "可以启用" in page
    assert "收件单位将不再得知" in page
    assert 'formaction="/admin/wording/receipt"' in answer.text
    with rehearsal_desk.reading() as tx:
        assert wordings.versions_of(tx, "receipt") == ()


@pytest.mark.parametrize(
    ("show", "media", "says"),
    [
        ("new-txt", "text/plain", "前告知结果".encode()),
        ("new-html", "text/html", "前告知结果".encode()),
        ("new-pdf", "application/pdf", b"%PDF"),
        ("current-html", "text/html", "申报材料是否齐全".encode()),
    ],
)
def test_either_letter_is_shown_in_every_form(
    rehearsal_desk: Desk, guo: Visitor, show: str, media: str, says: bytes
) -> None:
    number = claim(rehearsal_desk)
    answer = guo.post(f"{WORDING}/letter", {"text": OURS, "claim": number, "show": show})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media)
    assert says in answer.content
    if media == "text/html":
        assert "sandbox" in answer.headers["content-security-policy"]


def test_a_fault_is_shown_with_its_line_and_nothing_can_be_put_into_use(
    rehearsal_desk: Desk, guo: Visitor
) -> None:
    number = claim(rehearsal_desk)
    broken = OURS.replace("addressee", "adressee<script>")
    page = guo.post(f"{WORDING}/trial", {"text": broken, "claim": number})
    assert "第 3 行" in words_of(page.text)
    assert 'formaction="/admin/wording/receipt"' not in page.text
    assert "adressee&lt;script&gt;" in page.text
    refused = use(guo, OURS.replace("addressee", "adressee"), reason="有误")
    assert refused.status_code == 422
    assert "是否为 addressee" in words_of(refused.text)
    form = guo.post(f"{WORDING}/letter", {"text": broken, "claim": number, "show": "new-html"})
    assert form.status_code == 422
    with rehearsal_desk.reading() as tx:
        assert wordings.versions_of(tx, "receipt") == ()


def test_a_missing_reason_or_claim_loses_nothing_that_was_written(guo: Visitor) -> None:
    page = use(guo, reason=" ", claim="")
    assert page.status_code == 422
    assert "请写明修改理由" in words_of(page.text)
    assert "已收到{{ addressee }}的材料" in page.text
    page = guo.post(f"{WORDING}/trial", {"text": OURS, "claim": "SB-1999-0001", "reason": "统一用语"})
    assert "SB-1999-0001" in words_of(page.text)
    assert 'value="统一用语"' in page.text


def test_of_two_administrators_the_later_sees_both_texts(rehearsal_desk: Desk, guo: Visitor) -> None:
    number = claim(rehearsal_desk)
    assert use(guo).status_code == 303
    page = use(guo, OURS.replace("前告知", "之前告知"), claim=number)
    assert page.status_code == 409
    assert "guo 改为第 1 版（您看到的是第 0 版）" in words_of(page.text)
    assert "将于2025年3月17日前告知结果" in plain(page.text)
    assert "将于2025年3月17日之前告知结果" in plain(page.text)
    assert 'name="seen" value="1"' in page.text


def test_an_earlier_version_is_seen_and_put_back(rehearsal_desk: Desk, guo: Visitor) -> None:
    use(guo)
    use(guo, OURS.replace("前告知", "之前告知"), seen=1)
    page = guo.get(f"{WORDING}/versions/1")
    assert "将于{{ answer_by | deadline }}前告知结果" in plain(page.text)
    assert "<del>" in page.text
    assert guo.post(f"{WORDING}/versions/1", {"seen": 2, "reason": ""}).status_code == 422
    assert guo.post(f"{WORDING}/versions/1", {"seen": 2, "reason": "恢复原文"}).status_code == 303
    assert guo.post(f"{WORDING}/versions/0", {"seen": 2, "reason": "慢了一步"}).status_code == 409
    assert guo.post(f"{WORDING}/versions/0", {"seen": 3, "reason": "用程序自带文字"}).status_code == 303
    assert guo.get(f"{WORDING}/versions/9").status_code == 404
    assert "第 4 版 恢复程序自带 现用" in guo.read(WORDING)
    log = guo.read("/audit?stream=wording/receipt")
    assert log.count("修改函件文字") >= 4
    assert "已收到{{ addressee }}的材料" in guo.get(f"{WORDING}?base=1").text


def test_wording_set_aside_is_on_the_board_and_on_its_pages(
    rehearsal_desk: Desk, guo: Visitor, sign_in: SignIn
) -> None:
    text = OURS.replace("addressee", "receiver")
    with rehearsal_desk.transaction() as tx:
        values = {"source": "county", "sha256": wordings.digest(text), "author": "guo", "reason": "早先"}
        tx.session.add(WordingVersion(kind="receipt", number=1, text=text, at=tx.now, **values))
    assert "“receipt”（第 1 版）已停用" in guo.read("/cycle/2025")
    assert "“receipt”（第 1 版）已停用" not in sign_in("tang").read("/cycle/2025")
    assert "第 1 版文字已停用" in guo.read("/admin/wording")
    page = guo.read(f"{WORDING}?base=1")
    assert "第 1 版为何停用" in page
    assert "没有名为 receiver 的内容" in page
    assert 'action="/admin/wording/receipt/versions/0"' in guo.get(f"{WORDING}/versions/0").text
    answer = guo.post(f"{WORDING}/versions/0", {"seen": 1, "reason": "暂用程序自带文字"})
    assert answer.status_code == 303
    with rehearsal_desk.reading() as tx:
        assert templates_in_use(tx).set_aside == ()
