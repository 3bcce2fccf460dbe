# Domain page 0.5: personal data is shown masked; seeing it is an act with a reason that leaves a trace.
as   officer of chaoyang_authority
do   create unit from person as $person
do   open $person
then masked principal_phone
then principal_phone is 139****5678
then masked person_id_no
then person_id_no is 110105********0010
then clear unit_name

do   unmask $person person_id_no
then refused REASON_MISSING
do   unmask $person person_id_no reason=核对当事人身份
then value is 110105199001010010
do   history $person
then change unmask by officer

# Sending the mask back leaves the value as it was.
do   update $person principal_phone=139****5678 unit_alias=无证诊疗点
then unit_alias is 无证诊疗点
do   unmask $person principal_phone reason=回访
then value is 13900005678

# The number can be found whole, and in no other way.
do   list unit where person_id_no=110105199001010010
then 1 row
do   list unit where person_id_no=like.110105
then refused QUERY_OPERATOR

as   legal of chaoyang_authority
do   unmask $person person_id_no reason=好奇
then refused 403
