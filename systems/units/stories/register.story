# Domain page 1.3: a unit is registered once, gets a number that is never used again, and belongs to its agency.
on   2026-09-28 09:00
as   officer of chaoyang_authority
do   create unit from hotel as $hotel
then number is DW110105000001
then unit_name is 北京云来宾馆有限公司
then unit_status is OPEN
then region is 110105
then organisation is chaoyang_authority
then net_officer is officer
then version is 1
then change create by officer

do   create unit from hospital as $hospital
then number is DW110105000002

do   list unit where unit_status=OPEN order number
then 2 rows
then row 1 is $hotel
then row 2 is $hospital

do   list unit search 云来
then 1 row
