# Domain page 1.3: a permit has a sensible term, and is expired from the day after its last one.
on   2026-09-28 09:00
as   officer of chaoyang_authority
do   create unit from hotel
       professions=[{"profession":"PUBP","permit_no":"A1","permit_from":"2026-09-01","permit_to":"2026-08-31","permit_status":"VALID"}]
then refused PERMIT_DATES
do   create unit from hotel
       professions=[{"profession":"PUBP","permit_no":"A1","permit_from":"2026-09-29","permit_to":"2027-08-31","permit_status":"VALID"}]
then refused DATE_FUTURE
do   create unit from hotel
       professions=[{"profession":"PUBP","permit_no":"A1","permit_to":"2027-08-31"}]
then refused REQUIRED at professions[1].permit_status

do   check unit from hotel
       professions=[{"profession":"PUBP","permit_no":"A1","permit_to":"2026-09-28","permit_status":"VALID"}]
then no warning
after 1 days
do   check unit from hotel
       professions=[{"profession":"PUBP","permit_no":"A1","permit_to":"2026-09-28","permit_status":"VALID"}]
then warned PERMIT_EXPIRED
do   check unit from hotel
       professions=[{"profession":"PUBP","permit_no":"A1","permit_to":"2026-09-28","permit_status":"EXPIRED"}]
then no warning
