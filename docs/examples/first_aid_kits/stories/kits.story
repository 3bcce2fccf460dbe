# A kit knows when it must be looked at again, and a defibrillator does not hang without a battery date.
on   2026-09-28 09:00
as   officer of chaoyang_authority
do   create unit from hotel as $hotel

as   kit_keeper of chaoyang_authority
do   create first_aid_kit unit=$hotel place=大堂 checked_on=2026-09-28 as $kit
then number is JJ20260001
then next_check_on is 2026-12-28
do   create first_aid_kit unit=$hotel place=大堂
then refused UNIQUE
do   update $kit has_defibrillator=true
then refused REQUIRED at battery_to
do   update $kit contents=[{"item":"绷带","wanted":4,"present":1}]
then contents[1].present is 1

as   officer of chaoyang_authority
do   update $kit place=走廊
then refused 403
as   kit_keeper of haidian_authority
do   open $kit
then refused 404
