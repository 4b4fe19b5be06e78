"""Money seen from outside: the bank's own books and the claims themselves against the desk's ledger."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from flows.simulation.county import County
from flows.simulation.treasury import Bank


@dataclass(slots=True)
class Books:
    county: County
    bank: Bank
    _sums: defaultdict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    _last: int = 0

    def problems(self) -> Iterator[str]:
        """What is wrong with the postings since the last reading, and with the cycles they are of."""
        touched = set()
        postings: defaultdict[str, int] = defaultdict(int)
        claims = set()
        for identity, posting, cycle, account, yuan, claim in self.county.look(
            "SELECT id, posting, cycle, account, yuan, claim FROM ledger_entry WHERE id > ? ORDER BY id",
            self._last,
        ):
            postings[posting] += yuan
            self._sums[cycle, account] += yuan
            touched.add(cycle)
            if claim is not None and account == "paid":
                claims.add(claim)
            self._last = identity
        for posting, total in postings.items():
            if total:
                yield f"posting {posting} is off by {total}"
        for cycle in sorted(touched):
            yield from self._balances(cycle)
        for claim in sorted(claims):
            yield from self._payment(claim)

    def whole(self) -> Iterator[str]:
        """Every payment that the bank has made, and every cycle."""
        for claim, paid in sorted(self.bank.payments.items()):
            if len(paid) > 1:
                yield f"the bank has paid {claim} {len(paid)} times"
        for (claim,) in self.county.look(
            "SELECT claim FROM payout_line WHERE outcome = 'paid' GROUP BY claim HAVING count(*) > 1"
        ):
            yield f"{claim} has two payments in the desk's books"
        for (cycle,) in self.county.look("SELECT year FROM cycle ORDER BY year"):
            yield from self._balances(cycle)

    def _balances(self, cycle: int) -> Iterator[str]:
        """What each account shows is what its entries add up to, and what the claims themselves say."""
        shown = dict(self.county.look("SELECT account, yuan FROM balance WHERE cycle = ?", cycle))
        for account, yuan in shown.items():
            if yuan != self._sums[cycle, account]:
                yield f"cycle {cycle}: {account} shows {yuan}, its entries say {self._sums[cycle, account]}"
        for account, yuan in self.county.look(_BY_CLAIMS, cycle):
            if shown.get(account, 0) != yuan:
                yield f"cycle {cycle}: {account} shows {shown.get(account, 0)}, the claims say {yuan}"

    def _payment(self, claim: str) -> Iterator[str]:
        """Paid by the bank, once; and as the desk says it, as published, as granted, to the yuan."""
        paid = self.bank.payments.get(claim, [])
        if len(paid) != 1:
            yield f"{claim} is paid in the desk's books, {len(paid)} times by the bank"
        for stage, granted, published, line, same_account in self.county.look(_PAID, claim):
            figures = {granted, published, line, *(yuan for _, yuan in paid)}
            if len(figures) > 1 or not same_account or stage not in {"paid", "reclaimed"}:
                yield (
                    f"{claim} ({stage}): granted {granted}, published {published}, sent {line},"
                    f" paid {paid}, {'the same account' if same_account else 'another account'}"
                )


_BY_CLAIMS = """
    WITH c AS (SELECT claim.*, published_on FROM claim LEFT JOIN resolution ON ref = resolution WHERE claim.cycle = ?),
         told (account, yuan) AS (
             SELECT 'reserved', granted_yuan FROM c WHERE stage = 'public_notice' AND published_on IS NULL
             UNION ALL SELECT 'published', granted_yuan FROM c WHERE stage = 'public_notice' AND published_on IS NOT NULL
             UNION ALL SELECT 'published', granted_yuan FROM c WHERE stage = 'finance_payout'
             UNION ALL SELECT 'paid', granted_yuan FROM c WHERE stage = 'paid'
             UNION ALL SELECT 'paid', granted_yuan - reclaim_yuan FROM c WHERE stage = 'reclaimed'
             UNION ALL SELECT 'returned', reclaim_yuan FROM c WHERE stage = 'reclaimed')
    SELECT account, sum(yuan) FROM told GROUP BY account
"""
_PAID = """
    SELECT c.stage, c.granted_yuan, p.yuan, l.yuan, p.account_digest = l.account_digest
    FROM claim c
    LEFT JOIN published_line p ON p.claim = c.number AND p.resolution = c.resolution
    LEFT JOIN payout_line l ON l.claim = c.number AND l.outcome = 'paid'
    WHERE c.number = ?
"""
