# Domain page 0.5 and the access rules: a district sees its own units, the city all of them, nobody else's exist.
as   officer of chaoyang_authority
do   create unit from hotel as $hotel
as   officer of haidian_authority
do   create unit from barber as $barber

do   list unit
then 1 row
then row 1 is $barber
do   open $hotel
then refused 404
do   update $hotel unit_alias=改名
then refused 404
do   delete $hotel
then refused 404
do   history $hotel
then refused 404
do   list unit search 云来
then no rows

as   officer of beijing_authority
do   list unit order number
then 2 rows
do   open $hotel
then unit_name is 北京云来宾馆有限公司
