# Domain page 1.3: a unit that is not open needs the day and the evidence; the history keeps every change.
on   2026-09-28 09:00
as   officer of chaoyang_authority
do   create unit from hotel as $hotel
do   update $hotel unit_status=CLOSED
then refused REQUIRED at status_date
then refused REQUIRED at status_evidence

do   update $hotel unit_status=CLOSED status_date=2026-09-29 status_evidence=@evidence.pdf
then refused DATE_BOUNDS at status_date
do   update $hotel unit_status=CLOSED status_date=1948-12-31 status_evidence=@evidence.pdf
then refused DATE_BOUNDS at status_date
do   update $hotel unit_status=CLOSED status_date=2026-09-28 status_evidence=@not_allowed.exe
then refused FILE_KIND at status_evidence

do   update $hotel unit_status=CLOSED status_date=2026-09-28 status_evidence=@evidence.pdf
then unit_status is CLOSED
then version is 2
then change update of unit_status from OPEN to CLOSED by officer

do   create unit_status_change unit=$hotel status_after=CLOSED status_before=OPEN changed_on=2026-09-28
       reason=歇业 evidence=@evidence.pdf as $change
then number is ZT202609280001
do   create unit_status_change unit=$hotel status_before=CLOSED status_after=CLOSED reason=重复
       evidence=@evidence.pdf
then refused STATUS_SAME at status_after
do   update $change reason=更正
then refused 403
