"""Which templates letters are written by now: of each kind the version put into use last, and what fits the program.

A version is checked before it is put into use, but a later program may know other facts. A version that fits no
longer is set aside: the program's own text stands in for it, since that one always fits, and the board, `jiangbu
status` and a letter to administrators say so until the wording has been mended.
"""

from types import MappingProxyType

from claims.desk import Tx
from claims.letters import wordings
from claims.letters.wordings import COUNTY, KeptVersion
from notifications.templating.checking import misfits
from notifications.templating.facts import LETTERS
from notifications.templating.findings import Finding
from notifications.templating.templates import (
    LetterTemplate,
    SetAside,
    Templates,
    of_the_county,
    packaged,
)


def templates_in_use(tx: Tx) -> Templates:
    """Read once for all letters of a transaction."""
    newest = [each for each in wordings.newest_versions(tx) if each.version.kind in LETTERS]
    unfit = {each.version.kind: found for each in newest if (found := _misfits(each))}
    return Templates(
        MappingProxyType(
            {each.version.kind: _template(each, fits=each.version.kind not in unfit) for each in newest}
        ),
        tuple(
            SetAside(each.version.kind, each.version.number, unfit[each.version.kind])
            for each in newest
            if each.version.kind in unfit
        ),
    )


def _template(kept: KeptVersion, *, fits: bool) -> LetterTemplate:
    kind, number = kept.version.kind, kept.version.number
    if kept.version.source is COUNTY and fits:
        return of_the_county(kind, number, kept.text)
    return packaged(kind, number)


def _misfits(kept: KeptVersion) -> tuple[Finding, ...]:
    return misfits(kept.version.kind, kept.text) if kept.version.source is COUNTY else ()
