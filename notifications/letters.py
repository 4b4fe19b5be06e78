"""Writing a letter: a context becomes subject, text and HTML by the template of its kind and the mail layouts."""

from dataclasses import dataclass

from claims.letters.codes import grouped
from claims.letters.numbering import Imprint
from claims.letters.wordings import TemplateVersion
from notifications import wording
from notifications.blocks import Block
from notifications.contexts import LetterContext
from notifications.templating import environment
from notifications.templating.templates import LAYOUTS, OF_THE_PROGRAM, Templates

REHEARSAL_MARK = "【演练】"
REHEARSAL_BANNER = "【演练】本件为系统演练生成，不具有任何效力，不代表任何申报、审定或者拨付事实。"
SPECIMEN = Imprint("（样稿，未编号）", "")
"""What a letter bears that has not been queued: no number, and no code to check it by."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes, by which templates, and how the reader reaches them. `contact` lines stand at the foot as they are.

    `check_at` is the address at which letters are checked, empty where the public's way to the desk is not set.
    """

    issuer: str
    contact: tuple[str, ...]
    rehearsal: bool
    templates: Templates = OF_THE_PROGRAM
    check_at: str = ""


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """A letter as it leaves. `template_hash` is over the source of every template that took part in it."""

    subject: str
    text: str
    html: str
    template_hash: str
    template_version: TemplateVersion


def write(context: LetterContext, head: Letterhead, imprint: Imprint = SPECIMEN) -> WrittenLetter:
    """Write a letter. Raises where its template asks for what the context does not have."""
    template = head.templates[context.kind]
    title, claim = template.title(context), getattr(context, "claim", None)
    laid_out = {
        "context": context,
        "head": head,
        "number": imprint.number,
        "title": title,
        "blocks": template.body(context),
        "banner": (REHEARSAL_BANNER,) if head.rehearsal else (),
        "foot": (*foot_of(context, head), *filter(None, (check_line(head, imprint),))),
    }
    text, html = (environment.for_layouts().get_template(name).render(laid_out) for name in LAYOUTS)
    return WrittenLetter(_subject(title, claim, head), text, html, template.hash, template.version)


def title_of(context: LetterContext, templates: Templates = OF_THE_PROGRAM) -> str:
    """The title of a letter, whatever form it is to take."""
    return templates[context.kind].title(context)


def body_of(context: LetterContext, templates: Templates = OF_THE_PROGRAM) -> tuple[Block, ...]:
    """The body of a letter, whatever form it is to take."""
    return templates[context.kind].body(context)


def _subject(title: str, claim: str | None, head: Letterhead) -> str:
    named = wording.one_line(f"{title}（{claim}）" if claim else title)
    return f"{REHEARSAL_MARK}{named}" if head.rehearsal else named


def foot_of(context: LetterContext, head: Letterhead) -> tuple[str, ...]:
    """What stands below a letter: the claim it is about, and how its writer is reached."""
    claim = getattr(context, "claim", None)
    return (*((f"申报编号：{claim}",) if claim else ()), *head.contact)


def check_line(head: Letterhead, imprint: Imprint) -> str:
    """How a reader finds out that the letter is genuine; empty where it has no code."""
    if not imprint.check_code:
        return ""
    place = f" {head.check_at} " if head.check_at else "本平台“函件核验”页面"
    return f"核验码 {grouped(imprint.check_code)}，可在{place}核验"
