"""Refusals that arise from the records rather than from the rules, and states of the environment."""

from dataclasses import dataclass

from states.errors import Refusal
from states.stages import Stage


@dataclass
class DatabaseNotReady(Exception):  # noqa: N818 - says what to do, not what broke
    """The environment is not ready: exit status 3 on the command line, 503 on the web."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh}\n{self.en}"


@dataclass(eq=False)
class UnknownClaim(Refusal):
    code = "unknown_claim"
    status = 404
    zh = "没有编号为 {number} 的申报件；用 claim list 查看。"
    en = "There is no claim {number}; see claim list."
    number: str


@dataclass(eq=False)
class UnknownUser(Refusal):
    code = "unknown_user"
    status = 404
    zh = "没有名为 {name} 的用户，或已停用；用 user list 查看。"
    en = "There is no active user {name}; see user list."
    name: str


@dataclass(eq=False)
class UnknownOrganisation(Refusal):
    code = "unknown_organisation"
    status = 404
    zh = "没有名为“{name}”的单位；用 org list 查看名录，新单位用 org add 登记。"
    en = "There is no organisation “{name}”; see org list, or add a unit with org add."
    name: str


@dataclass(eq=False)
class UnknownCycle(Refusal):
    code = "unknown_cycle"
    status = 404
    zh = "没有 {year} 年度申报；用 cycle plan 安排，cycle list 查看。"
    en = "There is no cycle {year}; plan it with cycle plan, see cycle list."
    year: int


@dataclass(eq=False)
class UnknownItem(Refusal):
    code = "unknown_item"
    status = 404
    zh = "没有代码为 {item} 的奖补项目；用 policy list 查看。"
    en = "There is no policy item {item}; see policy list."
    item: str


@dataclass(eq=False)
class UnknownPolicy(Refusal):
    code = "unknown_policy"
    status = 404
    zh = "没有名为“{version}”的政策版本；现有：{known}。"
    en = "There is no version “{version}” of the policy; there are: {known:en}."
    version: str
    known: tuple[str, ...]


@dataclass(eq=False)
class NothingToConfirm(Refusal):
    code = "nothing_to_confirm"
    status = 409
    zh = "清单已写明 {item} 的金额，无须确认；待确认的项目：{open}。"
    en = "The list states the amount of {item}, so there is nothing to confirm; readings to confirm: {open:en}."
    item: str
    open: tuple[str, ...]


@dataclass(eq=False)
class AlreadyConfirmed(Refusal):
    code = "already_confirmed"
    status = 409
    zh = "{item} 的解读已由 {by} 于 {on} 确认，无须再确认。"
    en = "The reading of {item} was confirmed by {by} on {on}; it needs no second confirmation."
    item: str
    by: str
    on: str


@dataclass(eq=False)
class UnknownResolution(Refusal):
    code = "unknown_resolution"
    status = 404
    zh = "没有编号为 {ref} 的会议纪要名单；用 resolution list 查看。"
    en = "There is no resolution {ref}; see resolution list."
    ref: str


@dataclass(eq=False)
class UnknownBatch(Refusal):
    code = "unknown_batch"
    status = 404
    zh = "没有编号为 {batch} 的拨付批次；用 payout list 查看。"
    en = "There is no payout batch {batch}; see payout list."
    batch: str


@dataclass(eq=False)
class UnknownObjection(Refusal):
    code = "unknown_objection"
    status = 404
    zh = "没有编号为 {id} 的异议；用 objection list 查看。"
    en = "There is no objection {id}; see objection list."
    id: int


@dataclass(eq=False)
class AlreadyExists(Refusal):
    code = "already_exists"
    status = 409
    zh = "“{what}”已存在，内容不同；请换一个名称或先核对。"
    en = "“{what}” exists already with other content; choose another name or check it first."
    what: str


@dataclass(eq=False)
class NotAllowed(Refusal):
    code = "not_allowed"
    status = 403
    zh = "{actor} 无权{what}；需要的角色：{roles:zh}。"
    en = "{actor} may not {what_en}; it takes the role {roles:en}."
    actor: str
    what: str
    what_en: str
    roles: tuple[object, ...]


@dataclass(eq=False)
class DuplicateStandard(Refusal):
    code = "duplicate_standard"
    status = 409
    zh = "{standard} 已由申报件 {other} 申报；同一标准只奖补一次，请核对标准编号和排名。"
    en = "{standard} is already claimed by {other}; a standard is paid once, check its number and the rank."
    standard: str
    other: str


@dataclass(eq=False)
class StandardTaken(Refusal):
    """As `DuplicateStandard`, by another unit: whose claim it is, and under which number, is not for the applicant."""

    code = "standard_taken"
    status = 409
    zh = "{standard} 已由他单位以同一排名申报；同一标准的同一排名只奖补一次，请核对标准编号和排名。"
    en = "Another unit claims {standard} at the same rank; each rank is paid once, check the standard's number and the rank."
    standard: str


@dataclass(eq=False)
class BadDates(Refusal):
    code = "bad_dates"
    zh = "日期不合理：{zh_detail}。"
    en = "The dates do not fit: {en_detail}."
    zh_detail: str
    en_detail: str


@dataclass(eq=False)
class BadValue(Refusal):
    """A value that cannot be used; the sentence says what to write instead."""

    code = "bad_value"
    zh = "{zh_detail}"
    en = "{en_detail}"
    zh_detail: str
    en_detail: str


@dataclass(eq=False)
class EvidenceRefused(Refusal):
    code = "evidence_refused"
    zh = "材料“{name}”未被接收：{zh_detail}。"
    en = "The file “{name}” was not taken: {en_detail}."
    name: str
    zh_detail: str
    en_detail: str


@dataclass(eq=False)
class NotEditable(Refusal):
    code = "not_editable"
    status = 409
    zh = "申报件 {number} 处于“{stage:zh}”环节，只有草稿和待补正时可以修改。"
    en = "Claim {number} is at “{stage:en}”; it can be changed only as a draft or under correction."
    number: str
    stage: object


@dataclass(eq=False)
class EmptyResolution(Refusal):
    code = "empty_resolution"
    zh = "纪要 {ref} 的名单上没有可公示的申报件。"
    en = "The list of resolution {ref} holds no claim to publish."
    ref: str


@dataclass(eq=False)
class ObjectionNotPossible(Refusal):
    code = "objection_not_possible"
    status = 409
    zh = "申报件 {number} 不在公示期内（公示至 {ends_on}），不能提出异议。"
    en = "Claim {number} is not in its public notice (which ends on {ends_on}), so no objection can be filed."
    number: str
    ends_on: str


@dataclass(eq=False)
class ObjectionDecided(Refusal):
    code = "objection_decided"
    status = 409
    zh = "异议 {id} 已答复（{outcome}），不能更改。"
    en = "Objection {id} has been decided ({outcome}) and stays so."
    id: int
    outcome: str


@dataclass(eq=False)
class NothingToPay(Refusal):
    code = "nothing_to_pay"
    zh = "{cycle} 年度没有待拨付的申报件。"
    en = "No claim of {cycle} waits for payment."
    cycle: int


@dataclass(eq=False)
class DiffersFromPublished(Refusal):
    code = "differs_from_published"
    status = 409
    zh = "{claims} 的金额或账号与公示内容不一致，不能拨付；请由协调机构撤销后重新审定公示。"
    en = "Amount or account of {claims} differs from what was published, so it cannot be paid; revoke it, then approve and publish anew."
    claims: tuple[str, ...]


@dataclass(eq=False)
class BatchNotReleased(Refusal):
    code = "batch_not_released"
    status = 409
    zh = "批次 {batch} 尚未放行；请先由第二人放行（payout release）。"
    en = "Batch {batch} is not released; a second person must release it first (payout release)."
    batch: str


@dataclass(eq=False)
class LiveTime(Refusal):
    code = "live_time"
    zh = "正式库不得设定虚拟时间；请取消 JIANGBU_NOW，或用 jiangbu init --rehearsal 建立演练库。"
    en = "A live database takes no borrowed time; unset JIANGBU_NOW, or make a rehearsal database with jiangbu init --rehearsal."


@dataclass(eq=False)
class ModeFixed(Refusal):
    code = "mode_fixed"
    status = 409
    zh = "该数据库已建为{found}库，不能改为{wanted}库；请换一个 JIANGBU_HOME。"
    en = "This database was made for {found_en} and stays so; choose another JIANGBU_HOME for {wanted_en}."
    found: str
    wanted: str
    found_en: str
    wanted_en: str


@dataclass(eq=False)
class TargetNotEmpty(Refusal):
    code = "target_not_empty"
    status = 409
    zh = "{database} 中已有数据，恢复不会覆盖它；请换一个空的 JIANGBU_HOME（或空的数据库）再恢复。"
    en = "There are records in {database}, and a restore overwrites nothing; restore into an empty JIANGBU_HOME (or an empty database)."
    database: str


@dataclass(eq=False)
class BackupDamaged(Refusal):
    code = "backup_damaged"
    zh = "{file} 不是完好的备份（{zh_detail}），未恢复任何内容；请换用另一份备份。"
    en = "{file} is not a whole backup ({en_detail}), so nothing was restored; take another one."
    file: str
    zh_detail: str
    en_detail: str


@dataclass(eq=False)
class BackupTooNew(Refusal):
    code = "backup_too_new"
    status = 409
    zh = "备份 {file} 由较新的程序（{made_by}）写成；请先升级本程序，再恢复。"
    en = "The backup {file} was written by a newer program ({made_by}); update this one first, then restore."
    file: str
    made_by: str


@dataclass(eq=False)
class KeyDiffers(Refusal):
    code = "key_differs"
    status = 409
    zh = "本机密钥与备份 {file} 所用的不同，银行账号将无法解密；请把原密钥放回 {place}（或设 JIANGBU_SECRET_KEY）。原密钥确已遗失的，加 --other-key 恢复，账号须重新采集。"
    en = "The key here is not the one that {file} was made under, so bank accounts would stay sealed; put the old key into {place} (or JIANGBU_SECRET_KEY). If it is lost for good, restore with --other-key and ask for the accounts anew."
    file: str
    place: str


@dataclass(eq=False)
class BackupInconsistent(Refusal):
    """The file is whole, but what it holds does not fit together: so it was when the backup was made."""

    code = "backup_inconsistent"
    zh = "备份 {file} 中的审计链或账目有误，未恢复任何内容：{problems}。请换用更早的备份；须保全以备审计的，加 --despite-problems 恢复。"
    en = "Chains or books in {file} do not hold, so nothing was restored: {problems:en}. Take an earlier backup, or restore with --despite-problems what auditors need to see."
    file: str
    problems: tuple[str, ...]


@dataclass(eq=False)
class UnknownLetter(Refusal):
    code = "unknown_letter"
    status = 404
    zh = "没有编号为 {id} 的函件；用 notice list 查看。"
    en = "There is no letter {id}; see notice list."
    id: int


@dataclass(eq=False)
class LetterNotLikeThat(Refusal):
    code = "letter_not_like_that"
    status = 409
    zh = "函件 {id} 现为“{state}”状态，不能这样办理；用 notice show 查看。"
    en = "Letter {id} is “{state}” now, so this cannot be done; see notice show."
    id: int
    state: str


@dataclass(eq=False)
class LetterReasonNeeded(Refusal):
    code = "letter_reason_needed"
    zh = "请写明理由（--reason）；理由记入审计日志。"
    en = "Give the reason (--reason); it goes into the log."


@dataclass(eq=False)
class NothingHeld(Refusal):
    code = "nothing_held"
    status = 404
    zh = "没有暂停发送的 {kind} 函件；用 notice held 查看。"
    en = "No letters of the kind {kind} are held; see notice held."
    kind: str


@dataclass(eq=False)
class NotUnknown(Refusal):
    code = "not_unknown"
    status = 409
    zh = "批次 {batch} 中没有 {claim} 的待查款项；请核对批次页上的结果。"
    en = "Batch {batch} has no unknown payment for {claim}; look at the answers on its page."
    claim: str
    batch: str


@dataclass(eq=False)
class BatchReleased(Refusal):
    code = "batch_released"
    status = 409
    zh = "批次 {batch} 已由 {actor} 放行；请导出（payout export）并在银行办理后核对回单。"
    en = "Batch {batch} was released by {actor} already; export it (payout export), then reconcile the bank's answer."
    batch: str
    actor: str


@dataclass(eq=False)
class BatchAltered(Refusal):
    code = "batch_altered"
    status = 409
    zh = "批次 {batch} 的内容与提出时不一致，不能放行或导出；请停止办理并通知审计（audit verify）。"
    en = "Batch {batch} is not what it was when proposed, so it is neither released nor exported; stop, and tell the auditor (audit verify)."
    batch: str


@dataclass(eq=False)
class CycleFixed(Refusal):
    code = "cycle_fixed"
    status = 409
    zh = "{year} 年度申报已经开始或结束，或者已有申报件，日期不能再改；只可调整预算。"
    en = "The cycle {year} has opened or has claims, so its dates stay; only the budget can still change."
    year: int


@dataclass(eq=False)
class UnitOutOfScope(Refusal):
    """Filing for a unit that the actor does not act for."""

    code = "out_of_scope"
    status = 403
    zh = "“{unit}”（{township}）不属于{office}的申报范围，请由该单位或其所在乡镇申报。"
    en = "“{unit}” ({township}) is outside the scope of {office}; the unit itself or its township must file."
    unit: str
    township: str
    office: str


@dataclass(eq=False)
class UnknownEvidenceKind(Refusal):
    code = "unknown_evidence_kind"
    zh = "本项目没有“{kind}”这一材料种类；可用：{kinds}。"
    en = "This item has no evidence of the kind “{kind}”; choose from: {kinds:en}."
    kind: str
    kinds: tuple[str, ...]


@dataclass(eq=False)
class NotUnderReview(Refusal):
    code = "not_under_review"
    status = 409
    zh = "申报件 {number} 现处“{stage:zh}”环节，材料核对只在受理至审定各环节进行。"
    en = "Claim {number} is at “{stage:en}”; papers are examined from intake to approval."
    number: str
    stage: Stage


@dataclass(eq=False)
class OwnAccount(Refusal):
    code = "own_account"
    status = 409
    zh = "不能停用自己的账号或取消自己的管理员角色；请由另一位管理员办理。"
    en = "Nobody deactivates their own account or gives up their own administration; ask another administrator."


@dataclass(eq=False)
class WrongCode(Refusal):
    code = "wrong_code"
    zh = "验证码不正确、已过期或已用过；请等验证器显示下一个验证码，并核对手机时间。"
    en = "The code is wrong, out of date or used already; wait for the next one, and check your telephone's clock."


@dataclass(eq=False)
class WrongPassword(Refusal):
    code = "wrong_password"
    zh = "现用密码不正确；连续 5 次失败后须等 15 分钟再试。"
    en = "The present password is wrong; after five failures wait a quarter of an hour."


@dataclass(eq=False)
class FactorRequired(Refusal):
    code = "factor_required"
    status = 409
    zh = "您的角色必须使用两步验证，不能停用；更换手机的，请由管理员重置。"
    en = "Your role asks for the second factor, so it stays on; for a new telephone, ask an administrator to reset it."


@dataclass(eq=False)
class AlreadyLinked(Refusal):
    code = "already_linked"
    status = 409
    zh = "该统一登录身份已关联用户 {name}；一个身份只对应一个用户，请核对或先取消原关联。"
    en = "That identity signs in {name}; one identity is one user, so check it or unlink it there first."
    name: str


@dataclass(eq=False)
class OwnFactor(Refusal):
    code = "own_factor"
    status = 409
    zh = "不能重置自己的两步验证；请用恢复码登录，或由另一位管理员办理。"
    en = "Nobody resets their own second factor; sign in with a recovery code, or ask another administrator."


@dataclass(eq=False)
class NothingOnAgenda(Refusal):
    code = "nothing_on_agenda"
    zh = "{year} 年度没有待审定的申报件，无需召集会议。"
    en = "No claim of {year} waits for the body; there is nothing to meet about."
    year: int


@dataclass(eq=False)
class NotCarried(Refusal):
    code = "not_carried"
    zh = "同意 {in_favour} 票，出席 {present} 人，未过半数，名单未获通过。"
    en = "{in_favour} of {present} present are in favour, no majority: the list is not carried."
    in_favour: int
    present: int


@dataclass(eq=False)
class ReviewOver(Refusal):
    code = "review_over"
    status = 409
    zh = "申报件 {number} 现处“{stage:zh}”环节，市级核定金额只能在提交之后、审定之前登记。"
    en = "Claim {number} is at “{stage:en}”; the city's amount is recorded after submission and before approval."
    number: str
    stage: Stage


@dataclass(eq=False)
class CannotRehearse(Refusal):
    code = "cannot_rehearse"
    status = 409
    zh = "{year} 年度的申报期须在该年之内且不少于 7 天，才能演练；用 cycle plan 修改计划。"
    en = "The cycle {year} can be rehearsed if its window lies in that year and has 7 days at least; see cycle plan."
    year: int
