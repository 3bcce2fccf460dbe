# Domain page 1.1: each role may do what its work needs, and no more.
as   clerk of chaoyang_authority
do   create unit from hotel as $hotel

as   legal of chaoyang_authority
do   open $hotel
then unit_name is 北京云来宾馆有限公司
do   update $hotel unit_alias=云来
then refused 403

as   lab of chaoyang_authority
do   create unit from hospital
then refused 403

as   complaint_desk of chaoyang_authority
do   create unit from hospital as $hospital
then ok
do   update $hospital unit_alias=示例
then refused 403

as   officer of chaoyang_authority
do   delete $hospital reason=重复登记
then refused 403

as   counterpart of chaoyang_authority
do   list unit
then refused 403
